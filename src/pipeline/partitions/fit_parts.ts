/**
 * One model of many machines: each holds the rows of its partition, and LightGBM grows the same trees on all of them.
 *
 * @module
 */
import { DatasetError, MissingInputError, ParamsError } from "@/core/errors.ts";
import type { Scores } from "@/core/metric.ts";
import { type Partition, partitionName } from "@/core/partition.ts";
import { joinScoreSums, scoresOf } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { fitOnce } from "@/pipeline/fit.ts";
import { contestant } from "@/pipeline/models.ts";
import { type FitFacts, keepFit, readFitShare, withoutSeries } from "@/pipeline/partitions/fit_rows.ts";
import { eachPart, type PartKind } from "@/pipeline/partitions/parts.ts";

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
  const { choices, params, log } = context;
  const share = await readFitShare(context, partition), { own, facts: { origin } } = share;
  if (own === undefined) throw withoutSeries(partition);
  const rival = contestant(MODEL, own.table.profile, choices, params);
  const port = Number(machines[partition.index]?.split(":")[1] ?? 0);
  const together = { ...rival.params, machines: [...machines], listen_port: port, peer_timeout: timeout };
  const before = networkBytes(), started = performance.now();
  const { model } = await fitOnce(context, { ...rival, params: together }, own.known, { origin, title: MODEL });
  const seconds = (performance.now() - started) / 1_000, after = networkBytes();
  using fitted = model;
  // The trees: the level that is assumed of a series without any past is the median of each machine's own rows, and the
  // first machine's is kept.
  const kept = { kind: "fit", name: MODEL, hashed: (file: string) => file.endsWith(TREES) } as const;
  const { model: hash, rows } = await keepFit(context, partition, share, fitted, kept);
  const traffic = before === null || after === null
    ? null
    : { sent: after.sent - before.sent, received: after.received - before.received };
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
export async function joinFit(
  { store, profile }: Context,
  of: number,
  kind: PartKind = "fit",
): Promise<JoinedFit> {
  const all: FitFacts[] = [];
  for await (const { card } of eachPart<FitFacts>(store, profile.name, kind, of)) {
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
