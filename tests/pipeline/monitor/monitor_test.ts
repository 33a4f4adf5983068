import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MissingInputError } from "@/core/errors.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { monitorKeys, readDriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { monitor } from "@/pipeline/monitor/monitor.ts";
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

  it("says which task is missing", async () => {
    await using work = await workdir();
    await expect(monitor(await work.context({ dataset: "rossmann" }))).rejects.toThrow(MissingInputError);
  });
});
