/**
 * What was run, so that it can be run again.
 *
 * @module
 */
import { formatCount, formatDate, formatDates, formatDuration, formatNumberOf } from "@/charts/format.ts";
import { stepsInWords } from "@/charts/report/answer.tsx";
import { DataTable } from "@/charts/report/data_table.tsx";
import type { ReportData } from "@/charts/report/report_data.ts";

function facts(data: ReportData): (readonly [string, string])[] {
  const { panel, run, seed } = data;
  return [
    ["Dataset", `${data.title} (${data.dataset})`],
    ["Source", data.source],
    ...(panel
      ? [[
        "Data",
        `${formatNumberOf(panel.rows, "row")}, ${formatCount(panel.series)} series, ${
          formatDates(panel.from, panel.to)
        }`,
      ]]
        .map((pair) => pair as unknown as readonly [string, string])
      : []),
    ["As of", `${formatDate(data.asOf)}: sales from this date on were treated as unknown`],
    ["Horizon", stepsInWords(data.horizon, data.frequency)],
    ...(seed === undefined ? [] : [["Seed", String(seed)] as const]),
    ["Data fingerprint", data.fingerprint],
    ["Code revision", data.revision],
    ...(run ? [["Run", `${run.experiment} / ${run.id}`] as const] : []),
    ["Finished", data.createdAt.replace("T", " ").replace(/(:\d{2})\.\d+/, "$1").replace(/Z$/, " UTC")],
  ];
}

/** What was run, and how long it took. */
export function RunFacts({ data }: { readonly data: ReportData }) {
  const seconds = data.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  return (
    <>
      <dl class="facts">
        {facts(data).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      {data.stages.length > 0
        ? (
          <details>
            <summary>
              Stages: {formatDuration(seconds)} in all
            </summary>
            <DataTable
              table={{
                columns: ["stage", "time"],
                rows: data.stages.map((stage) => [stage.name, formatDuration(stage.seconds)]),
              }}
              caption="How long each stage took"
            />
          </details>
        )
        : ""}
    </>
  );
}
