import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { storeItem } from "@/datasets/store_item.ts";
import { rawTables } from "../support/raw_tables.ts";

const files = {
  "train.csv": "date,store,item,sales\n2017-10-02,1,10,5\n2017-09-30,1,10,4\n2017-10-02,1,2,0\n",
  "test.csv": "id,date,store,item\n7,2017-10-04,1,10\n8,2017-10-03,1,2\n",
};
const panelOf = (changes: Readonly<Record<string, string>> = {}) =>
  storeItem.toPanel(rawTables(storeItem, { ...files, ...changes }));

describe("storeItem.toPanel()", () => {
  it("makes one series per store and item, with the missing days added", () => {
    const { panel, cleaning } = panelOf();
    const rows = panel.frame.select(pl.col("unique_id"), pl.col("ds").cast(pl.String), pl.col("y")).rows();
    expect(rows).toEqual([
      ["1_2", "2017-10-02", 0],
      ["1_2", "2017-10-03", null],
      ["1_10", "2017-09-30", 4],
      ["1_10", "2017-10-01", null],
      ["1_10", "2017-10-02", 5],
      ["1_10", "2017-10-03", null],
      ["1_10", "2017-10-04", null],
    ]);
    expect(cleaning.find((note) => note.issue === "gap")?.rows).toBe(2);
    expect(cleaning.find((note) => note.issue === "unscored")?.rows).toBe(1);
  });

  it("notes outliers, and keeps them", () => {
    const days = Array.from({ length: 9 }, (_, d) => `2017-08-0${d + 1},1,1,${d === 4 ? 900 : 10}`).join("\n");
    const { panel, cleaning } = panelOf({
      "train.csv": `date,store,item,sales\n${days}\n`,
      "test.csv": "id,date,store,item\n1,2017-08-10,1,1\n",
    });
    expect(cleaning.find((note) => note.issue === "outlier")).toMatchObject({ rows: 1 });
    expect(Number(panel.frame.getColumn("y").max())).toBe(900);
  });

  it("refuses negative sales", () => {
    expect(() => panelOf({ "train.csv": files["train.csv"].replace(",4\n", ",-4\n") })).toThrow(
      'row 2, column "sales"',
    );
  });
});

describe("storeItem.generate()", () => {
  it("multiplies store, item, weekday, month and growth", () => {
    const raw = rawTables(storeItem, storeItem.generate({ series: 12, seed: 3, steps: 800 }));
    const { frame } = storeItem.toPanel(raw).panel;
    const mean = (pattern: string) =>
      Number(frame.filter(pl.col("ds").cast(pl.String).str.contains(pattern)).getColumn("y").mean());
    expect(mean("2014-07") / mean("2014-01")).toBeGreaterThan(1.5);
    expect(mean("^2014") / mean("^2013")).toBeGreaterThan(1.02);
  });
});
