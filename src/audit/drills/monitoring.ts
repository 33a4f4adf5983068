/**
 * Tests for monitoring: seven drills.
 *
 * @module
 */
import { join } from "node:path";
import pl from "nodejs-polars";
import { answering } from "@/audit/answering.ts";
import { keepsOut } from "@/audit/drills/data.ts";
import { type MlTest, refused, section } from "@/audit/ml_test.ts";
import type { Trial } from "@/audit/trial.ts";
import type { Notification } from "@/core/notification.ts";
import { run, textOf } from "@/pipeline/maturity/area.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { take } from "@/pipeline/ingest.ts";
import { panelWithMistakes } from "@/pipeline/mistakes.ts";
import { judge } from "@/pipeline/monitor/monitor.ts";
import { isDue } from "@/pipeline/retrain/due.ts";
import { rowsBefore, rowsOfBlock, type Slice } from "@/pipeline/samples.ts";
import { addSteps } from "@/pipeline/time.ts";
import { replayDay } from "@/serving/skew.ts";

/** The column that the drill's supplier drops. */
const DROPPED = "Promo";
/** Milliseconds within which nearly all answers are wanted: what the alert ShelfcastSlow holds the server to. */
const SLOWEST_MS = 250;
/** Bytes that a thousand forecasts may leave behind. */
const LEAK = 150e6;

/** A supplier drops a column: the run stops, names it, and somebody is told. */
async function dependencies(trial: Trial) {
  const { context } = trial, folder = context.store.path("supplier");
  const heard: Notification[] = [];
  const ear = { name: "drill", send: (told: Notification) => Promise.resolve(void heard.push(told)) };
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(context.dataset.generate({ series: 3, steps: 200, seed: 1 }))) {
      await Deno.writeTextFile(join(folder, name), name === "train.csv" ? withoutColumn(text, DROPPED) : text);
    }
    const own = { ...context, params: { ...context.params, source: folder } };
    const stopped = await refused(() => trial.retrain(own, { force: true, notifiers: [ear] }));
    const told = heard.find(({ level, text }) => level === "critical" && text.includes(DROPPED));
    return {
      passed: stopped !== undefined && told !== undefined,
      found: stopped === undefined
        ? `a column of train.csv went away and nobody noticed`
        : `${stopped.message.slice(0, 140)}; ${told === undefined ? "nobody was told" : `told: ${told.title}`}`,
    };
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

function withoutColumn(text: string, name: string): string {
  const lines = text.split(/\r?\n|\r/).filter((line) => line !== "").map((line) => line.split(","));
  const at = lines[0]!.findIndex((cell) => cell.replaceAll('"', "") === name);
  return lines.map((cells) => cells.filter((_, k) => k !== at).join(",")).join("\n") + "\n";
}

/** Suites keep good data in and mistakes out, when training and when asked. */
async function invariants(trial: Trial) {
  const { tables, panel } = await take(trial.context);
  const good = !await keepsOut(trial, "raw", tables) && !await keepsOut(trial, "panel", { panel: panel.frame });
  const train = tables["train"]!;
  const stopped = [
    ["a doubled row", await keepsOut(trial, "panel", { panel: panelWithMistakes(panel).frame })],
    [
      "a negative sale",
      await keepsOut(trial, "raw", {
        ...tables,
        train: train.withColumn(pl.col("Sales").mul(-1).sub(1).alias("Sales")),
      }),
    ],
  ] as const;
  await using shop = await answering(trial);
  const { series, origin } = shop.model, ask = { unique_id: series[0], ds: origin };
  const asked = await Promise.all([
    { ...ask, promo: "perhaps" },
    { ...ask, ds: "tomorrow" },
    { unique_id: "no such shop", ds: origin },
  ].map((body) => shop.post("/predict", body)));
  const let_in = stopped.filter(([, out]) => !out).map(([what]) => what);
  const statuses = asked.map(({ status }) => status);
  return {
    passed: good && let_in.length === 0 && statuses.every((status) => status >= 400 && status < 500),
    found: `good data ${good ? "kept" : "refused"}; ${stopped.length - let_in.length} of ${stopped.length} mistakes ` +
      `kept out${let_in.length > 0 ? `, not ${let_in.join(", ")}` : ""}; bad requests answered ${statuses.join(", ")}`,
  };
}

