import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { GateError, MissingInputError } from "@/core/errors.ts";
import { expression, recipe } from "@/features/mod.ts";
import { featurize, readFeatures } from "@/pipeline/featurize.ts";
import { ingest, readIngested } from "@/pipeline/ingest.ts";
import { leakcheck, readLeak } from "@/pipeline/leakcheck.ts";
import { train } from "@/pipeline/train.ts";
import { validateStage } from "@/pipeline/validate.ts";
import { readRuns } from "@/stores/mod.ts";
import { workdir } from "../support/workdir.ts";

/** The gate's error; fails when nothing was refused. */
async function refused(step: Promise<unknown>): Promise<GateError> {
  try {
    await step;
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error("the gate let it pass");
}

describe("leakcheck()", () => {
  it("stops the run and names the feature, the column it reads and by how many steps it peeks", async () => {
    await using work = await workdir();
    const context = await work.context();
    const { panel } = await ingest(context);
    const peeking = expression("y_rolling_mean_own_week", pl.col("target").rollingMean(7), {
      reach: panel.profile.horizon,
      reads: ["target"],
    });
    const error = await refused(leakcheck(context, panel, [...recipe(panel.profile), peeking]));
    expect(error.message).toContain("y_rolling_mean_own_week");
    expect(error.findings.map(({ column }) => column)).toEqual(["y_rolling_mean_own_week"]);
    expect(String(error.findings[0]!.observed)).toMatch(/reads y \d+ steps/);
    expect((await readLeak(context)).passed).toBe(false);
  });

  it("passes the recipe of every dataset", async () => {
    for (const dataset of ["rossmann", "walmart", "store-item"]) {
      await using work = await workdir();
      const context = await work.context({ dataset });
      const { panel } = await ingest(context);
      const record = await leakcheck(context, panel);
      expect([dataset, record.passed, record.guilty]).toEqual([dataset, true, []]);
      expect(record.checked).toBe(recipe(panel.profile).filter(({ helper }) => !helper).length);
    }
  });
});

describe("validateStage()", () => {
  it("refuses a panel that breaks a critical rule, with every finding, and shows them on a page", async () => {
    await using work = await workdir();
    const context = await work.context();
    const { panel } = await ingest(context);
    const broken = panel.frame.withColumn(pl.col("promo").add(7).alias("promo"));
    const error = await refused(validateStage(context, "panel", { panel: broken }));
    expect(error.findings.some(({ column, passed }) => column === "promo" && !passed)).toBe(true);
    expect(error.findings.some(({ passed }) => passed)).toBe(true);
    expect(await work.read("reports/rossmann/validation/panel.html")).toContain("promo");
    expect(JSON.parse(await work.read("reports/rossmann/validation/rossmann_panel.json")).success).toBe(false);
  });
});

describe("a stage", () => {
  it("says which task makes its input when that is missing", async () => {
    await using work = await workdir();
    const context = await work.context();
    await expect(readIngested(context)).rejects.toThrow("run `deno task ingest` first");
    const { panel, card } = await ingest(context);
    await expect(readFeatures(context)).rejects.toThrow("run `deno task featurize` first");
    const table = await featurize(context, panel);
    const longer = await work.context({ horizon: 50 });
    await expect(readFeatures(longer)).rejects.toThrow(MissingInputError);
    expect((await readFeatures(context)).frame.height).toBe(table.frame.height);
    expect(card.rows).toBe(panel.frame.height);
  });

  it("writes panel and features as CSV too when asked", async () => {
    await using work = await workdir();
    const context = await work.context({ csv: true });
    const { panel } = await ingest(context);
    const table = await featurize(context, panel);
    const lines = async (key: string) => (await work.read(key)).trimEnd().split("\n").length - 1;
    expect(await lines("data/panel/rossmann/panel.csv")).toBe(panel.frame.height);
    expect(await lines("data/features/rossmann/features.csv")).toBe(table.frame.height);
  });

  it("records a run that was stopped as failed, and leaves no forecasts behind", async () => {
    await using work = await workdir();
    const stop = new AbortController();
    const context = { ...await work.context(), signal: stop.signal };
    const ingested = await ingest(context);
    const table = await featurize(context, ingested.panel);
    const stopping = {
      ...context,
      progress: () => ({ update: () => stop.abort(new Error("stopped")), end: () => {} }),
    };
    await expect(train(stopping, ingested, table)).rejects.toThrow("stopped");
    const runs = await readRuns(context.store.path("mlruns"), "test-rossmann");
    // The run, and the window that it was stopped in.
    expect(runs.map(({ status }) => status)).toEqual(["failed", "failed"]);
    expect(await context.store.get("data/predictions/rossmann/windows.parquet")).toBeUndefined();
  });
});
