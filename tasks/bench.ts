// Measure each stage, beside the same work in Python where it is at hand.
import type { Context } from "@/pipeline/context.ts";
import { bench, BENCH_FLAGS } from "./support/bench/bench.ts";
import { benchDecisions } from "./support/bench/bench_decisions.ts";
import { benchDrift } from "./support/bench/bench_drift.ts";
import { benchServing } from "./support/bench/serving/bench_serving.ts";
import { keepBench } from "./support/bench/kept.ts";
import { regressions } from "./support/bench/record.ts";
import { benchSummary } from "./support/bench/summary.ts";
import { type FlagValues, main } from "./support/command.ts";
import { terminal } from "./support/terminal.ts";

await main({
  name: "bench",
  about:
    "Measure each stage in wall and CPU seconds, beside the same work in Python where it is at hand, and keep a record.",
  example: "deno task bench --quick",
  flags: BENCH_FLAGS,
  async run(context, values) {
    const { record, text, json = record } = await measure(context, values);
    if (values["record"] !== undefined) await keepBench(context.project, String(values["record"]), record);
    return { json, text };
  },
});

/** The benchmark that the flags ask for. */
async function measure(
  context: Context,
  values: FlagValues,
): Promise<{ readonly record: unknown; readonly text: string; readonly json?: unknown }> {
  if (values["decisions"] === true) return await benchDecisions(context, values);
  if (values["drift"] === true) return await benchDrift(context, values);
  if (values["serving"] === true) return await benchServing(context, values);
  const { record, comparison, key } = await bench(context, values), slower = comparison ? regressions(comparison) : [];
  if (context.env("GITHUB_ACTIONS") === "true") {
    for (const { name, ratio } of slower) {
      terminal.say(`::warning::${name} costs ${ratio.toFixed(2)} times what it did`);
    }
  }
  return {
    record,
    json: { ...record, comparison: comparison ?? null, slower: slower.map(({ name }) => name) },
    text: benchSummary(record, comparison, context.store.path(key)),
  };
}
