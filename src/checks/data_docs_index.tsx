/**
 * The index of the data docs: every validation that was run, the newest first.
 *
 * @module
 */
import { raw } from "hono/html";

/** One validation run, as the archive keeps it. */
export interface ValidationEntry {
  /** When, in ISO form. */
  readonly at: string;
  /** The dataset's name, or the table's file. */
  readonly dataset: string;
  /** `raw`, `panel`, `features`, `predictions`, or `table` for a file of anybody's. */
  readonly stage: string;
  /** The names of the tables that were checked. */
  readonly tables: readonly string[];
  /** How many rules were judged, over all tables. */
  readonly rules: number;
  /** Critical rules that were broken. */
  readonly critical: number;
  /** Rules that are not critical and were broken. */
  readonly warnings: number;
  /** How many rows were checked, over all tables. */
  readonly rows: number;
  /** The run's page, seen from the index. */
  readonly page: string;
}

const OWN_CSS = `
form.filter { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; align-items: end; }
form.filter label { display: grid; gap: 4px; }
form.filter select, form.filter input { font: inherit; padding: 4px 8px; min-height: 36px; }
form.filter label:first-child { flex: 0 1 22em; }
form.filter output { padding-bottom: 8px; }
details.month { margin-top: 12px; }
td.verdict { white-space: nowrap; font-weight: 600; }
td.when, td.tables { white-space: nowrap; }
`;

/** Shows and hides rows, and unfolds the months that hold what is looked for; the page is whole without it. */
const SCRIPT = `
const form = document.querySelector("form.filter"), shown = document.querySelector("#shown");
const groups = [...document.querySelectorAll("[data-group]")].map((place) => ({
  place, rows: [...place.querySelectorAll("tr[data-verdict]")],
}));
form.hidden = false;
form.addEventListener("input", () => {
  const text = form.text.value.trim().toLowerCase(), verdict = form.verdict.value, asked = text + verdict !== "";
  let count = 0;
  for (const { place, rows } of groups) {
    let own = 0;
    for (const row of rows) {
      const fits = (verdict === "" || row.dataset.verdict === verdict) && row.textContent.toLowerCase().includes(text);
      row.hidden = !fits;
      if (fits) own++;
    }
    place.hidden = own === 0;
    if (place.localName === "details") place.open = asked && own > 0;
    count += own;
  }
  shown.textContent = count === 0 ? "nothing found" : count.toLocaleString("en") + " found";
});
form.addEventListener("submit", (event) => event.preventDefault());
`;

/**
 * Draws the index: the state of the data in one sentence and three figures, then every validation, the newest first, each
 * with a link to its page. One file that needs no network.
 *
 * @param entries In the order in which they were run.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { renderDataDocsIndex } from "@/checks/mod.ts";
 *
 * const entry = { dataset: "walmart", stage: "raw", tables: ["train"], rules: 9, warnings: 0, rows: 421_570 };
 * const page = renderDataDocsIndex([
 *   { ...entry, at: "2026-11-01T08:00:00Z", critical: 1, page: "a/index.html" },
 *   { ...entry, at: "2026-11-02T08:00:00Z", critical: 0, page: "b/index.html" },
 * ], "");
 * expect(page).toContain("The newest validation of each of 1 table set is clean.");
 * ```
 */
export function renderDataDocsIndex(entries: readonly ValidationEntry[], css: string): string {
  const newest = entries.toReversed();
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Data docs</title>
        <style>{raw(css + OWN_CSS)}</style>
      </head>
      <body>
        <main class="page">
          <Header entries={newest} />
          {newest.length === 0 ? <Empty /> : <Validations entries={newest} />}
        </main>
        {newest.length === 0 ? "" : <script type="module">{raw(SCRIPT)}</script>}
      </body>
    </html>
  );
  return `<!DOCTYPE html>${page}`;
}

function Header({ entries }: { readonly entries: readonly ValidationEntry[] }) {
  // The newest of each dataset and stage says how things stand.
  const state = new Map<string, ValidationEntry>();
  for (const entry of entries) {
    const key = `${entry.dataset} ${entry.stage}`;
    if (!state.has(key)) state.set(key, entry);
  }
  const now = [...state.values()];
  const broken = now.filter(({ critical }) => critical > 0);
  return (
    <header>
      <p class="eyebrow">Data docs · all validations</p>
      <h1>{sentence(now.length, broken)}</h1>
      <dl class="answer">
        <div>
          <dt>Validations</dt>
          <dd class="figure">{count(entries.length)}</dd>
          <dd class="detail">{entries.length === 0 ? "none yet" : `since ${day(entries.at(-1)!.at)}`}</dd>
        </div>
        <div>
          <dt>Broken now</dt>
          <dd class={`figure ${broken.length > 0 ? "alert" : ""}`}>{count(broken.length)} of {count(now.length)}</dd>
          <dd class="detail">{broken.slice(0, 3).map(nameOf).join(", ")}</dd>
        </div>
        <div>
          <dt>Rows checked</dt>
          <dd class="figure">{compact(entries.reduce((sum, { rows }) => sum + rows, 0))}</dd>
          <dd class="detail">in {plural(entries.reduce((sum, { rules }) => sum + rules, 0), "judgement")}</dd>
        </div>
      </dl>
    </header>
  );
}

