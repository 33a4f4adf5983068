/**
 * The next horizon in parts: features and plan of a part's series, as they would be beside all the others.
 *
 * @module
 */
import type { Panel } from "@/core/panel.ts";
import { isInPart, type Partition } from "@/core/partition.ts";
import { recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { futurePanel } from "@/pipeline/future_panel.ts";
import { buildHorizon, type HorizonTable, horizonTable, readPlan } from "@/pipeline/horizon_table.ts";
import { profileOf } from "@/pipeline/ingest.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { type PanelIndex, readIndex, readPanelPart, usualValue } from "@/pipeline/partitions/panel_parts.ts";
import { type PanelShare, readSummaries, type SummaryFacts } from "@/pipeline/partitions/summaries.ts";
import { addSteps } from "@/pipeline/time.ts";

/** What the table of a horizon is made for. */
export type HorizonCard = Pick<ModelCard, "horizon" | "series" | "firstDate" | "features">;

interface Ahead extends PanelShare {
  readonly index: PanelIndex;
  /** The past alone: `panel` reaches to the end of the horizon. */
  readonly past: Panel | undefined;
  readonly plan: Awaited<ReturnType<typeof readPlan>>;
}

/** Reads a part of the panel and lays its horizon out, ready for its features. */
export async function horizonShare(context: Context, partition: Partition, card: HorizonCard): Promise<Ahead> {
  const { index, series } = await readIndex(context, partition.of);
  const past = await readPanelPart(context, partition, index);
  const profile = { ...profileOf(index, context.profile), horizon: card.horizon };
  const plan = past === undefined
    ? undefined
    : await readPlan(context, { asOf: index.asOf, profile }, (id) => isInPart(id, partition));
  const panel = past === undefined
    ? undefined
    : futurePanel({ ...past, profile }, plan, card.horizon, (_past, name) => usualValue(index, name)).panel;
  const known = new Set(card.series);
  return {
    index,
    past,
    plan,
    panel,
    features: recipe(profile, { horizon: card.horizon }),
    blocks: {
      origin: index.asOf,
      horizon: card.horizon,
      // Series that the model never saw are numbered after those that it has, in the order of the whole panel.
      series: [...card.series, ...series.filter((id) => !known.has(id))],
      extent: { first: index.firstDate, last: addSteps(index.asOf, card.horizon - 1, profile.frequency) },
    },
    facts: horizonFacts(index, card),
  };
}

/** Makes the table of the horizon of a part's series; undefined where it has none. */
export async function horizonPart(
  context: Context,
  partition: Partition,
  card: HorizonCard,
): Promise<HorizonTable | undefined> {
  const { index, past, plan, blocks, facts } = await horizonShare(context, partition, card);
  if (past === undefined) return undefined;
  const pools = await readSummaries(context, "forecast", partition.of, facts);
  const { index: document, vectors } = buildHorizon(past, plan, card, {
    usual: (_past, name) => usualValue(index, name),
    blocks: { series: blocks.series!, extent: blocks.extent!, pools },
  });
  return horizonTable(`part ${partition.index + 1} of ${partition.of}`, document, vectors);
}

function horizonFacts({ fingerprint, asOf }: PanelIndex, { horizon }: HorizonCard): SummaryFacts {
  return { fingerprint, origin: asOf, horizon };
}
