// Measure each stage, beside the same work in Python where it is at hand.
import { bench, BENCH_FLAGS } from "./support/bench/bench.ts";
import { benchSummary } from "./support/bench/summary.ts";
import { main } from "./support/command.ts";

await main({
  name: "bench",
  about:
    "Measure each stage in wall and CPU seconds, beside the same work in Python where it is at hand, and keep a record.",
  example: "deno task bench --quick",
  flags: BENCH_FLAGS,
  async run(context, values) {
    const { record, changes, key } = await bench(context, values);
    return { json: { ...record, changes }, text: benchSummary(record, changes, context.store.path(key)) };
  },
});
