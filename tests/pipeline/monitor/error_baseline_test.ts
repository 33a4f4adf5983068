import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { DatasetProfile } from "@/core/panel.ts";
import { score, windowLosses } from "@/evaluation/mod.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { judgedErrors } from "@/pipeline/monitor/error_baseline.ts";
import { directoryStore } from "@/stores/mod.ts";
import { workdir } from "../../support/workdir.ts";

/** Two weeks of two series; every forecast is a tenth too high, and everything in the second week is `busier` times as large. */
function week(origin: string, busier: number) {
  const y = [100, 300].flatMap((sold) => [sold, sold * busier]), yHat = y.map((sold) => 1.1 * sold);
  const ds = [0, 1, 0, 1].map((at) =>
    `${origin.slice(0, 8)}${String(Number(origin.slice(8)) + 7 * at).padStart(2, "0")}`
  );
  const ones = y.map(() => 1), weight = ds.map((_, at) => at % 2 === 0 ? 1 : 5);
  const losses = windowLosses({ origin, ds, y, weight, scale: ones, slices: {}, models: { ours: yHat } }, "wmae");
  return { losses, scores: { ours: score(y, yHat, { weight }) } };
}

/** What is known of a model that was judged on such weeks. */
async function known(profile: Pick<DatasetProfile, "name" | "allowsNegative">, windows: ReturnType<typeof week>[]) {
  await using work = await workdir();
  const store = directoryStore(work.path), last = windows.at(-1)!;
  await writeJson(store, keysOf(profile.name).evaluation, {
    champion: "ours",
    metric: "wmae",
    scores: last.scores,
    backtest: windows.slice(0, -1).map(({ scores }) => ({ scores })),
    losses: windows.map(({ losses }) => losses),
  });
  return await judgedErrors({ store, profile: profile as DatasetProfile });
}

describe("judgedErrors()", () => {
  const walmart = { name: "walmart", allowsNegative: true };

  it("holds errors against what was sold where sales can be below zero: a busy week is no larger error", async () => {
    const { measure, mean, ratios } = (await known(walmart, [week("2012-03-02", 3), week("2012-05-04", 1)]))!;
    expect(measure).toBe("wape");
    expect(mean).toBeCloseTo(0.1, 5);
    expect(ratios.length).toBe(4);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(1, 5);
  });

  it("takes the mean of shares where sales are never below zero", async () => {
    const found = (await known({ ...walmart, allowsNegative: false }, [week("2012-03-02", 3)]))!;
    expect(found.measure).toBe("mape");
    expect(found.mean).toBeCloseTo(0.1, 5);
  });

  it("knows nothing of a model whose card does not say how many rows it was judged on", async () => {
    const { losses: { rows: _rows, ...losses }, scores } = week("2012-03-02", 3);
    expect(await known(walmart, [{ losses, scores }])).toBeUndefined();
  });
});
