/**
 * Is the data as it must be, and how fresh is it?
 *
 * @module
 */
import { calendarHeatMap, formatDate, sentenceCase } from "@/charts/mod.ts";
import { AnswerCards } from "@/serving/pages/parts/answer_cards.tsx";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { Empty } from "@/serving/pages/layout.tsx";
import type { Page } from "@/serving/pages/page.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { DATA_DOCS } from "@/pipeline/record_validation.ts";
import { addSteps } from "@/pipeline/time.ts";
import type { LocalStore } from "@/core/store.ts";

/** A validation result, as far as the page reads it: Great Expectations' own JSON. */
interface Validation {
  readonly success: boolean;
  readonly results: readonly {
    readonly success: boolean;
    readonly expectation_config?: {
      readonly type?: string;
      readonly kwargs?: { readonly column?: string };
      readonly severity?: string;
    };
    readonly result?: { readonly unexpected_count?: number };
  }[];
  readonly meta?: { readonly run_id?: { readonly run_time?: string }; readonly validation_time?: string };
}

/** The latest validation of every stage, and what the data is made of. */
export const qualityPage: Page = {
  name: "quality",
  title: "Data quality",
  async render({ services: { store, dataset, now, models } }) {
    const { name } = dataset.profile;
    const validations = await readValidations(store, name);
    if (validations.length === 0) {
      return (
        <Empty title="Nothing was validated yet" command={`deno task validate --dataset ${name}`}>
          <p>The page fills when raw data, panel and features were held to their data contracts.</p>
        </Empty>
      );
    }
    const panel = await readJsonIfThere<
      { readonly asOf?: string; readonly rows?: number; readonly series?: number; readonly source?: string }
    >(
      store,
      keysOf(name).panelCard,
    );
    const broken = validations.flatMap(({ suite, result }) =>
      result.results.filter(({ success }) => !success).map((one) => ({ suite, one }))
    );
    const critical = broken.filter(({ one }) => (one.expectation_config?.severity ?? "critical") === "critical");
    const rules = validations.reduce((sum, { result }) => sum + result.results.length, 0);
    const docs = await docsOf(store, name);
    const stale = panel?.asOf === undefined
      ? undefined
      : Temporal.PlainDate.from(panel.asOf).until(now().toZonedDateTimeISO("UTC").toPlainDate()).days;
    return (
      <>
        <p class="eyebrow">
          {panel?.source === undefined
            ? name
            : `${name} from ${panel.source === "synthetic" ? "the generator" : "files"}`}
        </p>
        <h1>
          {critical.length > 0
            ? `${critical.length} critical rules are broken`
            : broken.length > 0
            ? `All critical rules hold; ${broken.length} warnings`
            : `All ${rules} rules of the data contracts hold`}
        </h1>
        <AnswerCards
          cards={[
            {
              term: "Rules held",
              figure: `${rules - broken.length} of ${rules}`,
              detail: `${validations.length} suites`,
            },
            {
              term: "Newest sales",
              figure: panel?.asOf === undefined ? "–" : formatDate(addSteps(panel.asOf, -1, "1d")),
              detail: stale === undefined
                ? ""
                : stale > 60
                ? `${stale.toLocaleString("en")} days ago: old, or history on purpose`
                : `${stale} days ago`,
            },
            {
              term: "Rows",
              figure: panel?.rows?.toLocaleString("en") ?? "–",
              detail: panel?.series === undefined ? "" : `${panel.series.toLocaleString("en")} series`,
            },
          ]}
        />
        <section>
          <h2>Suites</h2>
          <ScrollTable label="Suites" columns={["Suite", "Verdict", { number: "Rules" }, { number: "Broken" }]}>
            {validations.map(({ suite, result }) => {
              const failed = result.results.filter(({ success }) => !success).length;
              return (
                <tr>
                  <th scope="row">{suite.replaceAll("_", " ")}</th>
                  <td class={result.success ? "good" : "alert"}>{result.success ? "✓ holds" : "✗ broken"}</td>
                  <td class="number">{result.results.length}</td>
                  <td class="number">{failed}</td>
                </tr>
              );
            })}
          </ScrollTable>
          <p class="note">
            {docs.length === 0 ? "There are no data docs yet." : (
              <>
                Data docs: {docs.map(({ stage, href }, at) => (
                  <>
                    {at > 0 && ", "}
                    <a href={href}>{stage}</a>
                  </>
                ))}
              </>
            )}
          </p>
        </section>
        {models.state.ready && (
          <section>
            <h2>What is missing</h2>
            <Plot id="missing" figure={calendarHeatMap(models.state.model.missing(), { show: "missing" })} />
          </section>
        )}
        {broken.length > 0 && (
          <section>
            <h2>What is broken</h2>
            <ScrollTable
              label="Broken rules"
              columns={["Rule", "Column", "Suite", "Severity", { number: "Rows" }]}
              tall
            >
              {broken.map(({ suite, one }) => (
                <tr>
                  <th scope="row">{sentenceCase((one.expectation_config?.type ?? "").replaceAll("_", " "))}</th>
                  <td>{one.expectation_config?.kwargs?.column ?? "–"}</td>
                  <td>{suite.replaceAll("_", " ")}</td>
                  <td>{one.expectation_config?.severity ?? "critical"}</td>
                  <td class="number">{one.result?.unexpected_count?.toLocaleString("en") ?? "–"}</td>
                </tr>
              ))}
            </ScrollTable>
          </section>
        )}
      </>
    );
  },
};

async function readValidations(store: LocalStore, dataset: string) {
  const folder = keysOf(dataset).validation("").replace(/\.json$/, "");
  const found: { readonly suite: string; readonly result: Validation }[] = [];
  for await (const key of store.list(folder)) {
    const suite = key.slice(folder.length).replace(/\.json$/, "");
    if (!key.endsWith(".json") || suite.includes("/")) continue;
    const result = await readJsonIfThere<Validation>(store, key);
    if (Array.isArray(result?.results)) found.push({ suite, result });
  }
  return found;
}

/** Pages of data docs that are there: of all validations, and of the last one of each stage. */
async function docsOf(
  store: LocalStore,
  dataset: string,
): Promise<{ readonly stage: string; readonly href: string }[]> {
  const stages = ["raw", "panel", "features"];
  const pages = [
    { stage: "all validations", href: `${DATA_DOCS}/index.html` },
    ...stages.map((stage) => ({ stage, href: keysOf(dataset).dataDocs(stage) })),
    { stage: "report of the run", href: keysOf(dataset).report },
  ];
  const there = await Promise.all(pages.map(async ({ href }) => await store.get(href) !== undefined));
  return pages.filter((_, at) => there[at]).map(({ stage, href }) => ({ stage, href: `/${href}` }));
}
