/**
 * The blend in parts: each part adds up its errors under every weight that the search may try, and sums join.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError, ParamsError } from "@/core/errors.ts";
import { isInPart, type Partition } from "@/core/partition.ts";
import { type Fraction, joinFractions, scoreOfSums } from "@/evaluation/mod.ts";
import { LEAST_PORTION } from "@/models/mod.ts";
import { asksForLower, type BlendOptions, errorSums, learnWeights, type WindowErrors } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { blendOf } from "@/pipeline/evaluate.ts";
import { readJsonIfThere, writeJson } from "@/pipeline/json_files.ts";
import { eachPart, joinedKey, type PartCard, type PartKind, writePart } from "@/pipeline/partitions/parts.ts";
import { readTrained, type Trained } from "@/pipeline/train.ts";

/** The shares of the first of two members that the search may try. */
const SHARES: readonly number[] = Array.from({ length: 1 / LEAST_PORTION + 1 }, (_, k) => k * LEAST_PORTION);
const KIND = "summarize-evaluate-1" satisfies PartKind;

/** What a part tells of a blend. */
interface BlendFacts {
  /** The run whose forecasts are blended. */
  readonly run: string;
  readonly options: BlendOptions;
  /** Origin of a backtest window → its rows, and per share of the first member the sums of its error. */
  readonly windows: Readonly<Record<string, { readonly rows: number; readonly sums: readonly Fraction[] }>>;
}

/** What a blend weighs its members by, in every window. */
export interface JoinedBlend extends Pick<BlendFacts, "run" | "options"> {
  /** Origin → member → its weight: that of a backtest window as the others taught, of the holdout as all of them did. */
  readonly weights: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The blend of a run, where its weights can be learnt from sums. */
function summable(context: Context, { card }: Trained): BlendOptions {
  const options = blendOf(context, card);
  if (options?.members.length === 2 && !asksForLower(options.metric)) return options;
  const why = options === undefined
    ? "the run has none"
    : options.members.length !== 2
    ? `it has ${options.members.length} members: with two, the weights that are tried are known beforehand`
    : `${options.metric} asks for a correction of its level, which rests on a median of all rows`;
  throw new ParamsError(
    `Cannot learn the blend of ${card.dataset} from sums as ${why}; \`evaluate --partition\` learns it from all windows`,
  );
}

/** The forecasts of a part's series, in every window. */
export function ownForecasts({ forecasts }: Trained, partition: Partition): DataFrame {
  const ids = [...new Set(forecasts.getColumn("unique_id").toArray() as string[])];
  return forecasts.filter(pl.col("unique_id").isIn(ids.filter((id) => isInPart(id, partition))));
}

/** Tells what a part's errors are under every weight that the search may try. */
export async function tellBlend(context: Context, partition: Partition): Promise<PartCard<BlendFacts>> {
  const { store, profile, log } = context;
  const trained = await readTrained(context), { card } = trained;
  const options = summable(context, trained), own = ownForecasts(trained, partition);
  const windows = Object.fromEntries(card.plan.backtest.map(({ origin }) => {
    const frame = own.filter(pl.col("origin").eq(pl.lit(origin))), sumsAt = errorSums(frame, options);
    return [origin, { rows: frame.height, sums: SHARES.map((share) => sumsAt(Float64Array.of(share, 1 - share))) }];
  }));
  const facts: BlendFacts = { run: card.run.id, options, windows };
  const part = await writePart(store, profile.name, KIND, partition, undefined, facts);
  log.info("summarized", { for: "evaluate", part: part.part, windows: card.plan.backtest.length });
  return part;
}

/**
 * Joins what parts told of the blend, and learns its weights: those that all rows teach.
 *
 * @throws {DatasetError} If they told it of different runs.
 */
export async function joinBlend(context: Context, of: number): Promise<JoinedBlend> {
  const { store, profile, log } = context;
  const { card: { plan } } = await readTrained(context), all: BlendFacts[] = [];
  for await (const { card } of eachPart<BlendFacts>(store, profile.name, KIND, of)) {
    const [first = card.facts] = all;
    if (textOf(first) !== textOf(card.facts)) {
      throw new DatasetError(
        `Cannot join the errors of ${profile.name} as partition ${card.part} is of ${
          textOf(card.facts)
        }, the first one ` +
          `of ${textOf(first)}`,
        { dataset: profile.name },
      );
    }
    all.push(card.facts);
  }
  const { run, options } = all[0]!;
  const errors = plan.backtest.map(({ origin }) => errorsOf(all.map(({ windows }) => windows[origin]!), options));
  const joined: JoinedBlend = {
    run,
    options,
    weights: Object.fromEntries([
      ...plan.backtest.map(({ origin }, at) => [origin, learnWeights(errors.toSpliced(at, 1), options)] as const),
      [plan.holdout.origin, learnWeights(errors, options)],
    ]),
  };
  await writeJson(store, joinedKey(profile.name, KIND, of, "json"), joined);
  log.info("joined", { stage: "summarize", for: "evaluate", parts: of });
  return joined;
}

/** What parts told of the blend of a run; undefined where they did not, or told it of another run or other params. */
export async function readBlend(context: Context, { card }: Trained, of: number): Promise<JoinedBlend | undefined> {
  const { store, profile } = context, options = blendOf(context, card);
  const joined = await readJsonIfThere<JoinedBlend>(store, joinedKey(profile.name, KIND, of, "json"));
  if (joined === undefined || options === undefined) return undefined;
  return textOf(joined) === textOf({ run: card.run.id, options }) ? joined : undefined;
}

const textOf = ({ run, options }: Pick<BlendFacts, "run" | "options">): string => JSON.stringify({ run, options });

function errorsOf(parts: readonly BlendFacts["windows"][string][], { metric }: BlendOptions): WindowErrors {
  const sums = SHARES.map((_, k) => joinFractions(parts.map((part) => part.sums[k]!)));
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    errorAt: ([first]) => scoreOfSums(metric, sums[SHARES.indexOf(first!)]!),
  };
}