/** What was served is replayed by the functions of training. */
async function skew(trial: Trial) {
  const { context } = trial;
  await using shop = await answering(trial);
  const { series, horizon } = shop.model;
  const rows = series.flatMap((unique_id) =>
    Array.from({ length: horizon }, (_, step) => ({
      unique_id,
      ds: shop.model.dateOf(step),
      ...(step % 5 === 0 ? { promo: step % 2 } : {}),
    }))
  );
  await shop.post("/predict_batch", rows);
  await shop.services.served.flush();
  const day = context.now().toString().slice(0, 10);
  const report = await replayDay(context, shop.services.forecasts, trial.card, day);
  return {
    passed: report.rows > 0 && report.matched === report.rows,
    found: `${report.matched} of ${report.rows} served rows have the features of training, plans changed among them` +
      (report.mismatches.length > 0 ? `; not ${report.mismatches[0]!.uniqueId} on ${report.mismatches[0]!.ds}` : ""),
  };
}

/** A model that grows old is due, a fresh one is not, and an alert knows its age. */
async function notStale(trial: Trial) {
  const { context, audited } = trial, { retrain } = context.params, now = context.now();
  const rule = { force: false, everyDays: retrain.everyDays, newSteps: retrain.newSteps };
  const ask = (days: number) =>
    isDue({ flag: undefined, now, trainedAt: now.subtract({ hours: 24 * days }).toString(), newSteps: 0 }, rule);
  const fresh = ask(1), old = ask(400);
  const alert = /alert: ModelOld/.test(await textOf(audited, "deploy/alerts.yml") ?? "");
  return {
    passed: fresh === undefined && old !== undefined && alert,
    found: `a day old: ${fresh?.why ?? "not due"}; 400 days old: ${old?.why ?? "not due"}; ` +
      `${alert ? "the alert ModelOld" : "no alert"} on its age`,
  };
}

/**
 * Missing features give numbers; infinite and huge ones give numbers or are refused, and never come out as a forecast.
 * A model that saw holes when it was trained forecasts numbers too.
 */
async function stable(trial: Trial) {
  const { table } = trial, { profile } = table, ahead = rowsOfBlock(table, 0);
  using model = await trial.open();
  const tried = [NaN, Infinity, -Infinity, 1e30, -1e30].map((value) => {
    try {
      return { value, odd: oddOf(forecastSlice(model, filled(ahead, model.features, value), profile)), kept: false };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { value, odd: Number.isNaN(value) ? ahead.x.rows : 0, kept: true };
    }
  });
  const known = rowsBefore(table, 0, { warmup: 100 });
  const holes = { ...known, x: { ...known.x, data: known.x.data.map((value, k) => k % 11 === 0 ? NaN : value) } };
  using taught = await trial.fit(holes, 1);
  const odd = oddOf(forecastSlice(taught, ahead, profile)), plain = oddOf(forecastSlice(model, ahead, profile));
  const bad = tried.filter(({ odd }) => odd > 0), kept = tried.filter(({ kept }) => kept).map(({ value }) => value);
  return {
    passed: bad.length === 0 && odd === 0 && plain === 0,
    found: `features of ${tried.map(({ value }) => value).join(", ")}: ` +
      (bad.length === 0
        ? `no odd forecast${kept.length > 0 ? `, refused for ${kept.join(", ")}` : ""}`
        : bad.map(({ value, odd }) => `${odd} odd for ${value}`).join(", ")) +
      `; trained with holes: ${odd} odd; as it is: ${plain} odd`,
  };
}

const oddOf = (values: Float64Array) => values.filter((value) => !Number.isFinite(value)).length;

