/**
 * Step 7: fit the champion on everything that is known, and register that model for Staging.
 *
 * @module
 */
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import type { Files, Model } from "@/core/regressor.ts";
import type { ModelVersion } from "@/core/registry.ts";
import type { Run } from "@/core/tracker.ts";
import type { IntervalRecipe } from "@/evaluation/mod.ts";
import { blendModels } from "@/models/mod.ts";
import { CARD_PAGE, cardDocument } from "@/pipeline/card_document.ts";
import { behaviour } from "@/pipeline/behaviour.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import type { Evaluation } from "@/pipeline/evaluate.ts";
import { fitOnce } from "@/pipeline/fit.ts";
import { INTERVALS_FILE } from "@/pipeline/forecast.ts";
import type { PanelCard } from "@/pipeline/ingest.ts";
import { readJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { LeakRecord } from "@/pipeline/leakcheck.ts";
import { type ModelCard, modelCard } from "@/pipeline/model_card.ts";
import { contestant, ENSEMBLE } from "@/pipeline/models.ts";
import { withPythonFlavors } from "@/pipeline/python_flavors.ts";
import { rowsBefore, type Slice } from "@/pipeline/samples.ts";
import { modelArtefact } from "@/pipeline/model_artefact.ts";
import { recordLineage } from "@/pipeline/record_lineage.ts";
import { trainingRows } from "@/pipeline/training_rows.ts";
import { withinRun } from "@/pipeline/within_run.ts";
import { RegistrationWaitsError } from "@/stores/mod.ts";

/** What a model is made of that is to be used: all rows that are known. The table itself can then be given back. */
export interface Everything {
  readonly features: FeatureTable["features"];
  readonly known: Slice;
}

/** Takes from a table what the last fit learns from, the holdout's rows included. */
export function everythingKnown({ choices }: Pick<Context, "choices">, table: FeatureTable): Everything {
  // Block 0 is the holdout; what precedes block 1 is everything that is known.
  return { features: table.features, known: rowsBefore(table, 1, choices) };
}

/** A registered model. */
export interface Registered {
  /** Missing while the server is away: `deno task tracking:sync` registers the model when it is back. */
  readonly version?: ModelVersion;
  readonly card: ModelCard;
}

/**
 * Refits the champion on every row up to the panel's end, the holdout included, and registers it in stage Staging. Its card
 * says which numbers come from the evaluation fit, which had not seen the holdout.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { evaluate } from "@/pipeline/evaluate.ts";
 * import { featurize } from "@/pipeline/featurize.ts";
 * import { ingest } from "@/pipeline/ingest.ts";
 * import { leakcheck } from "@/pipeline/leakcheck.ts";
 * import { everythingKnown, register } from "@/pipeline/register.ts";
 * import { reportData } from "@/pipeline/report.ts";
 * import { train } from "@/pipeline/train.ts";
 * import { openVersion } from "@/pipeline/versions.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const ingested = await ingest(context), { panel, card } = ingested;
 * const table = await featurize(context, panel), leak = await leakcheck(context, panel);
 * expect([leak.passed, leak.guilty]).toEqual([true, []]);
 *
 * const trained = await train(context, ingested, table), evaluated = await evaluate(context, trained);
 * const { champion, scores } = evaluated.evaluation;
 * expect(scores[champion]!.rmspe!).toBeLessThan(scores["seasonal_naive"]!.rmspe!);
 * const facts = { card, findings: [], leak, trained, evaluated };
 * expect((await reportData(context, facts, { stages: [], registered: null })).champion).toBe(champion);
 *
 * const { version } = await register(context, ingested, everythingKnown(context, table), evaluated.evaluation, leak);
 * expect(version?.stage).toBe("Staging");
 * expect((await openVersion(context)).card.champion).toBe(champion);
 * ```
 */
export async function register(
  context: Context,
  ingested: { readonly panel: Panel; readonly card: PanelCard },
  everything: Everything,
  evaluation: Evaluation,
  leak: LeakRecord,
): Promise<Registered> {
  return await withinRun(
    context,
    evaluation.run.id,
    (run) => registerIn(run, context, ingested, everything, evaluation, leak),
  );
}

async function registerIn(
  run: Run,
  context: Context,
  { panel, card: panelCard }: { readonly panel: Panel; readonly card: PanelCard },
  { features: defined, known }: Everything,
  evaluation: Evaluation,
  leak: LeakRecord,
): Promise<Registered> {
  const { registry, log, now } = context;
  using model = await refit(context, panel, known, evaluation);
  const facts = await modelCard(context, { panel, panelCard, features: defined, evaluation, leak, model });
  const card: ModelCard = { ...facts, behaviour: behaviour(panel, model, facts) };
  const files: Files = {
    ...withPythonFlavors(model, { runId: run.id, path: "model", created: now().epochMilliseconds }),
    ...await intervalFile(context),
    "card.json": new TextEncoder().encode(`${JSON.stringify(card, null, 2)}\n`),
  };
  for (const [name, bytes] of Object.entries(files)) await run.artifact(`model/${name}`, bytes);
  await run.artifact("card.json", files["card.json"]!);
  await run.artifact("behaviour.json", JSON.stringify(card.behaviour, null, 2));
  await run.artifact(CARD_PAGE, cardDocument(card, context.profile, { name: registeredName(context) }));
  const { metric, champion, baseline, scores } = evaluation;
  const version = await putOff(
    log,
    registry.register(registeredName(context), { runId: run.id, path: "model" }, {
      stage: "Staging",
      description: `${champion}, holdout ${metric} ${rounded(scores[champion]![metric as "rmspe"])} ` +
        `(${baseline} ${
          rounded(scores[baseline]![metric as "rmspe"])
        }) on ${evaluation.holdout.from} to ${evaluation.holdout.to}`,
      tags: { champion, dataset: evaluation.dataset, fingerprint: panelCard.fingerprint, as_of: panel.asOf },
    }),
  );
  if (version === undefined) return { card };
  const { features, windows } = keysOf(context.profile.name);
  const artefact = modelArtefact(version.name, version.version, files);
  await recordLineage(context, {
    job: "register",
    inputs: [features, windows],
    outputs: [artefact],
    trackerRun: run.id,
  });
  for (const { check, observed } of card.behaviour!.filter(({ passed }) => !passed)) {
    log.warn("behaviour", { check, observed });
  }
  log.info("registered", { name: version.name, version: version.version, champion });
  return { version, card };
}

/** Waits for a registration; undefined when the server is away and it was put off. */
async function putOff(log: Context["log"], registration: Promise<ModelVersion>): Promise<ModelVersion | undefined> {
  try {
    return await registration;
  } catch (error) {
    if (!(error instanceof RegistrationWaitsError)) throw error;
    log.warn("registration put off", { message: error.message });
    return undefined;
  }
}

/** Fits the champion, or each member that counts in it, on all rows with a known target. */
async function refit(
  context: Context,
  panel: Panel,
  known: Slice,
  { champion, blend }: Evaluation,
): Promise<Model> {
  const { profile, choices, params } = context, { horizon } = panel.profile, origin = panel.asOf;
  const learnt = trainingRows(panel, { horizon, warmup: choices.warmup });
  const fit = async (name: string) => {
    const rival = contestant(name, profile, choices, params, { offsets: true });
    return (await fitOnce(context, rival, learnt.inTurns(known, origin, rival), { origin, title: `${name} refit` }))
      .model;
  };
  if (champion !== ENSEMBLE || blend === null) return await fit(champion);
  const members: [string, Model, number][] = [];
  try {
    for (const [name, weight] of Object.entries(blend.weights)) {
      if (weight > 0) members.push([name, await fit(name), weight]);
    }
  } catch (error) {
    for (const [, model] of members) model[Symbol.dispose]();
    throw error;
  }
  return blendModels(members, { space: blend.space, factor: blend.correction.factor });
}

/** A score for people: four digits. */
function rounded(score: number | null): string {
  return score === null ? "undefined" : String(Number(score.toPrecision(4)));
}

/** What puts intervals around the model's forecasts, where the run could learn it. */
async function intervalFile({ store, profile }: Context): Promise<Files> {
  const recipe = await readJson<IntervalRecipe | null>(store, keysOf(profile.name).intervals, "evaluate");
  return recipe === null ? {} : { [INTERVALS_FILE]: new TextEncoder().encode(JSON.stringify(recipe)) };
}
