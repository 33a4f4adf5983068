/**
 * One model of many machines: each holds the rows of its partition, and LightGBM grows the same trees on all of them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DatasetError, MissingInputError, ParamsError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Scores } from "@/core/metric.ts";
import { type Partition, partitionName } from "@/core/partition.ts";
import { joinScoreSums, scoresOf, type ScoreSums, scoreSums } from "@/evaluation/mod.ts";
import { recipe } from "@/features/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { fitOnce, forecastSlice } from "@/pipeline/fit.ts";
import { profileOf } from "@/pipeline/ingest.ts";
import { contestant } from "@/pipeline/models.ts";
import { readIndex } from "@/pipeline/partitions/panel_parts.ts";
import { eachPart, partsFolder, readPart, writePart } from "@/pipeline/partitions/parts.ts";
import type { SummaryFacts } from "@/pipeline/partitions/summaries.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { addSteps } from "@/pipeline/time.ts";
import { windowFrame } from "@/pipeline/windows.ts";

/** What a machine knows of a model that it has grown with others. */
export interface FitFacts {
  /** A hash of the model's trees: machines that trained together have the same. */
  readonly model: string;
  /** Rows that this machine held. */
  readonly rows: number;
  /** Errors of its series in the holdout. */
  readonly sums: ScoreSums;
}

/** A fit as this machine saw it. */
export interface FitPart extends Omit<FitFacts, "sums"> {
  readonly part: string;
  readonly machines: number;
  readonly seconds: number;
  /** What this machine's network sent and received meanwhile, all programs together, in bytes; null where it is not told. */
  readonly traffic: { readonly sent: number; readonly received: number } | null;
}

/** The model of the fit; of several in the recipe, the one that can be trained on many machines. */
const MODEL = "lightgbm";
/** The file that holds its trees. */
const TREES = "model.txt";

/**
 * The machines of a fit, by what a task was told or the scheduler's environment: `SHELFCAST_MACHINES` holds
 * `address:port` of each, in the order of the partitions.
 *
 * @throws {ParamsError} If there must be as many machines as partitions, and are not.
 */
export function machinesOf(
  { env }: Pick<Context, "env">,
  { of }: Partition,
  told: string | undefined,
): readonly string[] {
  const text = told ?? env("SHELFCAST_MACHINES") ?? "";
  const machines = text.split(",").map((one) => one.trim()).filter(Boolean);
  if (of === 1 && machines.length <= 1) return [];
  const odd = machines.find((one) => !/^[^:\s]+:[1-9]\d{0,4}$/.test(one));
  if (machines.length === of && odd === undefined) return machines;
  throw new ParamsError(
    `Cannot train ${of} partitions on ${machines.length} machines as each needs one: name them as address:port, in the ` +
      `order of the partitions, by --machines or SHELFCAST_MACHINES${odd === undefined ? "" : `; found "${odd}"`}`,
  );
}

/**
 * Fits the model on a partition's features before the holdout, together with the machines of the other partitions, and
 * scores it on the holdout of its own series. The first machine keeps the model.
 *
 * @throws {NativeLibraryError} If another machine is lost, or never comes.
 */
