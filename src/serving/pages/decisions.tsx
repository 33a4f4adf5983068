/**
 * What do errors cost, what should be ordered, and what were planners' changes worth?
 *
 * @module
 */
import { raw } from "hono/html";
import {
  changeAgainst,
  costChart,
  formatChange,
  formatCount,
  formatDate,
  formatDates,
  formatNumberOf,
  formatPercent,
  formatSales,
  sentenceCase,
} from "@/charts/mod.ts";
import { criticalRatio, type Hierarchy, hierarchyByColumns, RECONCILIATIONS } from "@/evaluation/mod.ts";
import type { DecisionRecord } from "@/pipeline/decisions/decide.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { overridden, overrideValue } from "@/serving/overrides.ts";
import { AnswerCards } from "@/serving/pages/parts/answer_cards.tsx";
import { orderTotals, type UsualPath, usualPaths } from "@/serving/pages/parts/order_quantities.ts";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { RECONCILIATION_WORDS } from "@/serving/pages/parts/reconciliation_words.ts";
import { SalesTree, type TreeNumbers, treeNumbers } from "@/serving/pages/parts/sales_tree.tsx";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";
import { seriesName } from "@/serving/pages/parts/series_picker.tsx";
import type { Page } from "@/serving/pages/page.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import type { Services } from "@/serving/services.ts";
import type { Override } from "@/serving/stores/forecast_store.ts";

/** Series in the table of orders, and overrides in theirs. */
const LISTED = 20, MOST_OVERRIDES = 50;
/** The slider's ends, in percent. */
const LEAST = 50, MOST = 99;

/** Costs, orders, overrides, and the tree that adds up. */
export const decisionsPage: Page = {
  name: "decisions",
  title: "Decisions",
  needsModel: true,
  async render({ services, query, target }) {
    const model = services.models.answerer();
    const { costs } = services.choices;
    const paths = await usualPaths(model, services.models);
    const service = serviceOf(query.get("service"), criticalRatio(costs));
    const order = <Order model={model} paths={paths} service={service} costs={costs} />;
    if (target === "order") return order;
    const record = await readJsonIfThere<DecisionRecord>(services.store, keysOf(model.profile.name).decisions);
    const overrides = await services.forecasts.overrides({});
    return (
      <>
        <Answer model={model} record={record} paths={paths} service={service} />
        <section>
          <h2>What to order</h2>
          <form
            class="controls"
            action="/dashboard/decisions"
            hx-get="/dashboard/decisions"
            hx-target="#order"
            hx-trigger="input from:find input delay:80ms"
            hx-sync="this:replace"
          >
            <label class="grow">
              Share of outcomes that orders cover, {LEAST} to {MOST} percent
              <input type="range" name="service" min={LEAST} max={MOST} step="1" value={Math.round(100 * service)} />
            </label>
            <button type="submit">Show</button>
          </form>
          <div id="order" aria-live="polite">{order}</div>
        </section>
        {record === undefined
          ? <NothingStudied dataset={model.profile.name} />
          : <Costs model={model} record={record} />}
        <Overrides overrides={overrides} services={services} model={model} />
        <Tree services={services} model={model} paths={paths} overrides={overrides} record={record} />
      </>
    );
  },
};

const unitOf = ({ profile }: ServedModel) => profile.unit.split(" ")[0]!;

/** The share that the slider names; what the costs ask for when it names none. */
function serviceOf(text: string | null, usual: number): number {
  const percent = text === null || text === "" ? NaN : Number(text);
  return Math.min(MOST, Math.max(LEAST, Math.round(Number.isFinite(percent) ? percent : 100 * usual))) / 100;
}

