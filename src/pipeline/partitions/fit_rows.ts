/**
 * The rows of a part that a model is fitted and judged on, and what is kept of how it did.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DatasetError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { type Partition, partitionName } from "@/core/partition.ts";
import type { Files, Model } from "@/core/regressor.ts";
import { type ScoreSums, scoreSums } from "@/evaluation/mod.ts";
import { recipe } from "@/features/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { profileOf } from "@/pipeline/ingest.ts";
import { type PanelIndex, readIndex } from "@/pipeline/partitions/panel_parts.ts";
import { type PartKind, partsFolder, readPart, writePart } from "@/pipeline/partitions/parts.ts";
import type { SummaryFacts } from "@/pipeline/partitions/summaries.ts";
import { rowsBefore, rowsOfBlock, type Slice } from "@/pipeline/samples.ts";
import { addSteps, stepsBetween } from "@/pipeline/time.ts";
import { windowFrame } from "@/pipeline/windows.ts";

/** What a machine knows of a model that it has fitted with others. */
export interface FitFacts {
  /** A hash of what was learnt: machines that trained together have the same. */
  readonly model: string;
  /** Rows that this machine held. */
  readonly rows: number;
  /** Errors of its series in the holdout. */
  readonly sums: ScoreSums;
}

/** A part's features, cut at the holdout. */
export interface FitRows {
  readonly table: FeatureTable;
  /** What a model may learn from. */
  readonly known: Slice;
  /** The holdout. */
  readonly ahead: Slice;
  /** The newest step before the holdout that a row of this part has. */
  readonly last: number;
}

/** What a part's rows are of. */
export interface FitShare {
  /** Undefined where the part has no series. */
  readonly own: FitRows | undefined;
  readonly facts: SummaryFacts;
  /** The newest step before the holdout, of all parts together. */
  readonly last: number;
}

/** Reads a part's features, and cuts them at the holdout as those of all series are cut. */
export async function readFitShare(context: Context, partition: Partition): Promise<FitShare> {
  const { store, choices } = context;
  const { index } = await readIndex(context, partition.of);
  const { frame, card } = await readPart<SummaryFacts>(store, index.dataset, "featurize", partition);
  const { fingerprint, origin, horizon } = card.facts;
  if (fingerprint !== index.fingerprint) {
    throw new DatasetError(
      `Cannot fit on partition ${card.part} of ${index.dataset} as its features are of other data than the panel: make ` +
        `them again with \`deno task featurize --partition ${card.part}\``,
      { dataset: index.dataset },
    );
  }
  const profile = profileOf(index, context.profile);
  const last = lastStep(index, origin, profile);
  const facts = { fingerprint, origin, horizon };
  if (frame === undefined) return { own: undefined, facts, last };
  const features = recipe(profile).filter(({ helper }) => !helper);
  const table: FeatureTable = { frame, features, profile, horizon, origin };
  const t = numbers(frame, "t"), block = numbers(frame, "block");
  const own: FitRows = {
    table,
    known: rowsBefore(table, 0, { ...choices, last }),
    ahead: rowsOfBlock(table, 0),
    last: t.reduce((newest, step, row) => block[row]! < 0 && step > newest ? step : newest, -1),
  };
  return { own, facts, last };
}

/**
 * The newest step before an origin, of all series together: how much of a history only warms features up depends on how
 * long it is.
 */
export function lastStep(
  { firstDate }: Pick<PanelIndex, "firstDate">,
  origin: string,
  { frequency }: Pick<DatasetProfile, "frequency">,
): number {
  return stepsBetween(firstDate, origin, frequency) - 1;
}

/** How a fit of a part is kept. */
export interface KeptFit {
  readonly kind: PartKind;
  /** What the model's forecasts are called. */
  readonly name: string;
  /** The files that its hash is of. */
  readonly hashed: (file: string) => boolean;
}

/** Forecasts the holdout of a part's series, and keeps forecasts and errors; the first part keeps the model as well. */
export async function keepFit(
  { store, profile }: Context,
  partition: Partition,
  { own, facts: { origin, horizon } }: FitShare,
  model: Model,
  { kind, name, hashed }: KeptFit,
): Promise<FitFacts> {
  const files = model.save();
  const hash = hashOf(files, hashed);
  const window = { origin, from: origin, to: addSteps(origin, horizon - 1, profile.frequency) };
  const forecasts = own === undefined ? undefined : windowFrame({ table: own.table, block: 0 }, window, own.ahead, {
    [name]: forecastSlice(model, own.ahead, own.table.profile),
  });
  const column = (of: string) => forecasts === undefined ? new Float64Array(0) : numbers(forecasts, of);
  const facts: FitFacts = {
    model: hash,
    rows: own?.known.y.length ?? 0,
    sums: scoreSums(column("y"), column(name), { weight: column("weight"), scale: column("scale") }),
  };
  await writePart(store, profile.name, kind, partition, forecasts, facts);
  if (partition.index === 0) {
    for (const [file, bytes] of Object.entries(files)) {
      await store.put(`${modelFolder(profile.name, kind, partition.of)}/${file}`, Uint8Array.from(bytes));
    }
  }
  return facts;
}

/** Where the first part keeps the model. */
export const modelFolder = (dataset: string, kind: PartKind, of: number): string =>
  `${partsFolder(dataset)}/${kind}/${of}/model`;

function hashOf(files: Files, hashed: (file: string) => boolean): string {
  const digest = createHash("sha256");
  for (const name of Object.keys(files).filter(hashed).sort()) digest.update(files[name]!);
  return digest.digest("hex");
}

/** Says that a partition has nothing to learn from. */
export function withoutSeries(partition: Partition): DatasetError {
  return new DatasetError(`Cannot train on partition ${partitionName(partition)} as it has no series: use fewer`);
}
