import pl, { type DataType, type Expr } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Json } from "@/core/json.ts";
import type { Answer, Expectation, ValueQuestion } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema } from "@/checks/expectations/kwargs.ts";
import { divergence, type Partition, partitionProblem } from "@/checks/expectations/partition.ts";
import { requireNumbers, toJson } from "@/checks/expectations/values.ts";

const numbers = { type: "array", items: { type: "number" } } as const;
const share = { type: "number", minimum: 0, maximum: 1 } as const;
const schema = kwargsSchema({
  column,
  partition_object: {
    type: "object",
    properties: {
      weights: numbers,
      values: { type: "array", items: { type: ["number", "string", "boolean", "null"] } },
      bins: numbers,
      tail_weights: { ...numbers, minItems: 2, maxItems: 2 },
    },
    required: ["weights"],
    additionalProperties: false,
  },
  threshold: { type: ["number", "null"], minimum: 0 },
  internal_weight_holdout: share,
  tail_weight_holdout: share,
  bucketize_data: { type: "boolean" },
  min_value: { type: ["number", "null"] },
  max_value: { type: ["number", "null"] },
}, ["column", "partition_object", "threshold"]);

type Settings = FromSchema<typeof schema>;

/** A column's values are spread about as expected: over named values, or over bins of numbers. */
export const expectColumnKlDivergenceToBeLessThan: Expectation<Settings> = {
  type: "expect_column_kl_divergence_to_be_less_than",
  schema,
  problem({ partition_object, tail_weight_holdout: tail = 0, internal_weight_holdout: inner = 0, bucketize_data }) {
    const partition = partition_object as Partition;
    const wrong = partitionProblem(partition);
    if (wrong !== undefined) return wrong;
    const { bins, tail_weights } = partition;
    if (tail > 0 && tail_weights !== undefined) {
      return { key: "tail_weight_holdout", problem: "must be 0 where the partition has tail_weights" };
    }
    if (bins === undefined) {
      return inner > 0 ? { key: "internal_weight_holdout", problem: "must be 0 for a partition of values" } : undefined;
    }
    if (bucketize_data === false) {
      return { key: "bucketize_data", problem: "must be true for a partition of bins" };
    }
    const endless = bins.filter((edge) => !Number.isFinite(edge)).length;
    if (endless > 0 && tail_weights !== undefined) {
      return { key: "partition_object", problem: "cannot have tail_weights beyond an infinite bin" };
    }
    return endless === 2 && tail > 0
      ? { key: "tail_weight_holdout", problem: "must be 0 where both outer bins are infinite" }
      : undefined;
  },
  columns: ({ column }) => [column],
  wanted: ({ threshold }) => `spread as expected (KL divergence at most ${threshold ?? "any"})`,
  question: (kwargs, { types }) =>
    kwargs.partition_object.bins === undefined
      ? overValues(kwargs, types[kwargs.column]!)
      : overBins(kwargs, types[kwargs.column]!),
};

function overValues({ column, partition_object, threshold, tail_weight_holdout: tail = 0 }: Settings, type: DataType) {
  const known = pl.col(column).dropNulls().sort();
  return {
    form: "values",
    ask: { values: known.unique({ maintainOrder: true } as never).implode(), counts: known.uniqueCounts().implode() },
    answer({ values, counts }) {
      const seen = ((values ?? []) as unknown[]).map((value) => toJson(value, type));
      const times = ((counts ?? []) as unknown[]).map(Number);
      const rows = times.reduce((all, one) => all + one, 0);
      const { values: wanted, weights } = partition_object as Required<Partition>;
      const index = new Map<string, Json>([...wanted, ...seen].map((value) => [keyOf(value), value]));
      const extra = index.size - new Set(wanted.map(keyOf)).size;
      const countOf = new Map(seen.map((value, k) => [keyOf(value), times[k]!]));
      const weightOf = new Map(wanted.map((value, k) => [keyOf(value), weights[k]!]));
      const observed = [...index.keys()].map((key) => (countOf.get(key) ?? 0) / rows || 0);
      const scale = extra > 0 ? 1 - tail : 1;
      const expected = [...index.keys()].map((key) => weightOf.has(key) ? weightOf.get(key)! * scale : tail / extra);
      return answerOf(divergence(observed, expected), threshold, {
        observed_partition: { values: [...index.values()], weights: observed },
        expected_partition: { values: [...index.values()], weights: expected },
      });
    },
  } satisfies ValueQuestion;
}

/** Flags and numbers meet as in Python, where True is 1. */
const keyOf = (value: Json) => JSON.stringify(typeof value === "boolean" ? Number(value) : value);

function overBins(kwargs: Settings, type: DataType) {
  const { column, partition_object, threshold, tail_weight_holdout: tail = 0, internal_weight_holdout: inner = 0 } =
    kwargs;
  requireNumbers("spread", column, type);
  const { bins, weights, tail_weights } = partition_object as Required<Partition>;
  const values = pl.col(column).cast(pl.Float64);
  const last = bins.length - 2;
  const ask: Record<string, Expr> = {
    rows: values.count(),
    below: values.lt(pl.lit(bins[0]!)).sum(),
    above: values.gt(pl.lit(bins.at(-1)!)).sum(),
  };
  weights.forEach((_, k) => {
    const to = pl.lit(bins[k + 1]!);
    // The last bin holds its upper edge, too.
    ask[`bin${k}`] = values.gtEq(pl.lit(bins[k]!)).and(k === last ? values.ltEq(to) : values.lt(to)).sum();
  });
  return {
    form: "values",
    ask,
    answer(found) {
      const shareOf = (name: string) => Number(found[name] ?? 0) / Number(found.rows);
      const observed = weights.map((_, k) => shareOf(`bin${k}`));
      const zeros = weights.filter((weight) => weight === 0).length;
      const scale = 1 - tail - inner;
      const expected = weights.map((weight) => inner > 0 && weight === 0 ? inner / zeros : weight * scale);
      const openLeft = bins[0] === -Infinity, openRight = bins.at(-1) === Infinity;
      const tails = (tail_weights as readonly number[] | undefined) ??
        (openLeft || openRight ? [tail, tail] : [tail / 2, tail / 2]);
      const inside = (list: readonly number[]) => list.slice(openLeft ? 1 : 0, openRight ? -1 : undefined);
      const ends = (list: readonly number[], outside: readonly number[]) => [
        openLeft ? list[0]! : outside[0]!,
        openRight ? list.at(-1)! : outside[1]!,
      ];
      const outside = [shareOf("below"), shareOf("above")];
      const all = (list: readonly number[], beyond: readonly number[]) => [
        ...(openLeft ? [] : [beyond[0]!]),
        ...list,
        ...(openRight ? [] : [beyond[1]!]),
      ];
      const edges = inside(bins).map((edge) => toJson(edge));
      return answerOf(divergence(all(observed, outside), all(expected, tails)), threshold, {
        observed_partition: {
          bins: edges,
          weights: inside(observed).map(finite),
          tail_weights: ends(observed, outside).map(finite),
        },
        expected_partition: { bins: edges, weights: inside(expected), tail_weights: ends(expected, tails) },
      });
    },
  } satisfies ValueQuestion;
}

/** JSON has no NaN: a share of no rows is null. */
const finite = (value: number): Json => Number.isFinite(value) ? value : null;

function answerOf(value: number, threshold: number | null, details: Json): Answer {
  return {
    success: threshold === null || value <= threshold,
    result: { observed_value: finite(value), details },
  };
}
