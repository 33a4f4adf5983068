// Measure each stage, beside the same work in Python where it is at hand.
import { resolve } from "node:path";
import { writeAtomic } from "@/stores/mod.ts";
import { bench, BENCH_FLAGS } from "./support/bench/bench.ts";
import { benchDecisions } from "./support/bench/bench_decisions.ts";
import { benchDrift } from "./support/bench/bench_drift.ts";
import { benchServing } from "./support/bench/serving/bench_serving.ts";
import { benchPage, benchSummary } from "./support/bench/summary.ts";
import { main } from "./support/command.ts";

await main({
  name: "bench",
  about:
    "Measure each stage in wall and CPU seconds, beside the same work in Python where it is at hand, and keep a record.",
  example: "deno task bench --quick",
  flags: BENCH_FLAGS,
  async run(context, values) {
    if (values["decisions"] === true) {
      const { record, text } = await benchDecisions(context, values);
      return { json: record, text };
    }
    if (values["drift"] === true) {
      const { record, text } = await benchDrift(context, values);
      return { json: record, text };
    }
    if (values["serving"] === true) {
      const { record, text } = await benchServing(context, values);
      return { json: record, text };
    }
    const { record, changes, key } = await bench(context, values);
    if (values["doc"] !== undefined) await writeAtomic(resolve(String(values["doc"])), benchPage(record, key));
    return { json: { ...record, changes }, text: benchSummary(record, changes, context.store.path(key)) };
  },
});
