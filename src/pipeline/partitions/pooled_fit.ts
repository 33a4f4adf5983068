/**
 * A fit from what parts tell: models that rest on statistics over all series, fitted by whoever has those of all parts.
 *
 * `summarize --for fit` tells a part's share, `merge` joins the shares, and `fit` learns from them what a fit on all rows
 * would have learnt, to the last bit. No two machines have to run at the same time.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError, MissingInputError, ParamsError } from "@/core/errors.ts";
import { type Partition, partitionName } from "@/core/partition.ts";
import type { Pooling, Share } from "@/core/regressor.ts";
import { regressors } from "@/models/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJsonIfThere, writeJson } from "@/pipeline/json_files.ts";
import { type Contestant, contestant, modelNames } from "@/pipeline/models.ts";
import { type FitFacts, keepFit, lastStep, readFitShare } from "@/pipeline/partitions/fit_rows.ts";
import { readIndex } from "@/pipeline/partitions/panel_parts.ts";
import {
  eachPart,
  joinedKey,
  parquetBytes,
  type PartCard,
  type PartKind,
  readJoined,
  writePart,
} from "@/pipeline/partitions/parts.ts";
import type { SummaryFacts } from "@/pipeline/partitions/summaries.ts";
import { asSample } from "@/pipeline/samples.ts";

/** What a share rests on: shares of other data, or for other parameters, are not joined. */
interface ShareFacts extends SummaryFacts {
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Rows that were added up. */
  readonly rows: number;
  /** The newest step before the holdout that the part has; −1 where it has no series. */
  readonly last: number;
}

/** What the shares of a model came to. */
export interface JoinedShares extends SummaryFacts {
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Rows of all parts that the model learns from. */
  readonly learnt: number;
  /** Rows of the joined table. */
  readonly rows: number;
}

const shareKind = (model: string): PartKind => `summarize-fit-${model}`;

/** The kind of part that a fit of a model leaves. */
export const fitKind = (model: string): PartKind => `fit-${model}`;

/** The models that can be fitted from what parts tell. */
export const pooledModels: readonly string[] = modelNames.filter((name) => regressors[name]?.pooling !== undefined);

/** A model of the run that can be fitted so. */
function pooled(
  { profile, choices, params }: Context,
  model: string,
): Contestant & { readonly pooling: Pooling<unknown> } {
  const rival = pooledModels.includes(model) ? contestant(model, profile, choices, params) : undefined;
  const pooling = rival?.regressor.pooling as Pooling<unknown> | undefined;
  if (rival === undefined || pooling === undefined) {
    throw new ParamsError(
      `Cannot fit ${model} from what parts tell: this is known of ${pooledModels.join(", ")}; lightgbm trains on ` +
        "machines that run at the same time",
    );
  }
  return { ...rival, pooling };
}

/** Tells what a part knows of a model's fit. */
export async function tellFit(context: Context, model: string, partition: Partition): Promise<PartCard<ShareFacts>> {
  const { pooling, params } = pooled(context, model);
  const { own, facts } = await readFitShare(context, partition);
  const share = own === undefined || own.known.y.length === 0 ? undefined : pooling.share(asSample(own.known), params);
  const told: ShareFacts = { ...facts, model, params, rows: own?.known.y.length ?? 0, last: own?.last ?? -1 };
  const { store, profile, log } = context;
  const card = await writePart(store, profile.name, shareKind(model), partition, share && frameOf(share), told);
  log.info("summarized", { for: "fit", model, part: card.part, rows: card.rows });
  return card;
}

/**
 * Joins what the parts told of a model's fit.
 *
 * @throws {DatasetError} If they told it of different data, or for different parameters.
 */