function Answer({ model, record, paths, service }: {
  readonly model: ServedModel;
  readonly record: DecisionRecord | undefined;
  readonly paths: readonly UsualPath[];
  readonly service: number;
}) {
  const span = formatDates(model.dateOf(0), model.dateOf(model.horizon - 1));
  if (record === undefined) {
    const { order } = orderTotals(model, paths, service), unit = unitOf(model);
    return (
      <>
        <p class="eyebrow">{span}</p>
        <h1>
          Orders of {formatSales(sum(order))} {unit} cover {formatPercent(service, 0)} of outcomes
        </h1>
      </>
    );
  }
  const { cost: { ways, costliest, origins }, currency } = record;
  const of = (way: string) => ways.find((own) => own.way === way)!;
  const own = of("interval"), naive = of("naive interval"), step = record.unit.split(" ").at(-1)!;
  const share = costliest.reduce((all, one) => all + one.share, 0);
  return (
    <>
      <p class="eyebrow">
        Forecasts of {record.model} from {formatNumberOf(origins.length, "origin")}, sales known before{" "}
        {formatDate(record.asOf)}
      </p>
      <h1>
        Errors cost {money(own.mean)} {currency} a series and {step}, {formatChange(own.mean / naive.mean - 1, 0)}{" "}
        v. naive intervals
      </h1>
      <AnswerCards
        cards={[
          {
            term: `Cost a series and ${step}`,
            figure: `${money(own.mean)} ${currency}`,
            detail: `v. naive ${money(naive.mean)} ${currency}`,
          },
          {
            term: "For what was missing",
            figure: formatPercent(own.total > 0 ? own.under / own.total : 0, 0),
            detail: `orders covered ${formatPercent(own.service, 0)} of outcomes, ${
              formatPercent(record.cost.ratio, 0)
            } asked for`,
          },
          {
            term: "The dearest series",
            figure: formatPercent(share, 0),
            detail: `of the cost comes from ${costliest.length} of ${formatCount(model.series.length)} series`,
          },
        ]}
      />
    </>
  );
}

