import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { errorOf, runTask, taskDocument } from "../support/command_line.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

/** A dataset two rows of which are readable, and beyond belief. */
async function ingested(at: Awaited<ReturnType<typeof workdir>>) {
  const files = rawFiles("walmart", { series: 4, steps: 120 });
  const train = files["train.csv"]!.split(/\r\n?|\n/);
  for (const row of [7, 301]) train[row] = train[row]!.replace(/^(.*,)[^,]+(,[^,]+)$/, "$1-5000000$2");
  const source = await at.source("raw", { ...files, "train.csv": train.join("\n") });
  const flags = { dataset: "walmart", workdir: `${at.path}/work` };
  await taskDocument("ingest", { ...flags, source });
  return { ...flags, source, json: true as const };
}

describe("deno task validate --quarantine", () => {
  it("sets rows that break the contract aside with the reason, and goes on with the rest", async () => {
    await using at = await workdir();
    const flags = await ingested(at);
    expect((await runTask("validate", flags)).code).toBe(1);
    const ended = await runTask("validate", { ...flags, quarantine: true });
    expect([ended.code, ended.stderr.includes("error")]).toEqual([0, false]);
    const aside = pl.readParquet(`${at.path}/work/reports/walmart/quarantine/raw_train.parquet`);
    expect(aside.getColumn("row").toArray().map(Number)).toEqual([7, 301]);
    expect(String(aside.getColumn("reason").get(0))).toContain("Weekly_Sales: ");
    const panel = pl.readParquet(`${at.path}/work/data/panel/walmart/panel.parquet`);
    expect(panel.getColumn("y").min()).toBeGreaterThan(-1_000_000);
    const raw = await Deno.readTextFile(`${at.path}/work/data/raw/walmart/train.csv`);
    expect(raw.match(/,-5000000,/g)?.length).toBe(2);
    const card = JSON.parse(await Deno.readTextFile(`${at.path}/work/data/panel/walmart/panel.json`));
    expect(card.cleaning.at(-1)).toMatchObject({ table: "train", issue: "refused", rows: 2 });
  });

  it("says in the pipeline's report how many rows were set aside, and where they are", async () => {
    await using at = await workdir();
    const document = await taskDocument("pipeline", { ...await ingested(at), quarantine: true });
    expect(document).toMatchObject({ quarantined: { train: 2 } });
    const report = await Deno.readTextFile(`${at.path}/work/reports/walmart/report.html`);
    expect(report).toContain("set aside, with the reason, in reports/walmart/quarantine/raw_train.parquet");
  });

  it("refuses the table where more rows break it than the share allows", async () => {
    await using at = await workdir();
    const flags = await ingested(at);
    const ended = await runTask("validate", { ...flags, quarantine: true, "quarantine-share": "0.001" });
    expect([ended.code, errorOf(ended).name]).toEqual([1, "GateError"]);
  });
});