function sentence(sets: number, broken: readonly ValidationEntry[]): string {
  if (sets === 0) return "Nothing was validated yet.";
  if (broken.length === 0) return `The newest validation of each of ${plural(sets, "table set")} is clean.`;
  const names = broken.slice(0, 3).map(nameOf).join(", ");
  return `${plural(broken.length, "table set")} of ${count(sets)} broke a critical rule: ${names}.`;
}

const nameOf = ({ dataset, stage }: ValidationEntry) => stage === "table" ? dataset : `${dataset} ${stage}`;

function Empty() {
  return (
    <p>
      <code>deno task validate</code> fills this page.
    </p>
  );
}

/** So many of the newest are in sight. Older ones are folded by month: what is folded costs a browser no layout. */
const IN_SIGHT = 100;

function Validations({ entries }: { readonly entries: readonly ValidationEntry[] }) {
  const months = new Map<string, ValidationEntry[]>();
  for (const entry of entries.slice(IN_SIGHT)) {
    const month = entry.at.slice(0, 7);
    const known = months.get(month);
    if (known === undefined) months.set(month, [entry]);
    else known.push(entry);
  }
  return (
    <section aria-labelledby="validations">
      <h2 id="validations">Validations, the newest first</h2>
      <form class="filter" hidden>
        <label>
          Find
          <input type="search" name="text" placeholder="dataset, stage, table, date" />
        </label>
        <label>
          Verdict
          <select name="verdict">
            <option value="">all</option>
            <option value="critical">critical</option>
            <option value="warning">warning</option>
            <option value="kept">kept</option>
          </select>
        </label>
        <output id="shown" class="quiet">{count(entries.length)} in all</output>
      </form>
      <div data-group>
        <Table entries={entries.slice(0, IN_SIGHT)} label="The newest validations" />
      </div>
      {[...months].map(([month, own]) => (
        <details class="month" data-group>
          <summary>{monthSentence(month, own)}</summary>
          <Table entries={own} label={`Validations of ${monthName(month)}`} />
        </details>
      ))}
    </section>
  );
}

function monthSentence(month: string, entries: readonly ValidationEntry[]): string {
  const broken = entries.filter(({ critical }) => critical > 0).length;
  const verdict = broken === 0 ? "none broke a critical rule" : `${count(broken)} broke a critical rule`;
  return `Older, ${monthName(month)}: ${plural(entries.length, "validation")}, ${verdict}`;
}

function monthName(month: string): string {
  return new Date(`${month}-01`).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
}

function Table({ entries, label }: { readonly entries: readonly ValidationEntry[]; readonly label: string }) {
  return (
    // A keyboard scrolls what it can focus.
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">verdict</th>
            <th scope="col">dataset</th>
            <th scope="col">stage</th>
            <th scope="col">when (UTC)</th>
            <th scope="col" class="number">rules broken</th>
            <th scope="col" class="number">rows</th>
            <th scope="col">tables</th>
          </tr>
        </thead>
        <tbody>{entries.map((entry) => <Row entry={entry} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ entry }: { readonly entry: ValidationEntry }) {
  const { critical, warnings, rules } = entry;
  const verdict = critical > 0 ? "critical" : warnings > 0 ? "warning" : "kept";
  const { word, style } = {
    critical: { word: "✗ critical", style: "alert" },
    warning: { word: "! warning", style: "amber" },
    kept: { word: "✓ kept", style: "good" },
  }[verdict];
  return (
    <tr data-verdict={verdict}>
      <td class={`verdict ${style}`}>{word}</td>
      <th scope="row">
        <a href={entry.page}>{entry.dataset}</a>
      </th>
      <td>{entry.stage}</td>
      <td class="when">
        <time datetime={entry.at}>{entry.at.slice(0, 19).replace("T", " ")}</time>
      </td>
      <td class="number">{count(critical + warnings)} of {count(rules)}</td>
      <td class="number">{count(entry.rows)}</td>
      <td class="quiet tables">{entry.tables.join(", ")}</td>
    </tr>
  );
}

const day = (at: string) => at.slice(0, 10);
const count = (value: number) => value.toLocaleString("en");
const compact = (value: number) =>
  value < 1e6 ? count(value) : value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
const plural = (value: number, noun: string) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