export async function joinFitShares(context: Context, model: string, of: number): Promise<JoinedShares> {
  const { store, profile, log } = context;
  const { pooling } = pooled(context, model), kind = shareKind(model);
  let shares: Share[] = [], first: Omit<ShareFacts, "rows" | "last"> | undefined, learnt = 0, newest = -1;
  for await (const { card, frame } of eachPart<ShareFacts>(store, profile.name, kind, of)) {
    const { rows, last, ...own } = card.facts;
    first ??= own;
    if (JSON.stringify(own) !== JSON.stringify(first)) {
      throw new DatasetError(
        `Cannot join what parts told of ${model} as it must be of the same data and parameters: partition ${card.part} ` +
          `told ${JSON.stringify(own)}, the first one ${JSON.stringify(first)}`,
        { dataset: profile.name },
      );
    }
    learnt += rows;
    newest = Math.max(newest, last);
    if (frame === undefined) continue;
    // Two at a time: the joined table is no larger than that of all rows at once.
    shares = shares.length === 0 ? [shareOf(frame)] : [pooling.join([shares[0]!, shareOf(frame)])];
  }
  if (shares.length === 0) throw new MissingInputError("shares of any series", shareTask(model, { index: 0, of }));
  const { index } = await readIndex(context, of), last = lastStep(index, first!.origin, profile);
  if (newest !== last) {
    throw new DatasetError(
      `Cannot fit ${model} in parts as some series must have the step before the holdout: the newest one is ` +
        `${last - newest} steps older`,
      { dataset: profile.name },
    );
  }
  const joined = frameOf(pooling.join(shares));
  await store.put(joinedKey(profile.name, kind, of, "parquet"), parquetBytes(joined));
  const card: JoinedShares = { ...first!, learnt, rows: joined.height };
  await writeJson(store, joinedKey(profile.name, kind, of, "json"), card);
  log.info("joined", { stage: "summarize", for: "fit", model, parts: of, rows: card.rows });
  return card;
}

/** Fits a model from what all parts told, and scores it on the holdout of a part's series. */
export async function fitPooledPart(
  context: Context,
  model: string,
  partition: Partition,
): Promise<FitFacts & { readonly part: string; readonly seconds: number }> {
  const { store, profile, log } = context;
  const { pooling, params } = pooled(context, model), kind = shareKind(model);
  const share = await readFitShare(context, partition);
  const told = await readJsonIfThere<JoinedShares>(store, joinedKey(profile.name, kind, partition.of, "json"));
  const wanted = JSON.stringify({ ...share.facts, model, params });
  if (told === undefined) {
    throw new MissingInputError(joinedKey(profile.name, kind, partition.of, "json"), joinTask(model, partition.of));
  }
  const { learnt: _learnt, rows: _rows, ...found } = told;
  if (JSON.stringify(found) !== wanted) {
    throw new MissingInputError(
      `what parts tell of ${model} on these data and parameters`,
      joinTask(model, partition.of),
    );
  }
  const joined = shareOf(await readJoined(store, profile.name, kind, partition.of));
  const started = performance.now();
  using fitted = pooling.fit(joined, params);
  const seconds = (performance.now() - started) / 1_000;
  const facts = await keepFit(context, partition, share, fitted, {
    kind: fitKind(model),
    name: model,
    hashed: () => true,
  });
  const done = { part: partitionName(partition), seconds, ...facts };
  log.info("fitted from shares", { model, part: done.part, rows: facts.rows, hash: facts.model, seconds });
  return done;
}

const shareTask = (model: string, partition: Partition) =>
  `summarize --for fit --model ${model} --partition ${partitionName(partition)}`;

const joinTask = (model: string, of: number) => `merge --stage summarize --for fit --model ${model} --parts ${of}`;

function frameOf(share: Share): DataFrame {
  return pl.DataFrame(Object.entries(share).map(([name, values]) => pl.Series(name, values)));
}

function shareOf(frame: DataFrame): Share {
  return Object.fromEntries(
    frame.columns.map((name) => [name, Float64Array.from(frame.getColumn(name).toTypedArray() as Float64Array)]),
  );
}
