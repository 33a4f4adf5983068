/**
 * Features in parts: each part's series have the features that they would have beside all the others.
 *
 * @module
 */
import pl from "nodejs-polars";
import { MissingInputError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Partition } from "@/core/partition.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { holdoutOrigin, keepFeatures } from "@/pipeline/featurize.ts";
import { profileOf } from "@/pipeline/ingest.ts";
import { readIndex, readPanelPart } from "@/pipeline/partitions/panel_parts.ts";
import { eachPart, type PartCard, writePart } from "@/pipeline/partitions/parts.ts";
import { type PanelShare, readSummaries, type SummaryFacts } from "@/pipeline/partitions/summaries.ts";

/** Reads a part of the panel, ready for its features. */
export async function featureShare(context: Context, partition: Partition): Promise<PanelShare> {
  const { index, series } = await readIndex(context, partition.of);
  const panel = await readPanelPart(context, partition, index);
  const profile = profileOf(index, context.profile);
  const origin = holdoutOrigin({ asOf: index.asOf, profile }), { horizon } = profile;
  return {
    panel,
    features: recipe(profile),
    blocks: { origin, horizon, series, extent: { first: index.firstDate, last: index.lastDate } },
    facts: { fingerprint: index.fingerprint, origin, horizon },
  };
}

/** Builds the features of a part, once all parts have told what the others need to know. */
export async function featurizePart(context: Context, partition: Partition): Promise<PartCard<SummaryFacts>> {
  const { store, profile, log } = context;
  const { panel, features, blocks, facts } = await featureShare(context, partition);
  const pools = await readSummaries(context, "features", partition.of, facts);
  const table = panel === undefined ? undefined : buildFeatures(panel, features, { ...blocks, pools });
  const card = await writePart(store, profile.name, "featurize", partition, table?.frame, facts);
  log.info("featurized", { part: card.part, rows: card.rows, features: features.length });
  return card;
}

/** Joins the features of all parts into the table that training reads, and holds it to its contract. */
export async function joinFeatures(context: Context, of: number): Promise<FeatureTable> {
  const { profile, store } = context;
  const parts = await Array.fromAsync(eachPart<SummaryFacts>(store, profile.name, "featurize", of));
  const frames = parts.flatMap(({ frame }) => frame === undefined ? [] : [frame]);
  const { index } = await readIndex(context, of), { facts } = parts[0]!.card;
  if (facts.fingerprint !== index.fingerprint || frames.length === 0) {
    throw new MissingInputError(`the features of the data at hand`, `featurize --partition 1/${of}`);
  }
  const frame = pl.concat(frames).sort(["series", "ds"]).rechunk();
  const own = profileOf(index, profile);
  const features = recipe(own).filter(({ helper }) => !helper);
  const table: FeatureTable = { frame, features, profile: own, horizon: profile.horizon, origin: facts.origin };
  return await keepFeatures(context, table);
}