export async function fitPart(
  context: Context,
  partition: Partition,
  { machines, timeout }: { readonly machines: readonly string[]; readonly timeout: number },
): Promise<FitPart> {
  const { store, choices, params, log } = context;
  const { index } = await readIndex(context, partition.of);
  const { frame, card } = await readPart<SummaryFacts>(store, index.dataset, "featurize", partition);
  if (frame === undefined) {
    throw new DatasetError(`Cannot train on partition ${partitionName(partition)} as it has no series: use fewer`);
  }
  const profile = profileOf(index, context.profile), { origin, horizon } = card.facts;
  const features = recipe(profile).filter(({ helper }) => !helper);
  const table: FeatureTable = { frame, features, profile, horizon, origin };
  const rival = contestant(MODEL, profile, choices, params);
  const port = Number(machines[partition.index]?.split(":")[1] ?? 0);
  const together = { ...rival.params, machines: [...machines], listen_port: port, peer_timeout: timeout };
  const known = rowsBefore(table, 0, choices), ahead = rowsOfBlock(table, 0);
  const before = networkBytes(), started = performance.now();
  const { model } = await fitOnce(context, { ...rival, params: together }, known, { origin, title: MODEL });
  const seconds = (performance.now() - started) / 1_000, after = networkBytes();
  using fitted = model;
  const window = { origin, from: origin, to: addSteps(origin, horizon - 1, profile.frequency) };
  const forecasts = windowFrame({ table, block: 0 }, window, ahead, {
    [MODEL]: forecastSlice(fitted, ahead, profile),
  });
  const options = { weight: numbers(forecasts, "weight"), scale: numbers(forecasts, "scale") };
  const files = fitted.save(), digest = createHash("sha256");
  // The trees: the level that is assumed of a series without any past is the median of each machine's own rows, and the
  // first machine's is kept.
  for (const name of Object.keys(files).filter((one) => one.endsWith(TREES)).sort()) digest.update(files[name]!);
  const facts: FitFacts = {
    model: digest.digest("hex"),
    rows: known.y.length,
    sums: scoreSums(numbers(forecasts, "y"), numbers(forecasts, MODEL), options),
  };
  await writePart(store, index.dataset, "fit", partition, forecasts, facts);
  if (partition.index === 0) {
    for (const [name, bytes] of Object.entries(files)) {
      await store.put(`${partsFolder(index.dataset)}/fit/${partition.of}/model/${name}`, Uint8Array.from(bytes));
    }
  }
  const traffic = before === null || after === null
    ? null
    : { sent: after.sent - before.sent, received: after.received - before.received };
  const { model: hash, rows } = facts;
  const done = {
    part: partitionName(partition),
    machines: Math.max(1, machines.length),
    model: hash,
    rows,
    seconds,
    traffic,
  };
  log.info("fitted together", { ...done });
  return done;
}

/** What the machines of a fit came to. */
export interface JoinedFit {
  readonly model: string;
  readonly rows: number;
  /** On the holdout, over all series. */
  readonly scores: Scores;
}

/**
 * Joins the scores of the machines of a fit.
 *
 * @throws {DatasetError} If they did not train together: their models differ.
 */
export async function joinFit({ store, profile }: Context, of: number): Promise<JoinedFit> {
  const all: FitFacts[] = [];
  for await (const { card } of eachPart<FitFacts>(store, profile.name, "fit", of)) {
    if (all.length > 0 && card.facts.model !== all[0]!.model) {
      throw new DatasetError(
        `Cannot join the fits of ${profile.name} as machines that train together have one model: partition ${card.part} ` +
          `has ${card.facts.model.slice(0, 12)}, the first one ${all[0]!.model.slice(0, 12)}`,
        { dataset: profile.name },
      );
    }
    all.push(card.facts);
  }
  if (all.length === 0) throw new MissingInputError("fits of any partition", `fit --partition 1/${of}`);
  const rows = all.reduce((sum, one) => sum + one.rows, 0);
  return { model: all[0]!.model, rows, scores: scoresOf(joinScoreSums(all.map(({ sums }) => sums))) };
}

/** What all network devices of this machine have sent and received since it started; null where nobody tells. */
function networkBytes(): { readonly sent: number; readonly received: number } | null {
  let text: string;
  try {
    text = Deno.readTextFileSync("/proc/net/dev");
  } catch {
    return null;
  }
  const rows = text.split("\n").slice(2).flatMap((line) => {
    const [name, rest] = line.split(":");
    return rest === undefined || name === undefined ? [] : [rest.trim().split(/\s+/).map(Number)];
  });
  return {
    received: rows.reduce((sum, row) => sum + (row[0] ?? 0), 0),
    sent: rows.reduce((sum, row) => sum + (row[8] ?? 0), 0),
  };
}