/** Money with as many digits as it needs. */
function money(value: number): string {
  return Math.abs(value) >= 1000 ? formatSales(value) : value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((all, value) => all + value, 0);

function Order({ model, paths, service, costs }: {
  readonly model: ServedModel;
  readonly paths: readonly UsualPath[];
  readonly service: number;
  readonly costs: Services["choices"]["costs"];
}) {
  const { forecast, order } = orderTotals(model, paths, service), unit = unitOf(model);
  const whole = sum(forecast), ordered = sum(order);
  const ranked = [...paths.keys()].sort((a, b) => order[b]! - order[a]!);
  const usual = criticalRatio(costs);
  return (
    <>
      <AnswerCards
        cards={[
          {
            term: `Order to cover ${formatPercent(service, 0)}`,
            figure: `${formatSales(ordered)} ${unit}`,
            detail: `all ${formatCount(paths.length)} series, ${formatNumberOf(model.horizon, "step")}`,
          },
          {
            term: "More than the forecast",
            figure: `${formatSales(ordered - whole)} ${unit}`,
            detail: whole > 0 ? formatChange(ordered / whole - 1, 1) : "",
          },
          {
            term: "What the costs ask for",
            figure: formatPercent(usual, 0),
            detail: `${costs.under} ${costs.currency} for a missing unit, ${costs.over} for one left over`,
          },
        ]}
      />
      {model.levels.length === 0 && (
        <p class="note">This model learnt no intervals: orders are its forecasts, whatever they should cover.</p>
      )}
      <details>
        <summary>Orders of the largest series</summary>
        <ScrollTable
          label="Orders of the largest series"
          columns={["Series", { number: `Forecast (${unit})` }, { number: `Order (${unit})` }, { number: "More" }]}
          tall
        >
          {ranked.slice(0, LISTED).map((at) => (
            <tr>
              <th scope="row">{sentenceCase(seriesName(model, paths[at]!.id))}</th>
              <td class="number">{formatSales(forecast[at]!)}</td>
              <td class="number">{formatSales(order[at]!)}</td>
              <td class="number">{forecast[at]! > 0 ? formatChange(order[at]! / forecast[at]! - 1, 1) : "–"}</td>
            </tr>
          ))}
        </ScrollTable>
      </details>
    </>
  );
}

function NothingStudied({ dataset }: { readonly dataset: string }) {
  return (
    <section>
      <h2>What errors cost</h2>
      <div class="state" role="status">
        <p>
          Nobody has counted yet what errors of earlier forecasts cost, which series cost most, and how forecasts add up
          best. This task does:
        </p>
        <pre><code>deno task decisions --dataset {dataset}</code></pre>
      </div>
    </section>
  );
}

function Costs({ model, record }: { readonly model: ServedModel; readonly record: DecisionRecord }) {
  const { cost: { byStore, costliest, steps }, currency } = record;
  return (
    <>
      <section>
        <h2>What errors cost</h2>
        <Plot id="costs" figure={costChart(byStore, { currency, key: model.profile.keys[0]! })} />
        <details>
          <summary>What each step of the forecast is worth</summary>
          <ScrollTable
            label="What each step is worth"
            columns={[
              "Step",
              { number: `Error (${model.profile.metric.toUpperCase()})` },
              { number: "v. naive" },
              {
                number: "v. the step before",
              },
              { number: `Cost (${currency})` },
              { number: `Saves (${currency})` },
            ]}
          >
            {steps.map(({ step, error, cost, overNaive, overBefore, saved }) => (
              <tr>
                <th scope="row">{sentenceCase(step.replaceAll("_", " "))}</th>
                <td class="number">{error.toLocaleString("en", { maximumSignificantDigits: 4 })}</td>
                <td class="number">{formatChange(-overNaive, 1)}</td>
                <td class="number">{formatChange(-overBefore, 1)}</td>
                <td class="number">{money(cost)}</td>
                <td class="number">{money(saved)}</td>
              </tr>
            ))}
          </ScrollTable>
        </details>
      </section>
      <section>
        <h2>Series that cost most</h2>
        <ScrollTable
          label="Series that cost most"
          columns={["Series", { number: `Cost (${currency})` }, { number: "Share" }, { number: "For missing" }, "Why"]}
          tall
        >
          {costliest.map(({ series, cost, share, underShare, why }) => (
            <tr>
              <th scope="row">
                <a href={`/dashboard/forecast?series=${encodeURIComponent(series)}`}>
                  {sentenceCase(seriesName(model, series))}
                </a>
              </th>
              <td class="number">{formatSales(cost)}</td>
              <td class="number">{formatPercent(share, 1)}</td>
              <td class="number">{formatPercent(underShare, 0)}</td>
              <td class="wide">{why}</td>
            </tr>
          ))}
        </ScrollTable>
      </section>
    </>
  );
}

async function Overrides({ overrides, services, model }: {
  readonly overrides: readonly Override[];
  readonly services: Services;
  readonly model: ServedModel;
}) {
  const standing = overrides.filter(({ withdrawn }) => !withdrawn);
  if (standing.length === 0) {
    return (
      <section>
        <h2>What planners changed</h2>
        <div class="state" role="status">
          <p>Nobody has changed a forecast. A listed planner does so with a signed request, one at a time or as CSV:</p>
          <pre><code>POST /overrides  {`{"unique_id": "${model.series[0]}", "ds": "${model.origin}", "value": 120, "reason": "Street party"}`}</code></pre>
        </div>
      </section>
    );
  }
  const dates = standing.map(({ ds }) => ds).sort();
  const actuals = await services.forecasts.actuals({ from: dates[0]!, to: dates.at(-1)! });
  const value = overrideValue(standing, actuals), unit = unitOf(model);
  const sold = new Map(value.scored.map((one) => [one.override, one]));
  const { under, over, currency } = services.choices.costs;
  const cost = (ordered: number, y: number) => y > ordered ? under * (y - ordered) : over * (ordered - y);
  const saved = value.scored.reduce(
    (all, { override, planned, sold }) => all + cost(override.statistical, sold) - cost(planned, sold),
    0,
  );
  const finding = value.added === null
    ? `${formatNumberOf(value.overrides, "override")}, none of whose dates is known yet`
    : value.added >= 0
    ? `Planners made errors ${formatPercent(value.added, 0)} smaller`
    : `Planners made errors ${formatPercent(-value.added, 0)} larger`;
  return (
    <section>
      <h2>What planners changed</h2>
      <p>
        {finding}
        {value.added !== null &&
          `: ${value.better} of ${value.scored.length} were better than the forecast, ${value.worse} worse; as orders they ${
            saved >= 0 ? "saved" : "cost"
          } ${money(Math.abs(saved))} ${currency}`}.
      </p>
      <ScrollTable
        label="Overrides"
        columns={[
          "Date",
          "Series",
          { number: `Forecast (${unit})` },
          { number: `Planner (${unit})` },
          {
            number: `Sold (${unit})`,
          },
          "Worth",
          "Who",
          "Why",
        ]}
        tall
      >
        {standing.toSorted((a, b) => a.ds < b.ds ? 1 : -1).slice(0, MOST_OVERRIDES).map((one) => {
          const scored = sold.get(one), gain = scored === undefined ? 0 : scored.statisticalError - scored.plannedError;
          return (
            <tr>
              <th scope="row">{formatDate(one.ds)}</th>
              <td>{seriesName(model, one.uniqueId)}</td>
              <td class="number">{formatSales(one.statistical)}</td>
              <td class="number">{formatSales(overridden(one.statistical, one))}</td>
              <td class="number">{formatSales(scored?.sold)}</td>
              <td class={scored === undefined || gain === 0 ? undefined : gain > 0 ? "good" : "alert"}>
                {scored === undefined ? "not known yet" : gain > 0 ? "✓ better" : gain < 0 ? "✗ worse" : "the same"}
              </td>
              <td>{one.by}</td>
              <td class="wide">{one.reason}</td>
            </tr>
          );
        })}
      </ScrollTable>
      {standing.length > MOST_OVERRIDES && (
        <p class="note">
          The newest {MOST_OVERRIDES}; <code>GET /overrides</code> tells all.
        </p>
      )}
    </section>
  );
}

function Tree({ services, model, paths, overrides, record }: {
  readonly services: Services;
  readonly model: ServedModel;
  readonly paths: readonly UsualPath[];
  readonly overrides: readonly Override[];
  readonly record: DecisionRecord | undefined;
}) {
  const tree = treeOf(model, services.choices.hierarchy), { hierarchy } = tree;
  const changed = Map.groupBy(overrides.filter(({ withdrawn }) => !withdrawn), ({ uniqueId }) => uniqueId);
  const planned = paths.map(({ id, values }) => {
    let total = sum(values);
    for (const one of changed.get(id) ?? []) {
      const step = model.stepOf(one.ds);
      if (step >= 0 && step < model.horizon) total += overridden(values[step]!, one) - values[step]!;
    }
    return total;
  });
  const numbers = treeNumbers(hierarchy, { forecast: paths.map(({ values }) => sum(values)), planned });
  const levels = record?.hierarchy?.levels ?? [], best = record?.hierarchy?.best;
  return (
    <section>
      <h2>From the total to the series</h2>
      <p>
        {formatCount(numbers.planned[0]!)} {unitOf(model)} from{" "}
        {formatDates(model.dateOf(0), model.dateOf(model.horizon - 1))}; every number is the sum of its parts.
      </p>
      {raw(treeText(model, tree, numbers))}
      {levels.length > 0 && (
        <details>
          <summary>How forecasts of all levels add up best: {RECONCILIATION_WORDS[best!]}</summary>
          <p>
            Each level was forecast by itself and then moved, so that all add up. The first change is that of the way
            which was best in the windows before each window: it did not know what it is judged by.
          </p>
          <ScrollTable
            label="Errors by level, before and after adding up"
            columns={[
              "Level",
              { number: "Nodes" },
              { number: `Own model (${model.profile.metric.toUpperCase()})` },
              { number: "Best way before" },
              ...RECONCILIATIONS.map((name) => ({
                number: sentenceCase(RECONCILIATION_WORDS[name]),
              })),
            ]}
          >
            {levels.map(({ level, nodes, errors }) => (
              <tr>
                <th scope="row">{sentenceCase(level.replaceAll("_", " "))}</th>
                <td class="number">{formatCount(nodes)}</td>
                <td class="number">{errors.base?.toLocaleString("en", { maximumSignificantDigits: 4 }) ?? "–"}</td>
                {(["chosen", ...RECONCILIATIONS] as const).map((name) => (
                  <td class={name === best ? "number best" : "number"}>
                    {formatChange(changeAgainst(model.profile.metric, errors[name], errors.base), 1)}
                  </td>
                ))}
              </tr>
            ))}
          </ScrollTable>
        </details>
      )}
    </section>
  );
}

/** The tree as it was drawn last: of a thousand stores it takes longer than the rest of the page. */
const drawn = new WeakMap<Hierarchy, { readonly numbers: string; readonly text: string }>();

function treeText(
  model: ServedModel,
  { hierarchy, columns }: DividedTree,
  numbers: TreeNumbers,
): string {
  const key = `${numbers.forecast.join()} ${numbers.planned.join()}`, known = drawn.get(hierarchy);
  if (known?.numbers === key) return known.text;
  const text = (
    <SalesTree
      hierarchy={hierarchy}
      numbers={numbers}
      unit={unitOf(model)}
      columns={columns}
      name={(id) => sentenceCase(seriesName(model, id))}
    />
  ).toString();
  drawn.set(hierarchy, { numbers: key, text });
  return text;
}

/** A model does not change its series. */
const trees = new WeakMap<ServedModel, DividedTree & { readonly wanted: string }>();

/** A tree, and the columns that divide its total. */
interface DividedTree {
  readonly hierarchy: Hierarchy;
  readonly columns: readonly string[];
}

function treeOf(model: ServedModel, wanted: readonly string[]): DividedTree {
  const known = trees.get(model);
  if (known?.wanted === wanted.join()) return known;
  const about = model.series.map((id) => ({ id, is: model.about(id) }));
  const columns = wanted.filter((name) => about.some(({ is }) => is[name] !== null && is[name] !== undefined));
  const series = about.map(({ id, is }) => ({
    id,
    is: Object.fromEntries(columns.map((name) => [name, is[name] ?? "not known"])),
  }));
  const tree = { hierarchy: hierarchyByColumns(series, columns), columns, wanted: wanted.join() };
  trees.set(model, tree);
  return tree;
}
