import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { METRIC_NAMES } from "@/core/metric.ts";
import type { PipelineDocument } from "@/pipeline/pipeline.ts";
import { taskDocument } from "../support/command_line.ts";
import { cellsOf, type CsvTable, csvTable, csvText, mapColumn, onlyRows } from "../support/csv_table.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

type Row = Readonly<Record<string, string>>;

/** Where a dataset's train.csv says what. */
interface Shape {
  readonly size: { readonly series: number; readonly steps: number };
  readonly date: string;
  readonly target: string;
  /** A row's series, `unique_id` in the panel. */
  readonly series: (row: Row) => string;
  /** The constant's value where the series could sell at all. */
  readonly constant: (row: Row) => string;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  rossmann: {
    size: { series: 9, steps: 420 },
    date: "Date",
    target: "Sales",
    series: ({ Store }) => Store!,
    constant: ({ Open }) => Open === "1" ? "5000" : "0",
  },
  walmart: {
    size: { series: 16, steps: 143 },
    date: "Date",
    target: "Weekly_Sales",
    series: ({ Store, Dept }) => `${Store}_${Dept}`,
    constant: () => "5000",
  },
  "store-item": {
    size: { series: 9, steps: 700 },
    date: "date",
    target: "sales",
    series: ({ store, item }) => `${store}_${item}`,
    constant: () => "50",
  },
};

const MODELS = ["seasonal_naive", "group_median", "lightgbm", "ensemble"];

for (const [dataset, shape] of Object.entries(SHAPES)) {
  describe(`the pipeline on ${dataset} forecasts finite numbers`, () => {
    it("with series that start late, stop early, have three rows, are constant, zero or negative", async () => {
      await using at = await workdir();
      const files = rawFiles(dataset, shape.size);
      const { table, odd } = withOddSeries(csvTable(files["train.csv"]!), shape);
      const source = await at.source("odd", { ...files, "train.csv": csvText(table) });
      const flags = { dataset, source, workdir: `${at.path}/work` };
      const document = await taskDocument<PipelineDocument>("pipeline", { ...flags, models: MODELS.join(",") });

      const rows = csvTable(await at.read(`reports/${dataset}/holdout.csv`));
      for (const model of MODELS) {
        expect(cellsOf(rows, model).filter((cell) => cell === "" || !Number.isFinite(Number(cell)))).toEqual([]);
        expect(Object.keys(document.scores[model]!)).toEqual([...METRIC_NAMES]);
        expect(Number.isFinite(document.scores[model]![document.metric as "rmspe"])).toBe(true);
      }
      const held = new Set(cellsOf(rows, "unique_id"));
      // A series without a row in the holdout cannot be scored there; all the others are.
      const { "stops early": gone, "has three rows, long ago": ancient, ...scored } = odd;
      for (const id of Object.values(scored)) expect([id, held.has(id)]).toEqual([id, true]);
      expect([held.has(gone!), held.has(ancient!)]).toEqual([false, false]);
      await expect(at.read(`data/panel/${dataset}/panel.json`)).resolves.toContain(
        `"series": ${seriesOf(table, shape).length}`,
      );

      const out = `${at.path}/submission.csv`;
      await taskDocument("forecast", { ...flags, out });
      const submission = csvTable(await Deno.readTextFile(out));
      expect(submission.rows.length).toBe(csvTable(files["test.csv"]!).rows.length);
      const values = submission.rows.map((cells) => Number(cells.at(-1) || NaN));
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
    });
  });
}

const seriesOf = ({ header, rows }: CsvTable, { series }: Shape): string[] => {
  const records = rows.map((cells) => Object.fromEntries(cells.map((cell, k) => [header[k]!, cell])));
  return [...new Set(records.map(series))];
};

/** Makes some of the series odd, each in a way of its own; returns which is which. */
function withOddSeries(table: CsvTable, shape: Shape) {
  const { date, target, series, constant } = shape;
  const dates = [...new Set(cellsOf(table, date))].sort();
  const at = (share: number) => dates[Math.floor(share * dates.length)]!;
  const ids = seriesOf(onlyRows(table, (row) => row[date] === dates.at(-1)), shape);
  const ways: Readonly<Record<string, { keep?: (day: string) => boolean; value?: (row: Row) => string }>> = {
    "starts late": { keep: (day) => day >= at(0.85) },
    "stops early": { keep: (day) => day < at(0.5) },
    "has three rows": { keep: (day) => day >= dates.at(-3)! },
    "has three rows, long ago": { keep: (day) => day < dates[3]! },
    "is constant": { value: constant },
    "is zero": { value: () => "0" },
    ...(dataset(shape) === "walmart"
      ? { "is negative": { value: (row) => String(-Math.abs(Number(row[target]))) } }
      : {}),
  };
  expect(ids.length).toBeGreaterThan(Object.keys(ways).length);
  const odd = Object.fromEntries(Object.keys(ways).map((name, k) => [name, ids[k]!]));
  const wayOf = new Map(Object.keys(ways).map((name) => [odd[name]!, ways[name]!]));
  const kept = onlyRows(table, (row) => wayOf.get(series(row))?.keep?.(row[date]!) ?? true);
  return {
    odd,
    table: mapColumn(kept, target, (value, row) => wayOf.get(series(row))?.value?.(row) ?? value),
  };
}

const dataset = (shape: Shape) => Object.keys(SHAPES).find((name) => SHAPES[name] === shape);
