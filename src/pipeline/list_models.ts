/**
 * What is registered: every version with its stage, its aliases, the gate's judgement, its approvals, and what it came from.
 *
 * @module
 */
import type { ModelVersion } from "@/core/registry.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { approvalsOf, decisionOf, openVersion } from "@/pipeline/versions.ts";

/** One registered version, as far as the registry alone knows it. */
export interface ListedVersion extends ModelVersion {
  readonly aliases: readonly string[];
  /** Whether this working folder serves it: what the stage says is only a word. */
  readonly deployed: boolean;
  readonly gate: "accepted" | "refused" | "not judged";
  readonly approvers: readonly string[];
}

/** A version with what its files say. */
export interface DescribedVersion extends ListedVersion {
  readonly files: readonly string[];
  readonly card: Pick<ModelCard, "champion" | "asOf" | "horizon" | "data" | "code" | "limits"> & {
    readonly features: number;
    readonly evaluation: Pick<ModelCard["evaluation"], "metric" | "baseline" | "holdout" | "scores">;
  };
}

/** Lists the versions of the run's registered model, oldest first; empty when there is none. */
export async function listVersions(context: Context): Promise<ListedVersion[]> {
  const { registry, store, profile } = context;
  const name = registeredName(context);
  const [versions, aliases, current] = await Promise.all([
    registry.versions(name),
    registry.aliases(name),
    readCurrent(store, profile.name).catch(() => undefined),
  ]);
  return versions.map((version) => {
    const decision = decisionOf(version);
    return {
      ...version,
      aliases: Object.entries(aliases).filter(([, number]) => number === version.version).map(([alias]) => alias)
        .sort(),
      deployed: current?.version === version.version,
      gate: decision === undefined ? "not judged" : decision.accepted ? "accepted" : "refused",
      approvers: approvalsOf(version).map(({ statement }) => statement.user),
    };
  });
}

/**
 * Describes one version, its files verified.
 *
 * @throws {ModelUnavailableError} If there is no such version, or its files are damaged.
 */
export async function describeVersion(context: Context, number: number): Promise<DescribedVersion> {
  const { files, card } = await openVersion(context, number);
  const listed = (await listVersions(context)).find(({ version }) => version === number)!;
  const { champion, asOf, horizon, data, code, limits, features, evaluation } = card;
  const { metric, baseline, holdout, scores } = evaluation;
  return {
    ...listed,
    files: Object.keys(files).sort(),
    card: {
      champion,
      asOf,
      horizon,
      data,
      code,
      ...(limits === undefined ? {} : { limits }),
      features: features.length,
      evaluation: { metric, baseline, holdout, scores },
    },
  };
}
