import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { memoryStore } from "@/stores/mod.ts";
import { type DriftBench, driftPart } from "../../tasks/support/bench/bench_drift.ts";
import { keepBench, tellDriftBench } from "../../tasks/support/bench/kept.ts";

const time = { seconds: 2, cpuSeconds: 3, peakMb: 800, verdicts: { a: true, b: false } };
const record: DriftBench = {
  time: "2026-01-02T03:04:05.678Z",
  machine: { cpu: "some processor", cores: 2, os: "linux x86_64", deno: "2.8.1" },
  rows: 1_000_000,
  columns: 20,
  ours: time,
  evidently: { ...time, seconds: 90, cpuSeconds: 96, peakMb: 4_000, version: "0.7.1" },
  differ: [],
  day: { stores: 1115, seconds: 1.25, page: { seconds: 0.4, cpuSeconds: 0.3, megabytes: 1.6 } },
};

describe("the benchmark of drift", () => {
  it("tells both sides, how many times ours the other's is, and whether they agree", () => {
    const text = driftPart(record);
    expect(text).toMatch(/\| seconds +\| 2\.00 +\| 90\.00 +\| 45\.0 +\|/);
    expect(text).toMatch(/\| MB of memory at most \| 800 +\| 4000 +\| 5\.0 +\|/);
    expect(text).toContain("The verdicts on all 20 columns are the same.");
    expect(text).toContain("1,115 stores: 1.25 s");
    expect(driftPart({ ...record, differ: ["a"] })).toContain("The verdicts differ on a.");
  });

  it("says so where the other tool or the browser was not there", () => {
    const alone = driftPart({ ...record, evidently: null, day: { ...record.day, page: null } });
    expect(alone).toContain("Evidently was not there.");
    expect(alone).toContain("there was no Chromium");
    expect(alone).toMatch(/\| seconds +\| 2\.00 +\| – /);
  });

  it("fills its part of docs/monitoring.md from the kept record", async () => {
    const project = memoryStore(), page = "docs/monitoring.md";
    await project.put(
      page,
      "# A\n\n<!-- speed: made of docs/benchmarks/drift.json by `deno task claims` -->\n\n<!-- end of speed -->\n",
    );
    const text = async () => new TextDecoder().decode(await project.get(page));
    await tellDriftBench(project);
    expect(await text()).not.toContain("Evidently");
    await keepBench(project, "drift", record);
    await tellDriftBench(project);
    expect(await text()).toContain("Evidently 0.7.1");
  });
});
