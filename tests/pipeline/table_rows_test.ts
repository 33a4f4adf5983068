/** Records as tables for people: every row of the record, every column filled, texts and no numbers. */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import type { FigureTable } from "@/charts/mod.ts";
import { datasets } from "@/datasets/mod.ts";
import { contestantRows } from "@/pipeline/contestant_rows.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { lineageRows } from "@/pipeline/lineage_rows.ts";
import { reachRows } from "@/pipeline/reach_rows.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { type LineageRecord, readLineage } from "@/stores/mod.ts";
import { panel } from "../support/panel.ts";
import { workdir } from "../support/workdir.ts";

type File = LineageRecord["files"][number];

function expectFull({ columns, rows }: FigureTable): void {
  for (const row of rows) {
    expect(row.length).toBe(columns.length);
    for (const cell of row) expect(cell).toMatch(/\S/);
  }
}

describe("lineageRows()", () => {
  it("shows every file with its sizes, dates and the beginning of its checksum", async () => {
    await using work = await workdir();
    const context = await work.context();
    await ingest(context);
    const record = await readLineage(context.store, "rossmann"), table = lineageRows(record);
    expectFull(table);
    expect(table.rows.map(([file]) => file)).toEqual(record.files.map(({ path }) => path));
    const bytes = table.columns.indexOf("bytes"), sha = table.columns.indexOf("sha256");
    table.rows.forEach((row, k) => {
      expect(Number(row[bytes]!.replaceAll(",", ""))).toBe(record.files[k]!.bytes);
      expect(record.files[k]!.sha256.startsWith(row[sha]!.replace("…", ""))).toBe(true);
    });
  });

  it("says with a dash what a file does not have", () => {
    const file = { path: "notes.txt", bytes: 1234, rows: null, columns: null, first: null, last: null };
    const { rows } = lineageRows({ files: [{ ...file, sha256: "ab".repeat(32) } as unknown as File] });
    expect(rows).toEqual([["notes.txt", "1,234", "–", "–", "–", "–", "abababababab…"]]);
  });
});

describe("reachRows()", () => {
  const named = (reaches: readonly unknown[]) =>
    ({ features: reaches.map((reach, k) => ({ name: `f${k}`, reach })) }) as unknown as Parameters<
      typeof reachRows
    >[0];

  it("counts every feature once, whatever their reaches", () => {
    const reach = fc.oneof(fc.constant(Infinity), fc.constant("origin"), fc.integer({ min: 1, max: 400 }));
    fc.assert(fc.property(fc.array(reach, { maxLength: 40 }), (reaches) => {
      const table = reachRows(named(reaches));
      expectFull(table);
      expect(table.rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(reaches.length);
      for (const [, , count, examples] of table.rows) {
        expect(examples === "–").toBe(count === "0");
        expect(examples!.split(", ").length).toBeLessThanOrEqual(3);
      }
    }));
  });

  it("knows the kinds apart, in the order of how much they may know", () => {
    const { rows } = reachRows(named([42, "origin", Infinity, Infinity]));
    expect(rows.map(([name, , count, examples]) => [name, count, examples])).toEqual([
      ["none", "2", "f2, f3"],
      ["origin", "1", "f1"],
      ["steps", "1", "f0"],
    ]);
  });

  it("counts the features of a real table", async () => {
    await using work = await workdir();
    const context = await work.context();
    const table = await featurize(context, (await ingest(context)).panel);
    const { rows } = reachRows(table);
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(table.features.length);
  });
});

describe("contestantRows()", () => {
  for (const dataset of Object.keys(datasets)) {
    it(`gives every model of ${dataset} an idea, and tells the choices of its params`, async () => {
      await using work = await workdir();
      const context = await work.context({ dataset }), table = contestantRows(context);
      expectFull(table);
      expect(table.rows.length).toBe(context.choices.models.length);
      for (const [, idea] of table.rows) expect(idea).not.toBe("–");
      const lightgbm = table.rows[context.choices.models.indexOf("lightgbm")]!;
      expect(lightgbm[2]).toContain("rounds 25");
    });
  }

  it("shows what the ensemble is made of, and refuses a model that nobody knows", async () => {
    await using work = await workdir();
    const context = await work.context();
    expect(contestantRows(context).rows.at(-1)![2]).toContain("lightgbm");
    const odd = { ...context, choices: { ...context.choices, models: ["crystal_ball"] } };
    expect(() => contestantRows(odd)).toThrow("crystal_ball");
  });
});

describe("seriesOf()", () => {
  it("names every series once, in the panel's order", () => {
    expect(seriesOf(panel({ series: 3, length: 4 }))).toEqual(["1", "2", "3"]);
    const { frame, ...rest } = panel({ series: 1, length: 4 });
    expect(seriesOf({ ...rest, frame: frame.head(0) })).toEqual([]);
  });
});
