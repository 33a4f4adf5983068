/**
 * Tests for model development: seven drills.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { lossOfColumn, lossOn } from "@/audit/losses.ts";
import { type MlTest, refused, section } from "@/audit/ml_test.ts";
import { LEARNER, type Trial } from "@/audit/trial.ts";
import { GovernanceError } from "@/core/errors.ts";
import { approve } from "@/pipeline/approve.ts";
import { loadDeployed } from "@/pipeline/deployed.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { tune } from "@/pipeline/tune/tune.ts";

/** Slices with fewer rows are not judged, as chance decides there. */
const ROWS = 60;
/** A slice may be so much worse than all rows together. */
const WORSE = 1.5;
/** Shares of sales by which forecasts of a group may be too high or too low. */
const BIAS = 0.1;

/** What is in production was approved by a person whose signature holds, and nobody else can. */
async function reviewed(trial: Trial) {
  const { context } = trial;
  const refusal = await refused(() => approve(context, trial.order("vera")));
  const kept = refusal instanceof GovernanceError && refusal.rule === "role";
  const { model, version, approval, card } = await loadDeployed(context, context.profile.name);
  model[Symbol.dispose]();
  const by = approval.approvals.map(({ statement }) => statement.user);
  const choices = Object.keys(card.choices).length;
  return {
    passed: kept && by.length > 0 && choices > 0,
    found: `version ${version} with its ${choices} params is signed by ${by.join(", ")}; a viewer's approval ` +
      (kept ? "was refused" : `was not refused for the role: ${refusal?.message ?? "it went through"}`),
  };
}

/** Models that are better on the windows of the past are better on the days that came after. */
function correlates({ evaluation }: Trial) {
  const { scores, backtest, metric } = evaluation;
  const models = Object.keys(scores), of = (own: object) => Number((own as Record<string, number>)[metric]);
  const offline = models.map((name) => backtest.reduce((sum, { scores }) => sum + of(scores[name]!), 0));
  const online = models.map((name) => of(scores[name]!));
  const rank = rankCorrelation(offline, online);
  return Promise.resolve({
    passed: rank >= 0.5 && models.length > 2,
    found: `rank correlation ${rank.toFixed(2)} of ${metric} on ${backtest.length} windows and on the days after, ` +
      `${models.length} models`,
  });
}

/** Spearman's rank correlation; NaN for a single value. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) => values.map((value) => values.filter((other) => other < value).length);
  const [x, y] = [ranks(a), ranks(b)], n = a.length;
  const squares = x.reduce((sum, rank, k) => sum + (rank - y[k]!) ** 2, 0);
  return 1 - 6 * squares / (n * (n * n - 1));
}

/** Searches a few points, and again: same points, and a winner no worse than the file's choice. */
async function tuned(trial: Trial) {
  const { context, panel, panelCard: card, table } = trial;
  const options = { model: LEARNER, trials: 4, folds: 1, confirm: 3, check: 1, search: "random" as const, minutes: 5 };
  const first = await tune(context, { panel, card, table }, { ...options, fresh: true });
  const distinct = new Set(first.trials.map(({ point }) => JSON.stringify(point))).size;
  const file = first.trials[0]!.loss, best = first.trials[first.best]!.loss;
  const names = first.space.map(({ name }) => name);
  return {
    passed: distinct >= 3 && names.length >= 2 && best !== null && file !== null && best <= file,
    found:
      `${distinct} points over ${names.join(", ")}: ${first.metric} ${file?.toPrecision(3)} of the file's choice, ` +
      `${best?.toPrecision(3)} of the best`,
  };
}

/** Fits on data that end one, two, three horizons earlier, and forecasts the same days. */
async function staleness(trial: Trial) {
  const { table, context } = trial, { horizon, profile } = table;
  const curve = [];
  for (const age of [0, 1, 2, 3]) {
    const known = rowsBefore(table, -age, { warmup: 60 });
    if (known.y.length === 0) break;
    using model = await trial.fit(known, 1);
    curve.push({ steps: age * horizon, loss: lossOn(model, rowsOfBlock(table, 0), profile) });
  }
  const { everyDays } = context.params.retrain, oldest = curve.at(-1)?.steps ?? 0;
  const measured = curve.length >= 3 && curve.every(({ loss }) => Number.isFinite(loss));
  return {
    passed: measured && everyDays > 0 && everyDays <= oldest,
    found:
      `${profile.metric} by age: ${curve.map(({ steps, loss }) => `${steps} days ${percent(loss)}`).join(", ")}; ` +
      (everyDays > 0 ? `trained again every ${everyDays} days` : "never trained again by the clock"),
  };
}

