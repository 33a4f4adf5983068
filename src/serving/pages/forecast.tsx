/**
 * What will this store sell, and how sure are we?
 *
 * @module
 */
import {
  formatChange,
  formatDate,
  formatDates,
  formatMetric,
  formatSales,
  METRIC_WORDS,
  modelName,
  sentenceCase,
  waterfallChart,
} from "@/charts/mod.ts";
import { AnswerCards } from "@/serving/pages/parts/answer_cards.tsx";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";
import { figureOf, futureOf, totalsOf } from "@/serving/pages/parts/fan_of.ts";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { seriesName, SeriesPicker } from "@/serving/pages/parts/series_picker.tsx";
import type { Page, PageCall } from "@/serving/pages/page.ts";
import { demandStep } from "@/serving/rows.ts";
import type { ServedModel } from "@/serving/served_model.ts";

/** Steps of history that the chart may show, by frequency. */
const PASTS = {
  "1d": [[56, "8 weeks"], [182, "half a year"], [730, "2 years"]],
  "1w": [[26, "half a year"], [53, "a year"], [143, "everything"]],
} as const;

/** The first page: a series, its history and its forecast. */
export const forecastPage: Page = {
  name: "forecast",
  title: "Forecast",
  needsModel: true,
  async render(call) {
    const { services, query, target } = call;
    const first = services.models.answerer();
    const id = query.get("series") ?? first.series[0]!;
    const model = services.models.answerer(id);
    if (target === "why") return await why(call, model, id);
    const [path] = await services.models.using(model, (one) => one.forecast([{ id, changes: new Map() }]));
    const { profile, card } = model, pasts = PASTS[profile.frequency];
    const past = Number(query.get("past") ?? pasts[0][0]);
    const future = futureOf(model, path!), { total, days, lastYear } = totalsOf(future);
    const [unit, per] = [profile.unit.split(" ")[0]!, profile.frequency === "1w" ? "week" : "open day"];
    const span = formatDates(model.dateOf(0), model.dateOf(model.horizon - 1)),
      name = sentenceCase(seriesName(model, id));
    const { metric, scores, baseline } = card.evaluation;
    const error = scores[card.champion]?.[metric as "rmspe"], naive = scores[baseline]?.[metric as "rmspe"];
    const title = `${name} sells about ${formatSales(total)} ${unit}, ${span}`;
    return (
      <>
        <p class="eyebrow">{about(model, id)}</p>
        <h1>{title}</h1>
        <AnswerCards
          cards={[
            {
              term: `In ${future.length} ${profile.frequency === "1w" ? "weeks" : "days"}`,
              figure: `${formatSales(total)} ${unit}`,
              detail: lastYear === undefined || lastYear <= 0
                ? span
                : `${formatChange(total / lastYear - 1, 1)} v. the same days a year before`,
            },
            {
              term: `On an average ${per}`,
              figure: `${formatSales(days === 0 ? 0 : total / days)} ${unit}`,
              detail: `${days} of ${future.length} ${profile.frequency === "1w" ? "weeks" : "days"} with sales`,
            },
            {
              term: "How far off the model was",
              figure: formatMetric(metric as "rmspe", error ?? null),
              detail: `${METRIC_WORDS[metric as "rmspe"]?.label ?? metric} on the holdout; ${modelName(baseline)} ${
                formatMetric(metric as "rmspe", naive ?? null)
              }`,
            },
          ]}
        />
        <Plot id="fan" figure={figureOf(model, future, { id, steps: past, title: strongest(model, future) })} />
        <form
          class="controls"
          hx-get="/dashboard/forecast"
          hx-target="#content"
          hx-push-url="true"
          hx-trigger="change"
          hx-indicator="#content"
          action="/dashboard/forecast"
        >
          <SeriesPicker model={model} id={id} />
          <label>
            History
            <select name="past">
              {pasts.map(([steps, words]) => (
                <option value={String(steps)} selected={steps === past || undefined}>{sentenceCase(words)}</option>
              ))}
            </select>
          </label>
          <button type="submit">Show</button>
          <a class="button" download={`forecast_${id}.csv`} href={csvOf(id, future, model.levels)}>Download CSV</a>
          <a class="button" href={`/dashboard/whatif?series=${encodeURIComponent(id)}`}>Change the plan</a>
        </form>
        <section>
          <h2>Why</h2>
          <p>Choose a day to see what moved its forecast, and which days of the past were most like it.</p>
          <form class="controls" hx-get="/dashboard/forecast" hx-target="#why" hx-trigger="change, load">
            <input type="hidden" name="series" value={id} />
            <label class="grow">
              {profile.frequency === "1w" ? "Week" : "Day"}
              <select name="date">
                {future.map(({ ds, closed, promo, holiday, forecast }) => (
                  <option value={ds} disabled={closed || undefined}>
                    {weekday(ds)} {formatDate(ds)}: {closed ? "closed" : formatSales(forecast)}
                    {promo ? ", promotion" : ""}
                    {holiday ? ", holiday" : ""}
                  </option>
                ))}
              </select>
            </label>
          </form>
          <div id="why" aria-live="polite"></div>
        </section>
      </>
    );
  },
};

