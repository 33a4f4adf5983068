/**
 * Tests for ML infrastructure: seven drills.
 *
 * @module
 */
import { lossOn } from "@/audit/losses.ts";
import { type MlTest, refused, section } from "@/audit/ml_test.ts";
import type { Trial } from "@/audit/trial.ts";
import { answering } from "@/audit/answering.ts";
import type { Files } from "@/core/regressor.ts";
import { buildFeatures } from "@/features/mod.ts";
import { filesDigest, sha256 } from "@/audit/digests.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { loadDeployed, readCurrent } from "@/pipeline/deployed.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { rollback } from "@/pipeline/rollback.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";

/** Builds the features and fits twice: the same bytes. */
async function reproducible(trial: Trial) {
  const { panel, features, table } = trial;
  const tables = [1, 2].map(() => buildFeatures(panel, features, { origin: table.origin, horizon: table.horizon }));
  const [one, two] = tables.map(({ frame }) => sha256(new Uint8Array(frame.writeIPC())));
  const fits: Files[] = [];
  for (const built of tables) {
    using model = await trial.fit(rowsBefore(built, 0, { warmup: 100 }), 7);
    fits.push(model.save());
  }
  const [first, second] = fits.map(filesDigest),
    bytes = Object.values(fits[0]!).reduce((sum, { length }) => sum + length, 0);
  return {
    passed: one === two && first === second && bytes > 0,
    found: `trained twice, ${bytes} bytes: ${first!.slice(0, 12)} and ${second!.slice(0, 12)}; features ` +
      (one === two ? "the same" : "differ"),
  };
}

/** A model learns (far better than a mean), keeps what it says when saved and loaded, and refuses what it cannot read. */
async function specTested(trial: Trial) {
  const { table, card } = trial, { profile } = table;
  const known = rowsBefore(table, 0, { warmup: 100 }), ahead = rowsOfBlock(table, 0);
  using model = await trial.fit(known, 1);
  const own = lossOn(model, known, profile);
  const mean = known.y.reduce((sum, y) => sum + y, 0) / known.y.length;
  const constant = lossOn({ ...model, predict: (x) => new Float64Array(x.rows).fill(mean) }, known, profile);
  using again = await loaderOf(model.kind, profile, card.kinds).load(model.save());
  const before = model.predict(ahead.x), after = again.predict(ahead.x);
  const same = before.every((value, row) => Object.is(value, after[row]));
  const narrow = { ...ahead.x, names: ahead.x.names.map((name) => `${name}?`) };
  const refusal = await refused(() => model.predict(narrow));
  return {
    passed: own < constant / 2 && same && refusal !== undefined,
    found: `error ${(100 * own).toFixed(1)} % where a mean has ${(100 * constant).toFixed(1)} %; ` +
      `${same ? "the same" : "other"} forecasts when loaded again; ` +
      `a table without its columns is ${refusal === undefined ? "taken" : "refused"}`,
  };
}

/** From raw files to an answer over HTTP: what was trained is what answers. */
async function integrated(trial: Trial) {
  const stages = Object.keys(trial.card.evaluation.scores).length;
  await using shop = await answering(trial);
  const ready = await shop.get("/health/ready");
  const { series, origin } = shop.model;
  const { status, body } = await shop.post("/predict", { unique_id: series[0], ds: origin });
  const value = Number((body as { prediction?: number }).prediction);
  const [path] = await shop.model.forecast([{ id: series[0]!, changes: new Map() }]);
  return {
    passed: ready === 200 && status === 200 && value === path!.values[0] && stages > 0,
    found: `raw files, ${trial.card.features.length} features, ${stages} models, version ` +
      `${shop.model.version}, GET /health/ready ${ready}, POST /predict ${status}: ${value}`,
  };
}