/** No simpler model forecasts as well. */
function simpler({ forecasts, evaluation, panel }: Trial) {
  const loss = (name: string) => lossOfColumn(forecasts, name, panel.profile), own = loss(evaluation.champion);
  const others = Object.keys(evaluation.scores).filter((name) => name !== evaluation.champion)
    .map((name) => ({ name, loss: loss(name) }));
  return Promise.resolve({
    passed: others.length > 0 && others.every((other) => own < other.loss),
    found: `${evaluation.metric} ${percent(own)} of ${evaluation.champion}; ` +
      others.map((other) => `${percent(other.loss)} of ${other.name}`).join(", "),
  });
}

/** No slice that matters is much worse than all rows together, or than the naive forecast. */
function slices({ forecasts, evaluation, panel }: Trial) {
  const { profile } = panel, { champion, baseline } = evaluation;
  const whole = lossOfColumn(forecasts, champion, profile);
  const judged = profile.slices.filter((name) => forecasts.columns.includes(name)).flatMap((name) =>
    groupsOf(forecasts, name).map(({ level, rows }) => ({
      what: `${name} ${level}`,
      own: lossOfColumn(rows, champion, profile),
      naive: lossOfColumn(rows, baseline, profile),
    }))
  ).filter(({ own }) => Number.isFinite(own));
  const bad = judged.filter(({ own, naive }) => !(own <= WORSE * whole && own <= naive));
  const worst = judged.toSorted((a, b) => b.own - a.own)[0];
  return Promise.resolve({
    passed: judged.length > 2 && bad.length === 0,
    found: `${judged.length} slices, the worst is ${worst?.what} with ${percent(worst?.own ?? NaN)} ` +
      `against ${percent(whole)} of all rows${
        bad.length > 0 ? `; too bad: ${bad.map(({ what }) => what).join(", ")}` : ""
      }`,
  });
}

/** Small shops are forecast as fairly as large ones: no group is always too high or too low. */
function inclusion({ forecasts, evaluation, panel }: Trial) {
  const { champion } = evaluation, { profile } = panel;
  const sales = forecasts.groupBy("unique_id").agg(pl.col("y").mean().alias("size")).sort("size");
  const ids = sales.getColumn("unique_id").toArray() as string[], third = Math.ceil(ids.length / 3);
  const bySize = ["small", "middle", "large"].map((name, k) => ({
    what: `${name} shops`,
    rows: forecasts.filter(pl.col("unique_id").isIn(ids.slice(k * third, (k + 1) * third))),
  }));
  const kinds = profile.slices.filter((name) => profile.roles[name] === "static" && forecasts.columns.includes(name));
  const byKind = kinds.flatMap((name) =>
    groupsOf(forecasts, name).map(({ level, rows }) => ({ what: `${name} ${level}`, rows }))
  );
  const biases = [...bySize, ...byKind].map(({ what, rows }) => ({ what, bias: biasOf(rows, champion) }));
  const unfair = biases.filter(({ bias }) => !(Math.abs(bias) <= BIAS));
  return Promise.resolve({
    passed: biases.length >= 3 && unfair.length === 0,
    found: biases.map(({ what, bias }) => `${what} ${bias < 0 ? "−" : "+"}${percent(Math.abs(bias))}`).join(", "),
  });
}

/** Rows by the value of a column; groups with few rows are left out. */
function groupsOf(frame: DataFrame, name: string) {
  const levels = frame.getColumn(name).unique().toArray().filter((level) => level !== null && !Number.isNaN(level));
  return levels.map((level) => ({ level: String(level), rows: frame.filter(pl.col(name).eq(pl.lit(level))) }))
    .filter(({ rows }) => rows.height >= ROWS);
}

function biasOf(rows: DataFrame, model: string): number {
  const sum = (name: string) => (rows.getColumn(name).toArray() as number[]).reduce((all, one) => all + one, 0);
  return sum(model) / sum("y") - 1;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Model development. */
export const model: readonly MlTest[] = section("model", [
  { title: "model specs are reviewed and submitted", wanted: "a signature, and no way around", drill: reviewed },
  { title: "offline and online metrics correlate", wanted: "rank correlation of 0.5 or more", drill: correlates },
  { title: "hyperparameters have been tuned", wanted: "a winner no worse than the file's choice", drill: tuned },
  { title: "the impact of staleness is known", wanted: "a curve, and a rule that lies on it", drill: staleness },
  { title: "a simpler model is not better", wanted: "a lower error than each simpler one", drill: simpler },
  {
    title: "quality is sufficient on all important slices",
    wanted: `at most ${WORSE} times the error of all rows, and below naive`,
    drill: slices,
  },
  { title: "the model was tested for inclusion", wanted: `a bias of at most ${percent(BIAS)}`, drill: inclusion },
]);
