/**
 * What if we run a promotion, stay closed, or a holiday falls on that day?
 *
 * @module
 */
import { formatChange, formatDate, formatDates, formatSales, sentenceCase } from "@/charts/mod.ts";
import { AnswerCards } from "@/serving/pages/parts/answer_cards.tsx";
import { figureOf, futureOf, planOf, totalsOf } from "@/serving/pages/parts/fan_of.ts";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { seriesName, SeriesPicker } from "@/serving/pages/parts/series_picker.tsx";
import { weekday } from "@/serving/pages/forecast.tsx";
import type { Page } from "@/serving/pages/page.ts";
import { beyondExperience, beyondSentences, isOn, PLAN_WORDS, switchesOf } from "@/serving/experience.ts";
import type { Changes, Known, ServedModel } from "@/serving/served_model.ts";

/** A plan that a planner changes, and what the changes come to. */
export const whatifPage: Page = {
  name: "whatif",
  title: "What if",
  needsModel: true,
  async render({ services, query, target }) {
    const id = query.get("series") ?? services.models.answerer().series[0]!;
    const model = services.models.answerer(id), switches = switchesOf(model);
    if (switches.length === 0) return <NothingToChange model={model} />;
    const asked = query.has("changed") ? changesOf(model, id, switches, query) : new Map<number, Known>();
    const { kept, refused } = withinExperience(model, id, asked);
    const [base, path] = await services.models.using(
      model,
      (one) => one.forecast([{ id, changes: new Map() }, { id, changes: kept }]),
    );
    const result = <Result model={model} id={id} base={base!} path={path!} refused={refused} />;
    if (target === "result") return result;
    const plan = planOf(model, { id, changes: asked });
    return (
      <>
        <p class="eyebrow">{seriesName(model, id)}</p>
        <h1>What if the plan of {seriesName(model, id)} were another?</h1>
        <form
          class="controls"
          action="/dashboard/whatif"
          hx-get="/dashboard/whatif"
          hx-target="#content"
          hx-push-url="true"
          hx-trigger="change"
        >
          <SeriesPicker model={model} id={id} />
          <button type="submit">Show</button>
        </form>
        <div id="result" aria-live="polite">{result}</div>
        <section>
          <h2>The plan</h2>
          <p>
            Switch days on and off; the forecast follows. What is planned so far is what the data says, or else the same
            days a year ago.
          </p>
          <form
            class="plan"
            action="/dashboard/whatif"
            hx-get="/dashboard/whatif"
            hx-target="#result"
            hx-trigger="change delay:80ms"
            hx-sync="this:replace"
          >
            <input type="hidden" name="series" value={id} />
            <input type="hidden" name="changed" value="1" />
            <div class="calendar" style={`--columns: ${model.profile.frequency === "1d" ? 7 : 4}`}>
              {Array.from(
                { length: model.profile.frequency === "1d" ? mondayOffset(model.dateOf(0)) : 0 },
                () => <span class="gap"></span>,
              )}
              {plan.map(({ ds, known }) => (
                <fieldset>
                  <legend>
                    {model.profile.frequency === "1d" ? `${weekday(ds)} ` : ""}
                    {formatDate(ds).replace(/ \d{4}$/, "")}
                  </legend>
                  {switches.map((column) => (
                    <label>
                      <input type="checkbox" name={column} value={ds} checked={isOn(known[column]) || undefined} />
                      {PLAN_WORDS[column] ?? column.replaceAll("_", " ")}
                      <span class="hidden">on {formatDate(ds)}</span>
                    </label>
                  ))}
                </fieldset>
              ))}
            </div>
            <p>
              <button type="submit">Compute</button>{" "}
              <a class="button" href={`/dashboard/whatif?series=${encodeURIComponent(id)}`}>Back to the plan</a>
            </p>
          </form>
        </section>
      </>
    );
  },
};

type ForecastPath = Awaited<ReturnType<ServedModel["forecast"]>>[number];