async function why({ services, query }: PageCall, model: ServedModel, id: string) {
  const step = demandStep(model, query.get("date") ?? model.dateOf(0));
  const told = await services.models.using(model, (one) => one.explain(id, step, new Map()));
  const { unit } = model.profile;
  if (told.method === "none") {
    return <p>{sentenceCase(modelName(model.card.champion))} cannot tell what moved its forecast.</p>;
  }
  const day = `${weekday(told.ds)} ${formatDate(told.ds)}`;
  const most = told.contributions[0]!;
  const direction = most.contribution > 0 ? "raises" : "lowers";
  return (
    <>
      <Plot
        id={`why-${step}`}
        figure={waterfallChart(told.contributions, {
          title: `On ${day}, ${most.feature.replaceAll("_", " ")} ${direction} the forecast most`,
          subtitle: `From what is usual to ${formatSales(told.prediction)} ${unit}, by the model's own account`,
          space: told.space,
          expected: told.expected,
          unit,
        })}
      />
      {told.analogues.length === 0 ? <p>No day of the past had the same weekday and plan.</p> : (
        <>
          <h3>Days like it</h3>
          <ScrollTable label="Days like it" columns={["Date", { number: `Sold (${unit})` }]}>
            {told.analogues.map(({ ds, y }) => (
              <tr>
                <th scope="row">{weekday(ds)} {formatDate(ds)}</th>
                <td class="number">{formatSales(y)}</td>
              </tr>
            ))}
          </ScrollTable>
        </>
      )}
    </>
  );
}

/** What stands out in a path: its strongest day, and what lies behind it. */
function strongest({ profile }: ServedModel, future: ReturnType<typeof futureOf>): string {
  const best = future.reduce((a, b) => b.forecast > a.forecast ? b : a);
  const day = profile.frequency === "1w"
    ? `the week of ${formatDate(best.ds)}`
    : `${weekday(best.ds)} ${formatDate(best.ds)}`;
  const why = best.promo ? ", with a promotion" : best.holiday ? ", with a holiday" : "";
  return `Most is expected on ${day}: ${formatSales(best.forecast)} ${profile.unit.split(" ")[0]}${why}`;
}

/** A day's short name. */
export function weekday(ds: string): string {
  return new Date(`${ds}T00:00:00Z`).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
}

/** What is fixed about a series, in words. */
function about(model: ServedModel, id: string): string {
  const facts = Object.entries(model.about(id)).filter(([name, value]) =>
    typeof value === "string" && !model.profile.keys.includes(name)
  )
    .slice(0, 4).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  return [seriesName(model, id), ...facts].join(" · ");
}

/** The forecast as a file that the browser keeps itself. */
function csvOf(id: string, future: ReturnType<typeof futureOf>, levels: readonly number[]): string {
  const head = ["unique_id", "ds", "forecast", ...levels.flatMap((level) => [`lo-${level}`, `hi-${level}`])];
  const rows = future.map((
    { ds, forecast, intervals },
  ) => [
    id,
    ds,
    forecast.toFixed(3),
    ...levels.flatMap((level) => (intervals[level] ?? ["", ""]).map((v) => Number(v).toFixed(3))),
  ]);
  return `data:text/csv;charset=utf-8,${encodeURIComponent([head, ...rows].map((row) => row.join(",")).join("\n"))}`;
}
