/**
 * Data docs: what was expected of the data, and what was found, as a page for people.
 *
 * @module
 */
import { raw } from "hono/html";
import type { Json } from "@/core/json.ts";
import { columnsOf, observedInWords, wantedInWords } from "@/checks/expectations/findings.ts";
import type { ExpectationResult, ValidationResult } from "@/checks/expectations/run_suite.ts";

/** One table's verdict. */
export interface Validation {
  /** The table's name: `train`. */
  readonly table: string;
  /** What its suite found. */
  readonly result: ValidationResult;
}

/** What the page says besides the verdicts. */
export interface DataDocsOptions {
  /** What was validated: `Rossmann, raw data`. */
  readonly title: string;
  /** The stylesheet. */
  readonly css: string;
  /** When, in ISO form. */
  readonly validatedAt: string;
  /** What the tables are for: `forecast from` (the default), `plan with`. */
  readonly purpose?: string;
  /** Table → files with every row that breaks a rule, seen from the page. */
  readonly downloads?: Readonly<Record<string, readonly string[]>>;
  /** Table → rows that were set aside before. */
  readonly quarantined?: Readonly<Record<string, number>>;
  /** The index of all validations, seen from the page. */
  readonly index?: string;
}

/** What the page needs beyond the common stylesheet. */
const OWN_CSS = `
td.verdict { white-space: nowrap; font-weight: 600; }
p.downloads { margin-top: 16px; }
td.rule { min-width: 13em; font-variant-numeric: tabular-nums; }
.examples th, .examples td { padding-top: 4px; padding-bottom: 4px; }
`;

/**
 * Draws the page of a validation run: the verdict in one sentence and three figures, then what was broken with examples
 * and their row numbers, then what was kept. One file that needs no network.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { parseSuite, renderDataDocs, runSuite } from "@/checks/mod.ts";
 *
 * const rule = { type: "expect_column_values_to_be_between", kwargs: { column: "sales", min_value: 0 } };
 * const suite = parseSuite(JSON.stringify({ name: "sales", expectations: [rule] }), "sales.json");
 * const result = runSuite(pl.DataFrame({ sales: [3, -4] }), suite);
 * const page = renderDataDocs([{ table: "train", result }], { title: "Sales", css: "", validatedAt: "2026-11-01T08:00Z" });
 * expect(page).toContain("Sales broke 1 critical rule of 1: it is not fit to forecast from.");
 * ```
 */
export function renderDataDocs(validations: readonly Validation[], options: DataDocsOptions): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`Data docs: ${options.title}`}</title>
        <style>{raw(options.css + OWN_CSS)}</style>
      </head>
      <body>
        <main class="page">
          <Header validations={validations} options={options} />
          {validations.map((validation) => <TableSection validation={validation} options={options} />)}
        </main>
      </body>
    </html>
  );
  return `<!DOCTYPE html>${page}`;
}

/** How bad a rule's verdict is: broken critical rules stop a pipeline. */
function verdictOf({ success, expectation_config }: ExpectationResult): "kept" | "critical" | "warning" {
  return success ? "kept" : expectation_config.severity === "critical" ? "critical" : "warning";
}

function Header(
  { validations, options }: { readonly validations: readonly Validation[]; readonly options: DataDocsOptions },
) {
  const all = validations.flatMap(({ result }) => result.results);
  const critical = all.filter((one) => verdictOf(one) === "critical").length;
  const warnings = all.filter((one) => verdictOf(one) === "warning").length;
  const rows = validations.reduce((sum, { result }) => sum + ((result.meta.rows as number | undefined) ?? 0), 0);
  return (
    <header>
      <p class="eyebrow">
        {options.index === undefined ? "Data docs" : <a href={options.index}>Data docs</a>} · {options.title} ·{" "}
        <time datetime={options.validatedAt}>{options.validatedAt.replace("T", " ").replace(/\.\d+/, "")}</time>
      </p>
      <h1>{verdictSentence(options, all.length, critical, warnings)}</h1>
      <dl class="answer">
        <div>
          <dt>Rules kept</dt>
          <dd class="figure">{count(all.length - critical - warnings)} of {count(all.length)}</dd>
          <dd class="detail">over {plural(validations.length, "table")}</dd>
        </div>
        <div>
          <dt>Rules broken</dt>
          <dd class={`figure ${critical > 0 ? "alert" : ""}`}>{count(critical)} critical</dd>
          <dd class="detail">{plural(warnings, "warning")}</dd>
        </div>
        <div>
          <dt>Rows checked</dt>
          <dd class="figure">{count(rows)}</dd>
          <dd class="detail">{validations.map(({ table }) => table).join(", ")}</dd>
        </div>
      </dl>
    </header>
  );
}

