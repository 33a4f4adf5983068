/**
 * The maturity audit as a page: the answer, the radar, what to do next, every test with its evidence.
 *
 * @module
 */
import { raw } from "hono/html";
import { radarChart } from "@/charts/audit/radar_chart.ts";
import { Coded } from "@/charts/report/coded.tsx";
import { DataTable } from "@/charts/report/data_table.tsx";
import { sentenceCase } from "@/charts/model_style.ts";
import { pageOfFigures } from "@/charts/show/page_of_figures.tsx";

/** A level that was reached. */
export interface AuditLevel {
  /** The level reached: 0 is the lowest. */
  readonly level: number;
  /** The highest level that there is. */
  readonly of: number;
  /** What the level is called: `ML pipeline automation`. */
  readonly title: string;
  /** What the next one lacks. */
  readonly lacking: readonly string[];
}

/** A line of evidence. */
export interface AuditLine {
  /** Whether the evidence is as wanted; if not, it is a gap. */
  readonly passed: boolean;
  /** What was looked at: an id, or a sentence. */
  readonly name: string;
  /** What was seen, in words. */
  readonly found: string;
  /** What would have passed, in words. */
  readonly wanted: string;
}

/** Everything that the page tells. */
export interface AuditPage {
  /** The project's name, for the title. */
  readonly project: string;
  /** When it was audited, ISO 8601. */
  readonly at: string;
  /** The score's sentence: what the paper says of it. */
  readonly meaning: string;
  /** The ML Test Score: the lowest of the sections' points, 0 to 7. */
  readonly final: number;
  /** Points of each section, 0 to `of`, in the order of the radar. */
  readonly sections: readonly { readonly name: string; readonly points: number; readonly of: number }[];
  /** Google's levels, 0 to 2. */
  readonly google: AuditLevel;
  /** Microsoft's levels, 0 to 4. */
  readonly microsoft: AuditLevel;
  /** Whether a build machine runs the audit by itself, and where, in words. */
  readonly automation: string;
  /** What to do next, the most valuable first; empty where nothing is open. */
  readonly next: readonly string[];
  /** Section → its tests. */
  readonly tests: Readonly<Record<string, readonly AuditLine[]>>;
  /** Area → its checks. */
  readonly areas: Readonly<Record<string, readonly AuditLine[]>>;
}

/** The heading says what the caption would. Names of checks are sentences too. On a phone, a line of evidence is read from top to bottom, with no scrolling aside. */
const STYLE = `
.lines caption { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
.lines tbody th { white-space: normal; min-width: 14em; }
@media (max-width: 640px) {
  .lines .scroll.tall { max-height: none; }
  .lines table, .lines tbody, .lines tr, .lines tbody th, .lines td { display: block; width: auto; min-width: 0; }
  .lines thead { display: none; }
  .lines tr { border-top: 1px solid var(--hairline); padding: 8px 0; }
  .lines tbody th, .lines td { border: 0; padding: 1px 12px; }
  .lines tbody tr:first-child { border: 0; }
  .lines td:last-child { color: var(--muted); }
  .lines td:last-child::before { content: "Wanted: "; }
}
`;

/**
 * Writes the audit as one HTML page that opens offline and runs no script.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { auditPage } from "@/charts/audit/audit_page.tsx";
 *
 * const level = { level: 1, of: 2, title: "ML pipeline automation", lacking: ["infrastructure 7"] };
 * const html = auditPage({
 *   project: "shop", at: "2026-01-31T00:00:00Z", meaning: "reasonably tested", final: 3,
 *   sections: [{ name: "data", points: 3, of: 7 }, { name: "model", points: 4, of: 7 }], google: level,
 *   microsoft: { ...level, of: 4 }, automation: "by hand", next: ["Write a runbook"], tests: {}, areas: {},
 * });
 * expect(html).toContain("ML Test Score 3: reasonably tested");
 * expect(html).not.toContain("<script");
 * ```
 */
export function auditPage(page: AuditPage): string {
  const title = `Maturity audit of ${page.project}`;
  return pageOfFigures({ title, body: (<Body page={page} title={title} />).toString(), style: STYLE });
}

function Body({ page, title }: { readonly page: AuditPage; readonly title: string }) {
  const { sections, google, microsoft, next, tests, areas } = page;
  return (
    <main class="page">
      <header>
        <p class="eyebrow">{title}, {page.at.slice(0, 16).replace("T", " ")} UTC</p>
        <h1>ML Test Score {page.final}: {page.meaning}</h1>
        <dl class="answer">
          <div>
            <dt>ML Test Score</dt>
            <dd class="figure">{page.final} of 7</dd>
            <dd class="detail">the lowest of {sections.map(({ name, points }) => `${name} ${points}`).join(", ")}</dd>
          </div>
          <LevelBox name="Google's levels" level={google} />
          <LevelBox name="Microsoft's levels" level={microsoft} />
        </dl>
      </header>
      <section>
        <h2>Points by section</h2>
        <figure>{raw(radarChart(sections))}</figure>
        <p class="quiet">
          A point for a test that runs by itself, half a point for one that a person has to start: {page.automation}.
        </p>
      </section>
      <section>
        <h2>What to do next</h2>
        {next.length === 0 ? <p>Nothing is open.</p> : (
          <ol>
            {next.map((one) => (
              <li>
                <Coded text={one} />
              </li>
            ))}
          </ol>
        )}
      </section>
      {Object.entries(tests).map(([name, lines]) => <Lines name={name} what="tests" lines={lines} />)}
      {Object.entries(areas).map(([name, lines]) => <Lines name={name} what="checks" lines={lines} />)}
    </main>
  );
}

function LevelBox({ name, level }: { readonly name: string; readonly level: AuditLevel }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figure">{level.level} of {level.of}</dd>
      <dd class="detail">
        {level.title}
        {level.lacking.length > 0 ? `; the next one lacks ${level.lacking.join(", ")}` : "; the highest"}
      </dd>
    </div>
  );
}

function Lines({ name, what, lines }: {
  readonly name: string;
  readonly what: string;
  readonly lines: readonly AuditLine[];
}) {
  const passed = lines.filter((line) => line.passed).length;
  const rows = lines.map(({ passed, name, found, wanted }) => [
    name,
    passed ? "✓\u00a0passed" : "✗\u00a0gap",
    found,
    wanted,
  ]);
  return (
    <section class="lines">
      <h2>{sentenceCase(name)}: {passed} of {lines.length} {what} passed</h2>
      <DataTable
        table={{ columns: ["check", "verdict", "what was seen", "what was wanted"], rows }}
        caption={`${sentenceCase(name)}, ${what}`}
        wide={[0, 2, 3]}
      />
    </section>
  );
}
