/**
 * Which stores will sell most, and how do they differ?
 *
 * @module
 */
import {
  type Figure,
  formatChange,
  formatDates,
  formatSales,
  lightColours,
  makeFigure,
  sentenceCase,
} from "@/charts/mod.ts";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";
import { futureOf, totalsOf } from "@/serving/pages/parts/fan_of.ts";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { StateTiles } from "@/serving/pages/parts/state_tiles.tsx";
import { seriesName } from "@/serving/pages/parts/series_picker.tsx";
import type { Page } from "@/serving/pages/page.ts";
import type { ServedModel } from "@/serving/served_model.ts";

/** Columns with more values than this are no filter. */
const MOST_VALUES = 60;
/** Series that are drawn, and that the table shows at first. */
const DRAWN = 6, LISTED = 50;

/** A series in the ranking. */
interface Ranked {
  readonly id: string;
  readonly total: number;
  readonly change: number | undefined;
}

/** Ranks series, and draws the first of them side by side. */
export const comparePage: Page = {
  name: "compare",
  title: "Compare",
  needsModel: true,
  async render({ services, query }) {
    const model = services.models.answerer();
    const filters = filtersOf(model);
    const chosen = filters.flatMap(({ name }) => query.get(name) ? [[name, query.get(name)!] as const] : []);
    const picked = (query.get("series") ?? "").split(",").map((id) => id.trim()).filter(Boolean);
    const wanted = model.series.filter((id) => {
      if (picked.length > 0) return picked.includes(id);
      const about = model.about(id);
      return chosen.every(([name, value]) => String(about[name]) === value);
    });
    const paths = await services.models.using(
      model,
      (one) => one.forecast(wanted.map((id) => ({ id, changes: new Map() }))),
    );
    const ranked: Ranked[] = paths.map((path) => {
      const { total, lastYear } = totalsOf(futureOf(model, path));
      return { id: path.id, total, change: lastYear === undefined || lastYear <= 0 ? undefined : total / lastYear - 1 };
    }).sort((a, b) => b.total - a.total);
    const all = ranked.reduce((sum, { total }) => sum + total, 0), unit = model.profile.unit.split(" ")[0]!;
    const span = formatDates(model.dateOf(0), model.dateOf(model.horizon - 1));
    const byId = new Map(paths.map((path) => [path.id, path]));
    const top = ranked.slice(0, DRAWN).map(({ id }) => ({ id, future: futureOf(model, byId.get(id)!) }));
    const most = Math.max(
      1,
      ...top.flatMap(({ future }) => future.flatMap(({ forecast, lastYear }) => [forecast, lastYear ?? 0])),
    );
    return (
      <>
        <p class="eyebrow">{span}</p>
        <h1>
          {ranked.length.toLocaleString("en")} of {model.series.length.toLocaleString("en")} series sell{" "}
          {formatSales(all)} {unit} together
        </h1>
        <form
          class="controls"
          action="/dashboard/compare"
          hx-get="/dashboard/compare"
          hx-target="#content"
          hx-push-url="true"
          hx-trigger="change"
        >
          {filters.map(({ name, values }) => (
            <label>
              {sentenceCase(name.replaceAll("_", " "))}
              <select name={name}>
                <option value="">all</option>
                {values.map((value) => (
                  <option value={value} selected={query.get(name) === value || undefined}>{value}</option>
                ))}
              </select>
            </label>
          ))}
          <label class="grow">
            Or these series, with commas between
            <input name="series" value={picked.join(", ")} placeholder={model.series.slice(0, 3).join(", ")} />
          </label>
          <button type="submit">Show</button>
        </form>
        {ranked.length === 0 ? <p role="status">No series is like this: choose “all” in one of the filters.</p> : (
          <>
            <StateTiles model={model} chosen={query.get("state")} />
            <section>
              <h2>The largest, on one scale</h2>
              <div class="multiples">
                {top.map(({ id, future }) => <Plot id={`multiple-${id}`} figure={small(model, id, future, most)} />)}
              </div>
            </section>
            <section>
              <h2>Ranking</h2>
              <ScrollTable
                label="Ranking of series"
                columns={[
                  { number: "Rank" },
                  "Series",
                  ...filters.map(({ name }) => sentenceCase(name.replaceAll("_", " "))),
                  { number: `Forecast (${unit})` },
                  { number: "Share" },
                  { number: "v. a year before" },
                ]}
                tall
              >
                {ranked.slice(0, LISTED).map(({ id, total, change }, at) => (
                  <tr>
                    <td class="number">{at + 1}</td>
                    <th scope="row">
                      <a href={`/dashboard/forecast?series=${encodeURIComponent(id)}`}>{seriesName(model, id)}</a>
                    </th>
                    {filters.map(({ name }) => <td>{model.about(id)[name] ?? "–"}</td>)}
                    <td class="number">{formatSales(total)}</td>
                    <td class="number">{all > 0 ? `${(total / all * 100).toFixed(2)} %` : "–"}</td>
                    <td class="number">{change === undefined ? "–" : formatChange(change, 1)}</td>
                  </tr>
                ))}
              </ScrollTable>
              {ranked.length > LISTED && <p class="note">The first {LISTED}; filters narrow the list.</p>}
            </section>
          </>
        )}
      </>
    );
  },
};

/** The static columns that tell groups of series apart. */
function filtersOf(model: ServedModel): { readonly name: string; readonly values: readonly string[] }[] {
  const values = new Map<string, Set<string>>();
  for (const id of model.series) {
    for (const [name, value] of Object.entries(model.about(id))) {
      if (value === null) continue;
      let seen = values.get(name);
      if (seen === undefined) values.set(name, seen = new Set());
      if (seen.size <= MOST_VALUES) seen.add(String(value));
    }
  }
  const { keys, levels } = model.profile;
  return [...values]
    // Words make groups, and so do the parts of a series' name where it has several: a department, an item.
    .filter(([name, seen]) =>
      seen.size > 1 && seen.size <= MOST_VALUES && (name in levels || keys.includes(name) || name === "type")
    )
    .map(([name, seen]) => ({ name, values: [...seen].sort((a, b) => a.localeCompare(b, "en", { numeric: true })) }))
    .slice(0, 4);
}

/** One of many small charts with the same scale. */
function small(model: ServedModel, id: string, future: ReturnType<typeof futureOf>, most: number): Figure {
  const open = future.filter(({ closed }) => !closed), { total } = totalsOf(future);
  const x = open.map(({ ds }) => ds);
  return makeFigure({
    title: `${sentenceCase(seriesName(model, id))}: ${formatSales(total)} ${model.profile.unit.split(" ")[0]}`,
    subtitle: model.profile.unit,
    height: 120,
    margins: { left: 44, right: 8, bottom: 28 },
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "a year before",
        x,
        y: open.map(({ lastYear }) => lastYear ?? null),
        line: { color: lightColours.ghost, width: 1, dash: "dot" },
        hovertemplate: "%{y:,.0f}",
      },
      {
        type: "scatter",
        mode: "lines",
        name: "forecast",
        x,
        y: open.map(({ forecast }) => forecast),
        line: { color: lightColours.accent, width: 2 },
        hovertemplate: "%{y:,.0f}",
      },
    ],
    layout: {
      hovermode: "x unified",
      xaxis: { type: "date", nticks: 3, tickformat: "%-d %b" },
      yaxis: { range: [0, most * 1.05], tickformat: ",~s", nticks: 3 },
    },
    table: { columns: ["date", "forecast"], rows: open.map(({ ds, forecast }) => [ds, formatSales(forecast)]) },
  });
}
