/**
 * Step 8: judge a registered version by the model in production, or as a first model by naive and simple ones.
 *
 * @module
 */
import { GateError } from "@/core/errors.ts";
import type { MetricName } from "@/core/metric.ts";
import { decide, type Decision, type GateFacts } from "@/governance/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { keepDecision, type OpenVersion, openVersion } from "@/pipeline/versions.ts";

/** A judged version. */
export interface Judged extends OpenVersion {
  readonly decision: Decision;
}

/** Judges a version (the newest by default) and keeps the decision with it. */
export async function judge(context: Context, number?: number): Promise<Judged> {
  const opened = await openVersion(context, number);
  const decision = decide(await factsOf(context, opened), context.params.gate);
  await keepDecision(context, opened.version, decision);
  context.log.info("judged", { version: opened.version.version, accepted: decision.accepted });
  return { ...opened, decision };
}

/**
 * Judges a version and lets it pass only when nothing critical failed.
 *
 * @throws {GateError} With every finding.
 */
export async function gate(context: Context, number?: number): Promise<Judged> {
  const judged = await judge(context, number);
  const { decision, version } = judged;
  if (!decision.accepted) {
    throw new GateError(
      `Refused version ${version.version} of ${version.name} at the gate: ${decision.reasons[0]}`,
      decision.findings,
    );
  }
  return judged;
}

async function factsOf(context: Context, { card }: OpenVersion): Promise<GateFacts> {
  const { metric, baseline, scores, holdout } = card.evaluation;
  const champion = await readCurrent(context.store, context.profile.name);
  const value = (name: string) => scores[name]?.[metric as MetricName] ?? Infinity;
  const on = `the holdout of ${holdout.rows} rows`;
  return {
    metric,
    ...(champion === undefined ? {} : { champion: { version: champion.version } }),
    naive: { against: baseline, challenger: value(card.champion), other: value(baseline), pValue: null, on },
    simpler: simplerThan(card).map((name) => ({
      against: name,
      challenger: value(card.champion),
      other: value(name),
      pValue: null,
      on,
    })),
    slices: [],
    leak: card.leak,
  };
}

function simplerThan(_card: ModelCard): string[] {
  return [];
}
