/**
 * Tests for features and data: seven drills.
 *
 * @module
 */
import { join } from "node:path";
import pl, { type DataFrame } from "nodejs-polars";
import { lossOn, permuted } from "@/audit/losses.ts";
import { type MlTest, refused, section } from "@/audit/ml_test.ts";
import type { Trial } from "@/audit/trial.ts";
import { GateError } from "@/core/errors.ts";
import { buildFeatures, FEATURE_GROUPS, featureGroup, lag, proveNoLeak } from "@/features/mod.ts";
import { few, filesBelow, run } from "@/pipeline/maturity/area.ts";
import { keep, layOut, take } from "@/pipeline/ingest.ts";
import { holdoutOrigin } from "@/pipeline/featurize.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { validateStage } from "@/pipeline/validate.ts";
import { directoryStore } from "@/stores/mod.ts";

/** Milliseconds per feature and 1,000 rows that a feature may cost. */
const MOST_MS = 20;
/** By how much a group of features may make forecasts worse before it does harm. */
const HARM = 0.02;

/** What a column must never hold: beyond anything that is sold, counted or measured. */
const ABSURD = 1e12;

/** Every feature of the model is held to a rule: with absurd values in it, the table is refused by name. */
async function schema(trial: Trial) {
  const { context, table, card } = trial;
  const names = card.features.map(({ name }) => name).filter((name) => table.frame.columns.includes(name));
  const whole = await refused(() => trial.holdFeatures(table));
  if (whole !== undefined) return { passed: false, found: `the features of the embedded data: ${whole.message}` };
  const unnoticed = [];
  for (const name of names) {
    const absurd = { ...table, frame: table.frame.withColumn(pl.lit(ABSURD).cast(pl.Float32).alias(name)) };
    const refusal = await refused(() => trial.holdFeatures(absurd));
    if (!(refusal instanceof GateError) || !refusal.findings.some((one) => !one.passed && one.column === name)) {
      unnoticed.push(name);
    }
  }
  const noticed = names.length - unnoticed.length;
  return {
    passed: names.length > 0 && unnoticed.length === 0,
    found: `${noticed} of ${names.length} features of ${context.profile.name} are refused by name when they hold 1e12` +
      (unnoticed.length > 0 ? `, not ${few(unnoticed)}` : ""),
  };
}

/** Shuffles each group of features among the rows of the holdout: the loss must grow, or at least not fall. */
async function beneficial(trial: Trial) {
  const { table } = trial;
  using model = await trial.open();
  const ahead = rowsOfBlock(table, 0), usual = lossOn(model, ahead, table.profile);
  const names = model.features;
  const groups = FEATURE_GROUPS.filter((group) => names.some((name) => featureGroup(name) === group));
  const changes = groups.map((group) => {
    const own = names.filter((name) => featureGroup(name) === group);
    const mean = [1, 2, 3].reduce((sum, seed) => sum + lossOn(model, permuted(ahead, own, seed), table.profile), 0) / 3;
    return { group, change: mean / usual - 1 };
  });
  const harmful = changes.filter(({ change }) => change < -HARM),
    useful = changes.filter(({ change }) => change > HARM);
  return {
    passed: harmful.length === 0 && useful.length >= 2,
    found: changes.map(({ group, change }) => `${group} ${percent(change)}`).join(", "),
  };
}

/** Builds every feature anew and counts what that costs. */
function cost(trial: Trial) {
  const { panel, features, table, worked } = trial;
  const started = worked();
  const built = buildFeatures(panel, features, { origin: table.origin, horizon: table.horizon });
  const ms = worked() - started, each = ms / built.features.length / (built.frame.height / 1000);
  const mb = built.frame.height * built.features.length * 4 / 1e6;
  return Promise.resolve({
    passed: each <= MOST_MS,
    found: `${built.features.length} features of ${built.frame.height} rows in ${Math.round(ms)} ms of work, ` +
      `${each.toFixed(2)} ms a feature and 1,000 rows, ${mb.toFixed(1)} MB`,
  });
}

/** Proves that no feature peeks, and that each reads only columns whose roles allow it. */
function requirements(trial: Trial) {
  const { panel, features } = trial, { profile } = panel;
  const verdict = proveNoLeak(panel, features, {
    origins: [holdoutOrigin(panel)],
    horizon: profile.horizon,
    seed: 1,
    series: 6,
  });
  const raw = trial.card.features.filter(({ name, reach }) => profile.roles[name] === "observed" && reach === null);
  const guilty = [...new Set([...verdict.guilty.map(({ feature }) => feature), ...raw.map(({ name }) => name)])];
  return Promise.resolve({
    passed: verdict.passed && raw.length === 0 && verdict.checked > 0,
    found: guilty.length === 0
      ? `${verdict.checked} features rebuilt with noise after the origin: none moved`
      : `${few(guilty)} look past the origin`,
  });
}