function verdictSentence(
  { title, purpose = "forecast from" }: DataDocsOptions,
  rules: number,
  critical: number,
  warnings: number,
): string {
  if (critical > 0) {
    return `${title} broke ${plural(critical, "critical rule")} of ${count(rules)}: it is not fit to ${purpose}.`;
  }
  if (warnings > 0) {
    return `${title} kept every critical rule, with ${plural(warnings, "warning")}: it is fit to ${purpose}.`;
  }
  return `${title} kept all ${plural(rules, "rule")}: it is fit to ${purpose}.`;
}

function TableSection(
  { validation: { table, result }, options }: {
    readonly validation: Validation;
    readonly options: DataDocsOptions;
  },
) {
  const files = options.downloads?.[table] ?? [], aside = options.quarantined?.[table] ?? 0;
  const bySeverity = { critical: 0, warning: 1, kept: 2 };
  const broken = result.results
    .filter(({ success }) => !success)
    .toSorted((a, b) => bySeverity[verdictOf(a)] - bySeverity[verdictOf(b)]);
  const kept = result.results.filter(({ success }) => success);
  const heading = `table-${table}`;
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>{table}</h2>
      <p class="quiet">
        {plural((result.meta.rows as number | undefined) ?? 0, "row")}, suite {result.suite_name}
        {aside === 0 ? "" : `; ${plural(aside, "row")} set aside before`}
      </p>
      {broken.length === 0 ? <p class="good">✓ Kept all {plural(kept.length, "rule")}.</p> : (
        <>
          <Rules rules={broken} caption={`Rules that ${table} broke, the critical ones first`} />
          {files.length === 0 ? "" : (
            <p class="downloads">
              Every row that breaks a rule, with its number and the reason: {files.map((file, k) => (
                <>
                  {k > 0 ? ", " : ""}
                  <a href={file} download>{file}</a>
                </>
              ))}
            </p>
          )}
          {broken.map((one) => <Examples one={one} />)}
        </>
      )}
      {kept.length === 0 ? "" : (
        <details>
          <summary>{plural(kept.length, "rule")} kept</summary>
          <Rules rules={kept} caption={`Rules that ${table} kept`} />
        </details>
      )}
    </section>
  );
}

const VERDICTS = {
  kept: { word: "✓ kept", style: "good" },
  critical: { word: "✗ critical", style: "alert" },
  warning: { word: "! warning", style: "amber" },
};

function Rules({ rules, caption }: { readonly rules: readonly ExpectationResult[]; readonly caption: string }) {
  return (
    // A keyboard scrolls what it can focus.
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {["verdict", "column", "wanted", "found", "why"].map((name) => <th scope="col">{name}</th>)}
          </tr>
        </thead>
        <tbody>
          {rules.map((one) => {
            const { word, style } = VERDICTS[verdictOf(one)];
            const { type, meta } = one.expectation_config;
            const found = observedInWords(one);
            return (
              <tr title={type}>
                <td class={`verdict ${style}`}>{word}</td>
                <th scope="row">{columnsOf(one.expectation_config).join(", ") || "whole table"}</th>
                <td class="rule">{wantedInWords(one.expectation_config)}</td>
                <td class="rule">{typeof found === "number" ? number(found) : found}</td>
                <td class="wide quiet">{typeof meta.notes === "string" ? meta.notes : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The first rows that break a rule; nothing for rules about the table as a whole. */
function Examples({ one }: { readonly one: ExpectationResult }) {
  const values = (one.result.partial_unexpected_list ?? []) as readonly Json[];
  const index = (one.result.partial_unexpected_index_list ?? []) as readonly number[];
  if (values.length === 0 || index.length === 0) return "";
  const columns = columnsOf(one.expectation_config);
  const broken = one.result.unexpected_count as number;
  const caption = `${broken > values.length ? `The first ${count(values.length)} of ${count(broken)}` : "All"} rows`;
  return (
    <details>
      <summary>
        {columns.join(", ")}, {wantedInWords(one.expectation_config)}: show{" "}
        {broken > values.length ? `${count(values.length)} of ${count(broken)} rows` : plural(broken, "row")}
      </summary>
      <div class="scroll examples" tabindex={0} role="region" aria-label={caption}>
        <table>
          <caption>
            <span>{caption}; 1 is the first row after the header</span>
          </caption>
          <thead>
            <tr>
              <th scope="col" class="number">row</th>
              {columns.map((name) => <th scope="col">{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {values.map((value, i) => (
              <tr>
                <td class="number">{count(index[i]! + 1)}</td>
                {cells(value).map((cell) => <td>{cell}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function cells(value: Json): string[] {
  if (Array.isArray(value)) return value.map((one) => text(one as Json));
  return value !== null && typeof value === "object" ? Object.values(value).map(text) : [text(value)];
}

function text(value: Json): string {
  if (value === null) return "missing";
  return typeof value === "number" ? number(value) : String(value);
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 6 });
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