/** The gate is asked about a version that is worse than the one in production. */
async function validated(trial: Trial) {
  const [worse] = trial.versions, decision = await trial.judge(worse);
  return {
    passed: !decision.accepted && decision.findings.length >= 5,
    found: `version ${worse} ${decision.accepted ? "was accepted" : "was refused"} by ${decision.findings.length} ` +
      `findings: ${decision.reasons[0]}`,
  };
}

/** One forecast taken apart: what moved it adds up to it. */
async function debuggable(trial: Trial) {
  using model = await trial.load();
  const id = model.series[0]!, known = model.plan(id);
  const step = known.findIndex(({ known }) => known["open"] !== 0);
  const told = await model.explain(id, step, new Map());
  const sum = told.contributions.reduce((all, { contribution }) => all + contribution, told.expected);
  const rebuilt = told.space === "log1p" ? Math.expm1(sum) : sum, off = Math.abs(rebuilt / told.prediction - 1);
  return {
    passed: off < 1e-3 && told.contributions.length > 1,
    found: `${id} on ${told.ds}: ${told.contributions.length} contributions add up to ${rebuilt.toFixed(2)}, ` +
      `the forecast is ${told.prediction.toFixed(2)}; most by ${told.contributions[0]?.feature}`,
  };
}

/** Half of the series are answered by the other version; a version that is not there changes nothing. */
async function canary(trial: Trial) {
  const [older] = trial.versions;
  await using shop = await answering(trial);
  const { models } = shop.services;
  await models.setCanary(String(older), 0.5);
  const rows = shop.model.series.map((unique_id) => ({ unique_id, ds: shop.model.origin }));
  const { status, body } = await shop.post("/predict_batch", rows);
  const answers = (body as { predictions?: { prediction: number | null }[] }).predictions ?? [];
  const byCanary = rows.filter(({ unique_id }) => models.answerer(unique_id).version === String(older)).length;
  const odd = answers.filter(({ prediction }) => typeof prediction !== "number" || !(prediction >= 0)).length;
  const refusal = await refused(() => models.setCanary("999", 0.5));
  const still = (await shop.post("/predict", rows[0])).status;
  return {
    passed: status === 200 && odd === 0 && answers.length === rows.length && byCanary > 0 && byCanary < rows.length &&
      refusal !== undefined && still === 200,
    found: `${rows.length} series replayed, ${byCanary} of them answered by version ${older}, ${odd} odd answers; ` +
      `a version that is not there was ${refusal === undefined ? "taken" : "refused"}, and /predict answered ${still}`,
  };
}

/** Back to the version before and forward again: each verified and loaded. */
async function rolledBack(trial: Trial) {
  const { context, versions: [older, newer], clock } = trial, dataset = context.profile.name;
  const started = clock(), { from, to } = await rollback(context, trial.order("ben"));
  const seconds = (clock() - started) / 1000;
  try {
    const deployed = await loadDeployed(context, dataset);
    deployed.model[Symbol.dispose]();
    return {
      passed: from === newer && to === older && deployed.version === older,
      found: `from version ${from} to ${deployed.version} in ${seconds.toFixed(1)} s, verified and loaded`,
    };
  } finally {
    const current = await readCurrent(context.store, dataset);
    if (current?.version !== newer) await deploy(context, trial.order("ben", newer));
  }
}

/** ML infrastructure. */
export const infrastructure: readonly MlTest[] = section("infrastructure", [
  { title: "training is reproducible", wanted: "the same bytes twice", drill: reproducible },
  { title: "model specs are unit tested", wanted: "it learns, comes back whole, refuses", drill: specTested },
  { title: "the pipeline is integration tested", wanted: "an answer over HTTP from raw files", drill: integrated },
  { title: "quality is validated before serving", wanted: "the gate refuses a worse version", drill: validated },
  { title: "a single example can be debugged", wanted: "contributions that add up", drill: debuggable },
  { title: "models are tested by a canary before production", wanted: "a share of the series", drill: canary },
  { title: "models can be rolled back quickly and safely", wanted: "the version before, verified", drill: rolledBack },
]);