/** What nobody may see, put into a raw file. */
const SECRET = "jane.doe@example.org";

/** A column with personal data in a raw file goes no further than the raw file. */
async function privacy(trial: Trial) {
  const { context } = trial, { dataset, store } = context;
  const folder = store.path("privacy"), source = join(folder, "source");
  try {
    const files = dataset.generate({ series: 3, steps: 200, seed: 1 });
    await Deno.mkdir(source, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      const [head, ...rows] = text.split(/\r?\n|\r/).filter((line) => line !== "");
      const wide = [`${head},CustomerEmail`, ...rows.map((row) => `${row},${SECRET}`)].join("\n");
      await Deno.writeTextFile(join(source, name), name === "train.csv" ? `${wide}\n` : text);
    }
    const own = { ...context, store: directoryStore(join(folder, "work")), params: { ...context.params, source } };
    const taken = await take(own).catch((error: Error) => error);
    if (taken instanceof Error) {
      return { passed: /CustomerEmail/.test(taken.message), found: `refused: ${taken.message}` };
    }
    await keep(own, { ...taken, ...layOut(own, taken.tables) });
    const written = await Array.fromAsync(own.store.list(""));
    const spread = [];
    for (const key of written) {
      if (key.startsWith("data/raw/")) continue;
      if (new TextDecoder("latin1").decode(await own.store.get(key)).includes(SECRET)) spread.push(key);
    }
    const columns = taken.panel.frame.columns.filter((name) => /mail/i.test(name));
    return {
      passed: spread.length === 0 && columns.length === 0 && written.length > 1,
      found: spread.length + columns.length === 0
        ? `an e-mail address in train.csv is in none of ${written.length} files but the raw one`
        : `an e-mail address in train.csv went on into ${few([...spread, ...columns])}`,
    };
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** Adds a feature by one line, proves it, and trains with it. */
async function quickly(trial: Trial) {
  const { panel, features, table, clock } = trial, { horizon, profile } = table;
  const started = clock(), added = lag(horizon + 1);
  const more = [...features.filter(({ name }) => name !== added.name), added];
  const built = buildFeatures(panel, more, { origin: table.origin, horizon });
  const proof = proveNoLeak(panel, more, {
    origins: [table.origin],
    horizon,
    seed: 1,
    series: 2,
  });
  using model = await trial.fit(rowsBefore(built, 0, { warmup: 100 }), 1);
  const loss = lossOn(model, rowsOfBlock(built, 0), profile);
  return {
    passed: model.features.includes(added.name) && proof.passed && Number.isFinite(loss),
    found: `${added.name}: one line, built, ${proof.passed ? "proved free of leaks" : "it leaks"}, ` +
      `${model.features.includes(added.name) ? "" : "not "}trained with, in ${
        ((clock() - started) / 1000).toFixed(1)
      } s`,
  };
}

/** Runs the project's own tests of feature code. */
async function tested({ audited }: Trial) {
  const code = await filesBelow(audited, "src/features", /\.ts$/);
  const tests = await filesBelow(audited, "tests/features", /_test\.ts$/);
  if (code.length === 0 || tests.length === 0) {
    return { passed: false, found: `${code.length} files of feature code, ${tests.length} of tests` };
  }
  const args = ["test", "-A", "--no-check", "--quiet", "tests/features"];
  const { code: exit, output } = await run(audited, Deno.execPath(), args, { seconds: 600 });
  const verdict = /(?:ok|FAILED) \| ([^\n]*?) \(/.exec(output)?.[1] ?? (exit === -1 ? output : `exit code ${exit}`);
  return { passed: exit === 0, found: `${tests.length} files of tests for ${code.length} of code: ${verdict}` };
}

const percent = (share: number) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(0)} %`;

/** The suites of the raw tables and the panel: good data stays in, each mistake stays out. Also used by monitoring. */
export async function keepsOut(
  trial: Trial,
  stage: "raw" | "panel",
  tables: Readonly<Record<string, DataFrame>>,
): Promise<boolean> {
  return await refused(() => validateStage(trial.context, stage, tables)) instanceof GateError;
}

/** Features and data. */
export const data: readonly MlTest[] = section("data", [
  { title: "feature expectations are captured in a schema", wanted: "a rule for every feature", drill: schema },
  { title: "all features are beneficial", wanted: "no group of features does harm", drill: beneficial },
  { title: "no feature costs too much", wanted: `${MOST_MS} ms a feature and 1,000 rows`, drill: cost },
  { title: "features adhere to meta-level requirements", wanted: "none peeks past its origin", drill: requirements },
  { title: "the data pipeline has privacy controls", wanted: "personal data goes no further", drill: privacy },
  { title: "new features can be added quickly", wanted: "one line, proved and trained with", drill: quickly },
  { title: "all input feature code is tested", wanted: "tests, and they pass", drill: tested },
]);