/** A slice with a value in every feature that the model reads, but for those that say which days are open. */
function filled(slice: Slice, names: readonly string[], value: number): Slice {
  const { x } = slice, data = x.data.slice();
  for (const name of names) {
    const from = x.names.indexOf(name) * x.rows;
    if (name !== "open") data.fill(value, from, from + x.rows);
  }
  return { ...slice, x: { ...x, data } };
}

/**
 * A thousand forecasts, one by one: none is slow, the last are as fast as the first, and memory stays. Waiting for a
 * machine that other programs keep busy does not count.
 */
async function speed(trial: Trial) {
  const { worked, memory, table } = trial;
  using model = await trial.open();
  const ahead = rowsOfBlock(table, 0), times: number[] = [];
  // The first ones warm up caches and the compiler.
  for (let k = 0; k < 50; k++) forecastSlice(model, ahead, table.profile);
  const before = memory();
  for (let k = 0; k < 1000; k++) {
    const started = worked();
    forecastSlice(model, ahead, table.profile);
    times.push(worked() - started);
  }
  const grown = memory() - before, median = (part: number[]) => part.toSorted((a, b) => a - b)[part.length >> 1]!;
  const first = median(times.slice(0, 300)), last = median(times.slice(-300));
  const p99 = times.toSorted((a, b) => a - b)[989]!;
  return {
    passed: p99 <= SLOWEST_MS && last <= 3 * first + 1 && grown <= LEAK,
    found:
      `${ahead.x.rows} rows a thousand times: p99 ${p99.toFixed(1)} ms of work, median ${first.toFixed(2)} ms of ` +
      `the first 300 and ${last.toFixed(2)} ms of the last, memory ${(grown / 1e6).toFixed(0)} MB more`,
  };
}

/** Sales fall by half: the monitor says that retraining is due. And the alerts on errors fire when they should. */
async function quality(trial: Trial) {
  const { panel, context, audited } = trial, from = addSteps(panel.asOf, -14, panel.profile.frequency);
  const newest = pl.col("ds").gtEq(pl.lit(from).str.strptime(pl.Date, "%Y-%m-%d"));
  const halved = panel.frame.withColumn(
    pl.when(newest).then(pl.col("y").mul(0.4)).otherwise(pl.col("y")).alias("y"),
  );
  const changed = await judge(context, { ...panel, frame: halved });
  const rules = await textOf(audited, "deploy/alerts_test.yml");
  const fired = rules === undefined
    ? { code: -1, output: "no deploy/alerts_test.yml" }
    : await run(audited, "promtool", ["test", "rules", "deploy/alerts_test.yml"], { seconds: 60 });
  const missing = /No such file|not found|NotFound/i.test(fired.output) && fired.code === -1 && rules !== undefined;
  const about = /alertname: ForecastsMiss/.test(rules ?? "");
  const alerts = about && (missing || fired.code === 0);
  return {
    passed: changed.due && alerts,
    found: `${changed.due ? changed.reasons[0] : "sales fell by more than half and nothing is due"}; ` +
      (missing
        ? "promtool is not installed here, so that only the monitor's own flag was seen"
        : fired.code === 0 && about
        ? "promtool saw every alert fire when it should"
        : `alerts: ${fired.output.trim().slice(0, 160)}`),
  };
}

/** Monitoring. */
export const monitoring: readonly MlTest[] = section("monitoring", [
  { title: "dependency changes result in a notification", wanted: "stopped, named and told", drill: dependencies },
  { title: "data invariants hold in training and serving", wanted: "mistakes stay out", drill: invariants },
  { title: "training and serving are not skewed", wanted: "the same features, bit for bit", drill: skew },
  { title: "models are not too stale", wanted: "an old one is due, a fresh one is not", drill: notStale },
  { title: "models are numerically stable", wanted: "no forecast that is no number", drill: stable },
  { title: "speed and memory have not regressed", wanted: `p99 below ${SLOWEST_MS} ms, no leak`, drill: speed },
  { title: "prediction quality has not regressed", wanted: "the flag goes up, the alert fires", drill: quality },
]);
