import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { MissingInputError } from "@/core/errors.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { monitorKeys, readDriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { judge, monitor } from "@/pipeline/monitor/monitor.ts";
import { readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { rawFiles, workdir } from "../../support/workdir.ts";

const SIZES = { rossmann: { series: 8, steps: 800 }, walmart: { series: 8, steps: 130 } } as const;

/** Multiplies a column of a CSV from a date on. */
function scaled(csv: string, column: string, date: string, from: string, factor: number): string {
  const [head, ...lines] = csv.trimEnd().split("\n"), names = head!.split(",").map((name) => name.replaceAll('"', ""));
  const [value, day] = [names.indexOf(column), names.indexOf(date)];
  return [
    head,
    ...lines.map((line) => {
      const cells = line.split(",");
      if (cells[day]!.replaceAll('"', "") >= from) cells[value] = String(Math.round(Number(cells[value]) * factor));
      return cells.join(",");
    }),
  ].join("\n") + "\n";
}

describe("monitor()", () => {
  for (const [dataset, size] of Object.entries(SIZES)) {
    it(`writes a summary and a line of the log of ${dataset}`, async () => {
      await using work = await workdir();
      const context = await work.context({ dataset, ...size });
      await ingest(context);
      const summary = await monitor(context);
      expect(summary.window.rows).toBeGreaterThan(0);
      expect(await readDriftSummary(context.store, dataset)).toEqual(summary);
      const page = await work.read(monitorKeys(dataset).report);
      expect(page.length).toBeLessThan(3_000_000);
      expect(page).toContain("default-src &#39;none&#39;"); // the browser itself refuses any network
      const line = JSON.parse((await work.read(monitorKeys(dataset).log)).trimEnd());
      expect(line).toMatchObject({ event: "monitored", dataset, due: summary.due });
    });
  }

  it("raises no flag when nothing has changed, and raises it when sales are twice as high", async () => {
    await using work = await workdir();
    const files = rawFiles("rossmann", { series: 12, steps: 800 });
    const calm = await work.context({ dataset: "rossmann", source: await work.source("calm", files) });
    await ingest(calm);
    const before = await monitor(calm);
    expect(before.columns["y"]).toMatchObject({ drifted: false });
    expect(await readRetrainFlag(calm.store, "rossmann")).toBeUndefined();

    const changed = { ...files, "train.csv": scaled(files["train.csv"]!, "Sales", "Date", before.window.from, 2) };
    const loud = await work.context({ dataset: "rossmann", source: await work.source("loud", changed) });
    const after = await monitor(loud, { fresh: true });
    expect(after).toMatchObject({ due: true, columns: { y: { drifted: true, verdict: "unexplained" } } });
    expect(await readRetrainFlag(loud.store, "rossmann")).toMatchObject({ asOf: after.asOf, reasons: after.reasons });
  });

  it("follows the errors of logged forecasts, and says when they have grown", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "rossmann", series: 8, steps: 800 });
    const { panel } = await ingest(context);
    const rows = panel.frame.filter(pl.col("y").isNotNull()).select(
      pl.col("unique_id"),
      pl.col("ds").cast(pl.Utf8),
      pl.col("y"),
    )
      .rows() as [string, string, number][];
    const from = Temporal.PlainDate.from(panel.asOf).subtract({ days: 42 }).toString();
    const bad = Temporal.PlainDate.from(panel.asOf).subtract({ days: 14 }).toString();
    const off = (ds: string, factor: number) => 1 + (Number(ds.slice(-1)) % 2 === 0 ? 0.1 : -0.1) * factor;
    const log = (factor: number) => ({
      forecasts: rows.filter(([, ds]) => ds >= from).map(([uniqueId, ds, y]) => ({
        uniqueId,
        ds,
        model: "shop/1",
        origin: from,
        yHat: y * off(ds, ds >= bad ? factor : 1),
        intervals: { "80": [y * 0.8, y * 1.2] as const },
      })),
      actuals: [],
    });
    const ratios = Array.from({ length: 84 }, (_, at) => 1 + 0.05 * Math.sin(at * 7));
    const baseline = { measure: "mape" as const, mean: 0.1, of: "version 1", ratios };
    const calm = await judge(context, panel, { log: log(1), baseline, model: "shop/1" });
    expect(calm.performance).toMatchObject({ overall: { coverage: { "80": 1 } }, concept: { drifted: false } });
    expect(calm.performance!.overall.mape).toBeCloseTo(0.1, 6);
    expect(calm.performance!.slices.map(({ column }) => column)).toEqual(
      expect.arrayContaining(["day_of_week", "promo", "store_type", "horizon"]),
    );
    const worse = await judge(context, panel, { log: log(1.3), baseline, model: "shop/1" });
    expect(worse).toMatchObject({ due: true, performance: { concept: { drifted: true, since: bad } } });
    expect(worse.reasons[0]).toContain("30 % above its baseline");
  });

  it("says which task is missing", async () => {
    await using work = await workdir();
    await expect(monitor(await work.context({ dataset: "rossmann" }))).rejects.toThrow(MissingInputError);
  });
});
