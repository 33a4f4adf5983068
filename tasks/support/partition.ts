/**
 * The flags of tasks that can do a part of the series.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import { parsePartition, type Partition } from "@/core/partition.ts";
import { pooledModels } from "@/pipeline/partitions/mod.ts";
import type { Flag, FlagValues } from "./command.ts";

/** Which part. */
export const PARTITION_FLAG = {
  partition: { type: "string", value: "I/N", about: "only the series of this part, by a hash of their names: 3/8" },
} as const satisfies Record<string, Flag>;

/** What a summary is for, and which round of it. */
export const SUMMARY_FLAGS = {
  for: {
    type: "string",
    value: "WHAT",
    about: "summaries for features (the default), forecast, fit, evaluate or monitor",
  },
  round: { type: "string", value: "R", about: "the round of summaries (default 1)" },
} as const satisfies Record<string, Flag>;

/** The model of a fit. */
export const FIT_FLAG = {
  model: {
    type: "string",
    value: "MODEL",
    about: `the model that is fitted: ${["lightgbm", ...pooledModels].join(", ")}`,
  },
} as const satisfies Record<string, Flag>;

/** Reads `--model` of a fit; LightGBM's when it is left out. */
export const fitModelOf = ({ model = "lightgbm" }: FlagValues): string => String(model);

/** Reads `--partition`; undefined when it is left out. */
export function partitionOf({ partition }: FlagValues): Partition | undefined {
  if (partition === undefined) return undefined;
  try {
    return parsePartition(String(partition));
  } catch (error) {
    throw new ParamsError((error as Error).message);
  }
}

/** What a summary may be for. */
const SUMMARIES = ["features", "forecast", "fit", "evaluate", "monitor"] as const;

/** Reads `--for` and `--round`. */
export function summaryOf(values: FlagValues): { readonly what: typeof SUMMARIES[number]; readonly round: number } {
  const told = values["for"] ?? "features", round = values["round"] ?? "1";
  const what = SUMMARIES.find((one) => one === told);
  if (what === undefined) throw new ParamsError(`Cannot summarize --for ${told}: expected ${SUMMARIES.join(", ")}`);
  if (!/^[1-9]\d?$/.test(String(round))) {
    throw new ParamsError(`Cannot use --round ${round}: expected a whole number from 1 on`);
  }
  return { what, round: Number(round) };
}

/** Reads `--parts`. */
export function partsOf({ parts }: FlagValues): number {
  if (!/^[1-9]\d{0,4}$/.test(String(parts)) || Number(parts) > 10_000) {
    throw new ParamsError(
      `Cannot use --parts ${parts ?? "(left out)"}: expected how many parts there are, up to 10000`,
    );
  }
  return Number(parts);
}

/** What a person reads of a part that is done. */
export function partText({ part, kind, rows }: { part: string; kind: string; rows: number }): string {
  return `${kind}, partition ${part}: ${rows.toLocaleString("en")} rows`;
}
