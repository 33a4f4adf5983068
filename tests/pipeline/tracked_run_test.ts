import { before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { RunRecord } from "@/core/run_record.ts";
import { pipeline, type PipelineDocument } from "@/pipeline/pipeline.ts";
import { revision } from "@/pipeline/revision.ts";
import { systemMeter, withSystemMetrics } from "@/pipeline/system_metrics.ts";
import { memoryTracker } from "@/stores/mod.ts";
import { workdir } from "../support/workdir.ts";

const NAME = "test-rossmann";

describe("a tracked run", () => {
  let code: Readonly<Record<string, string>>,
    parent: RunRecord,
    windows: readonly RunRecord[],
    document: PipelineDocument;
  const artifacts = new Map<string, string>();

  before(async () => {
    await using work = await workdir();
    const context = await work.context({ models: ["seasonal_naive", "lightgbm"], windows: 2, series: 3, steps: 300 });
    code = await revision(context.project);
    document = await pipeline(context);
    const { tracker } = context, runs = await tracker.runs(NAME);
    parent = runs.find(({ id }) => id === document.run.id)!;
    windows = runs.filter(({ tags }) => tags["mlflow.parentRunId"] === parent.id);
    expect(windows.length + 1).toBe(runs.length);
    for (const path of parent.artifacts) {
      artifacts.set(path, new TextDecoder().decode(await tracker.artifactOf(parent.id, path)));
    }
  });

  it("is tagged with dataset, phase, champion, its algorithm, the code and whether that had changes", () => {
    expect(parent.tags).toMatchObject({
      "shelfcast.dataset": "rossmann",
      "shelfcast.phase": "pipeline",
      "shelfcast.champion": document.champion,
      "shelfcast.model_type": document.champion,
      ...code,
    });
  });

  it("has one finished run below it per window, the holdout's among them", () => {
    expect(windows.map(({ status, params }) => [status, params["window"], params["origin"]])).toEqual([
      ...document.backtest.map(({ origin }) => ["finished", "backtest", origin]),
      ["finished", "holdout", document.holdout.from],
    ]);
    expect(windows.map(({ params }) => params["dataset"])).toEqual(windows.map(() => "rossmann"));
  });

  it("keeps a window's errors in the window's run, the same as in the document", () => {
    const scores = [...document.backtest.map(({ scores }) => scores), document.scores];
    for (const [at, { metrics }] of windows.entries()) {
      expect(metrics["lightgbm.rmspe"]!.at(-1)!.value).toBe(scores[at]!["lightgbm"]!.rmspe);
      expect(metrics["seasonal_naive.smape"]!.at(-1)!.value).toBe(scores[at]!["seasonal_naive"]!.smape);
    }
    expect(parent.metrics["backtest.lightgbm.rmspe"]!.map(({ step }) => step)).toEqual([1, 2]);
  });

  it("keeps what was watched round by round in the window's run; in the holdout nothing is watched", () => {
    const rounds = windows.map(({ metrics }) => metrics["lightgbm.rounds.l2"]?.map(({ step }) => step));
    const all = Array.from({ length: 25 }, (_, i) => i + 1);
    expect(rounds).toEqual([all, all, undefined]);
    for (const { metrics } of windows) expect(metrics["lightgbm.fit_seconds"]![0]!.value).toBeGreaterThan(0);
  });

  it("tells what it cost the machine", () => {
    const [memory] = parent.metrics["system/process_memory_megabytes"]!;
    expect(memory!.value).toBeGreaterThan(10);
    expect(parent.metrics["system/process_cpu_percentage"]!.some(({ value }) => value > 0)).toBe(true);
  });

  it("carries the environment that it ran in, without names of machine or user", () => {
    expect(JSON.parse(artifacts.get("environment/deno.lock")!)).toHaveProperty("npm");
    expect(artifacts.get("environment/requirements.txt")).toContain("--hash=sha256:");
    expect(JSON.parse(artifacts.get("environment/deno.json")!)).toHaveProperty("imports");
    const machine = JSON.parse(artifacts.get("environment/machine.json")!);
    expect(Object.keys(machine).sort()).toEqual(
      ["architecture", "deno", "lightgbm", "memoryMegabytes", "processors", "system", "typescript", "v8", "xgboost"],
    );
    expect(machine).toMatchObject({ deno: Deno.version.deno, lightgbm: expect.stringMatching(/^\d+\.\d+/) });
  });

  it("carries importance as a table, most important first, and as a drawing", () => {
    const [head, first, second] = artifacts.get("importance.csv")!.split("\n");
    expect(head).toBe("model,feature,share");
    const share = (line: string) => Number(line.split(",")[2]);
    expect(share(first!)).toBeGreaterThanOrEqual(share(second!));
    const shares: Record<string, number> = JSON.parse(artifacts.get("importance.json")!)["lightgbm"];
    expect(shares[first!.split(",")[1]!]).toBe(Math.max(...Object.values(shares)));
    expect(artifacts.get("importance.svg")).toMatch(/^<svg .*<\/svg>$/s);
  });
});

describe("withSystemMetrics()", () => {
  const open = async () => {
    const tracker = memoryTracker({ now: () => 0 });
    return { tracker, run: await tracker.start("rossmann", "run") };
  };

  it("looks again and again while the work goes on, and once at its end", async () => {
    const { tracker, run } = await open();
    let looks = 0;
    const measure = () => ({ "system/looks": ++looks });
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = withSystemMetrics(run, () => promise, {
      every: 1,
      measure: () => (looks === 2 ? resolve() : undefined, measure()),
    });
    await work;
    const seen = tracker.record(run.id).metrics["system/looks"]!.map(({ value }) => value);
    expect(seen).toEqual(seen.map((_, at) => at + 1));
    expect(seen.length).toBeGreaterThan(2);
  });

  it("passes the work's failure on", async () => {
    const { run } = await open();
    await expect(withSystemMetrics(run, () => Promise.reject(new RangeError("no rows")))).rejects.toThrow("no rows");
  });

  it("says when what it saw could not be recorded", async () => {
    const full = { metrics: () => Promise.reject(new Error("disk full")) };
    await expect(withSystemMetrics(full, () => Promise.resolve(1))).rejects.toThrow("disk full");
  });
});

describe("systemMeter()", () => {
  it("tells shares between 0 and 100, of one core more", () => {
    const measure = systemMeter();
    for (let work = 0, k = 0; k < 2e7; k++) work += k;
    const seen = measure();
    expect(seen["system/process_cpu_percentage"]).toBeGreaterThan(0);
    for (const name of ["system/cpu_utilization_percentage", "system/system_memory_usage_percentage"] as const) {
      expect(seen[name]).toBeGreaterThanOrEqual(0);
      expect(seen[name]).toBeLessThanOrEqual(100);
    }
  });
});
