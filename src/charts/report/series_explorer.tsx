/**
 * Actual v. predicted for a few series: choose the series and the model, and move a window through time.
 *
 * @module
 */
import type { Figure } from "@/charts/figure.ts";
import { modelName, sentenceCase } from "@/charts/model_style.ts";
import { DataTable } from "@/charts/report/data_table.tsx";
import type { ReportData } from "@/charts/report/report_data.ts";

/** Widths of the window that a reader can choose, in days; 0 is everything. */
function spans({ frequency, horizon }: ReportData): { days: number; label: string }[] {
  const day = frequency === "1w" ? 7 : 1;
  const near = Math.ceil(horizon * day * 1.15);
  const choices = [
    { days: near, label: "the forecast alone" },
    { days: 120, label: "4 months" },
    { days: 365, label: "a year" },
    { days: 730, label: "2 years" },
  ];
  return [...choices.filter(({ days }) => days === near || days > near * 1.3), { days: 0, label: "everything" }];
}

/** The chart of a series with its controls, all of which work by keyboard. */
export function SeriesExplorer({ data, figures }: { readonly data: ReportData; readonly figures: readonly Figure[] }) {
  const first = figures[0];
  if (!first) return <p>No series was kept for this report.</p>;
  const others = Object.keys(data.scores).filter((model) => model !== data.champion && model !== data.baseline);
  const choices = [data.champion, ...others].filter((model) =>
    data.series.some((series) => series.predictions[model] !== undefined)
  );
  return (
    <div id="explorer">
      <figure>
        <figcaption aria-live="polite">
          <h3 id="series-title">{first.title}</h3>
          <p class="quiet" id="series-subtitle">{first.subtitle}</p>
        </figcaption>
        <div class="plot" data-figure="series-0" role="img" aria-label={`Chart: ${first.title}`}></div>
        <div class="controls">
          <label>
            Series
            <select id="series-choice">
              {data.series.map((series, i) => <option value={String(i)}>{series.label ?? series.id}</option>)}
            </select>
          </label>
          {choices.length > 1
            ? (
              <label>
                Forecast
                <select id="model-choice">
                  {choices.map((model) => <option value={model}>{sentenceCase(modelName(model))}</option>)}
                </select>
              </label>
            )
            : ""}
          <label>
            Show
            <select id="span-choice">
              {spans(data).map(({ days, label }, i) => (
                <option value={String(days)} selected={i === 1 || undefined}>{sentenceCase(label)}</option>
              ))}
            </select>
          </label>
          <label class="grow">
            <span>
              Move through time: <output id="scrubber-dates" for="scrubber"></output>
            </span>
            <input type="range" id="scrubber" min="0" max="1" value="1" step="1" />
          </label>
        </div>
        <details>
          <summary>
            Numbers of this chart<span class="hidden">: the holdout</span>
          </summary>
          {figures.map((figure, i) => (
            <div data-series-table={String(i)} hidden={i > 0 || undefined}>
              <DataTable
                table={figure.table}
                caption={`${data.series[i]?.label ?? data.series[i]?.id}: the holdout, ${data.unit}`}
              />
            </div>
          ))}
        </details>
      </figure>
    </div>
  );
}