function Result({ model, id, base, path, refused }: {
  readonly model: ServedModel;
  readonly id: string;
  readonly base: ForecastPath;
  readonly path: ForecastPath;
  readonly refused: readonly string[];
}) {
  const changed = path.changes.size > 0;
  const future = futureOf(model, path, changed ? base : undefined);
  const before = totalsOf(futureOf(model, base)), after = totalsOf(future);
  const difference = after.total - before.total, unit = model.profile.unit.split(" ")[0]!;
  const span = formatDates(model.dateOf(0), model.dateOf(model.horizon - 1));
  const title = changed
    ? `The changed plan sells ${formatSales(Math.abs(difference))} ${unit} ${difference < 0 ? "less" : "more"}, ${span}`
    : `As planned, ${seriesName(model, id)} sells ${formatSales(before.total)} ${unit}, ${span}`;
  const sign = difference > 0 ? "+" : difference < 0 ? "−" : "";
  return (
    <>
      <AnswerCards
        cards={[
          {
            term: "As planned",
            figure: `${formatSales(before.total)} ${unit}`,
            detail: `${before.days} days with sales`,
          },
          {
            term: "With the changes",
            figure: `${formatSales(after.total)} ${unit}`,
            detail: changed ? `${path.changes.size} days changed` : "nothing changed yet",
          },
          {
            term: "Difference",
            figure: `${sign}${formatSales(Math.abs(difference))} ${unit}`,
            detail: before.total > 0 ? formatChange(difference / before.total, 1) : "",
          },
        ]}
      />
      {refused.length > 0 && (
        <ul class="notes" role="alert">
          {refused.map((sentence) => <li>{sentence}</li>)}
        </ul>
      )}
      <Plot
        id="whatif"
        figure={figureOf(model, future, { id, steps: model.profile.frequency === "1d" ? 28 : 12, title })}
      />
    </>
  );
}

function NothingToChange({ model }: { readonly model: ServedModel }) {
  return (
    <div class="state" role="status">
      <h1>There is nothing to change</h1>
      <p>
        {sentenceCase(model.profile.name)}{" "}
        forecasts from the calendar and past sales alone: its data has no promotions, holidays or opening days that a
        plan could change.
      </p>
    </div>
  );
}

/** What a switched-on box stands for: of several kinds, the first that is one (of Rossmann's holidays, a public one). */
function onValue({ profile }: ServedModel, column: string): Known[string] {
  return profile.levels[column]?.find((level) => isOn(level)) ?? 1;
}

function offValue({ profile }: ServedModel, column: string): Known[string] {
  return profile.levels[column]?.find((level) => !isOn(level)) ?? 0;
}

/** What the boxes say, where it differs from the plan. */
function changesOf(model: ServedModel, id: string, switches: readonly string[], query: URLSearchParams): Changes {
  const on = new Map(switches.map((column) => [column, new Set(query.getAll(column))]));
  const changes = new Map<number, Known>();
  for (const [step, { ds, known }] of model.plan(id).entries()) {
    const different = switches.filter((column) => on.get(column)!.has(ds) !== isOn(known[column]));
    if (different.length > 0) {
      changes.set(
        step,
        Object.fromEntries(
          different.map((
            column,
          ) => [column, on.get(column)!.has(ds) ? onValue(model, column) : offValue(model, column)]),
        ),
      );
    }
  }
  return changes;
}

/** Leaves out what the series never did: a model cannot know what a promotion on a Sunday sells where there was none. */
function withinExperience(model: ServedModel, id: string, asked: Changes) {
  const beyond = beyondExperience(model, id, asked, planOf(model, { id, changes: asked }));
  const kept = new Map<number, Known>();
  for (const [step, values] of asked) {
    const left = beyond.filter((one) => one.step === step).map(({ column }) => column);
    const possible = Object.entries(values).filter(([column]) => !left.includes(column));
    if (possible.length > 0) kept.set(step, Object.fromEntries(possible));
  }
  return {
    kept: kept as Changes,
    refused: beyondSentences(beyond, seriesName(model, id))
      .map((sentence) => `Left out, as no forecast can be trusted there: ${sentence}`),
  };
}

function mondayOffset(ds: string): number {
  return (new Date(`${ds}T00:00:00Z`).getUTCDay() + 6) % 7;
}
