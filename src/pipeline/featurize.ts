/**
 * Step 3: compute the features of every step of the panel.
 *
 * @module
 */
import { FEATURE_CATALOGUE, featureCatalogue, featureSchema } from "@/checks/mod.ts";
import type { Reach } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import { GateError, MissingInputError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { recordLineage } from "@/pipeline/record_lineage.ts";
import { addSteps } from "@/pipeline/time.ts";
import { validateStage } from "@/pipeline/validate.ts";
import { readFrame, writeFrame } from "@/stores/mod.ts";

/** What `featurize` knows about the table it wrote. */
export interface FeaturesCard {
  readonly dataset: string;
  readonly origin: string;
  readonly horizon: number;
  readonly rows: number;
  /** Every feature with how old the newest observed value is that it reads; null stands for "none at all". */
  readonly features: readonly { readonly name: string; readonly reach: Reach | null }[];
}

/**
 * Builds the features of a panel, with blocks that are aligned to the holdout, and holds them to their contract.
 *
 * @throws {GateError} If a feature holds what it cannot.
 * @throws {RangeError} If a feature's reach is shorter than the horizon.
 */
export async function featurize(context: Context, panel: Panel): Promise<FeatureTable> {
  const origin = holdoutOrigin(panel);
  const table = buildFeatures(panel, recipe(panel.profile), { origin, horizon: context.profile.horizon });
  return await keepFeatures(context, table);
}

/**
 * Holds a table of features to its contract and to the schema that follows from their definitions, and writes it.
 *
 * @throws {GateError} If a feature holds what it cannot.
 */
export async function keepFeatures(context: Context, table: FeatureTable): Promise<FeatureTable> {
  const { profile, store, params, log } = context;
  const keys = keysOf(profile.name), { origin } = table;
  const catalogue = featureCatalogue(table.features, profile.horizon);
  const tables = { features: table.frame, [FEATURE_CATALOGUE.table]: catalogue };
  await validateStage(context, "features", tables, [FEATURE_CATALOGUE]);
  demandSchema(table);
  await writeFrame(store, keys.features, table.frame);
  if (params.csv) await writeFrame(store, keys.features.replace(/parquet$/, "csv"), table.frame);
  const card: FeaturesCard = {
    dataset: profile.name,
    origin,
    horizon: profile.horizon,
    rows: table.frame.height,
    features: table.features.map(({ name, reach }) => ({ name, reach: reach === Infinity ? null : reach })),
  };
  await writeJson(store, keys.featuresCard, card);
  await recordLineage(context, { job: "featurize", inputs: [keys.panel], outputs: [keys.features] });
  log.info("featurized", { rows: card.rows, features: card.features.length, origin });
  return table;
}

/**
 * Holds features to the schema that follows from their definitions.
 *
 * @throws {GateError} If one holds what it cannot, with a finding for each.
 */
export function demandSchema(table: FeatureTable): void {
  const findings = featureSchema(table), odd = findings.find(({ passed }) => !passed);
  if (odd === undefined) return;
  throw new GateError(
    `Refused the features of ${table.profile.name} as "${odd.column}" holds ${odd.observed}: expected ${odd.wanted}`,
    findings,
  );
}

/** Reads the table that `featurize` wrote. */
export async function readFeatures({ profile, store }: Context): Promise<FeatureTable> {
  const keys = keysOf(profile.name);
  const card = await readJson<FeaturesCard>(store, keys.featuresCard, "featurize");
  const frame = readFrame(store, keys.features);
  if (frame === undefined) throw new MissingInputError(keys.features, "featurize");
  const names = new Set(card.features.map(({ name }) => name));
  const features = recipe(profile).filter(({ name, helper }) => !helper && names.has(name));
  if (features.length < names.size || card.horizon !== profile.horizon) {
    throw new MissingInputError(`the features of this recipe and horizon in ${keys.features}`, "featurize");
  }
  return { frame, features, profile, horizon: card.horizon, origin: card.origin };
}

/** The first date of the holdout: the last `horizon` steps before the panel's end. */
export function holdoutOrigin({ asOf, profile }: Pick<Panel, "asOf" | "profile">): string {
  return addSteps(asOf, -profile.horizon, profile.frequency);
}
