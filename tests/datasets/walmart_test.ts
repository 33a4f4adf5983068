import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { walmart } from "@/datasets/walmart.ts";
import { rawTables } from "../support/raw_tables.ts";

const files = {
  "stores.csv": "Store,Type,Size\r1,A,150000\r2,B,90000",
  "features.csv":
    "Store,Date,Temperature,Fuel_Price,MarkDown1,MarkDown2,MarkDown3,MarkDown4,MarkDown5,CPI,Unemployment,IsHoliday\n" +
    "1,2012-07-13,70,3.5,NA,NA,NA,NA,NA,211.1,8.1,FALSE\n1,2012-07-20,71,3.6,1,NA,NA,NA,NA,211.2,8.1,FALSE\n" +
    "1,2012-07-27,72,3.7,NA,NA,NA,NA,NA,211.3,8.1,FALSE\n1,2012-08-03,73,3.8,NA,NA,NA,NA,NA,NA,NA,TRUE\n" +
    "2,2012-07-27,50,3.7,NA,NA,NA,NA,NA,211.3,8.1,FALSE\n",
  "train.csv": "Store,Dept,Date,Weekly_Sales,IsHoliday\n" +
    "2,1,2012-07-27,9,FALSE\n1,2,2012-07-27,5,FALSE\n1,10,2012-07-27,-4.5,FALSE\n1,2,2012-07-13,3,FALSE\n",
  "test.csv": "Store,Dept,Date,IsHoliday\n1,2,2012-08-03,TRUE\n1,99,2012-08-03,TRUE\n1,99,2012-08-17,FALSE\n",
};
const panelOf = (changes: Readonly<Record<string, string>> = {}, options = {}) =>
  walmart.toPanel(rawTables(walmart, { ...files, ...changes }), options);

describe("walmart.toPanel()", () => {
  it("sorts departments by number, adds the missing weeks, and keeps series that only test.csv has", () => {
    const { panel, cleaning } = panelOf();
    const rows = panel.frame.select(pl.col("unique_id"), pl.col("ds").cast(pl.String), pl.col("y")).rows();
    expect(rows).toEqual([
      ["1_2", "2012-07-13", 3],
      ["1_2", "2012-07-20", null],
      ["1_2", "2012-07-27", 5],
      ["1_2", "2012-08-03", null],
      ["1_10", "2012-07-27", -4.5],
      ["1_99", "2012-08-03", null],
      ["1_99", "2012-08-10", null],
      ["1_99", "2012-08-17", null],
      ["2_1", "2012-07-27", 9],
    ]);
    expect(cleaning.find((note) => note.table === "test")?.found).toContain("1 series of test.csv have no history");
  });

  it("keeps negative sales, and notes them", () => {
    expect(panelOf().cleaning.find((note) => note.issue === "negative")).toMatchObject({
      rows: 1,
      column: "Weekly_Sales",
    });
  });

  it("knows holidays for the future too, and everything else of features.csv only up to the origin", () => {
    const { panel } = panelOf();
    const at = (ds: string) =>
      panel.frame.filter(pl.col("unique_id").eq(pl.lit("1_2")).and(pl.col("ds").cast(pl.String).eq(pl.lit(ds))))
        .toRecords()[0]!;
    expect(at("2012-07-20")).toMatchObject({ temperature: 71, markdown1: 1, is_holiday: 0, type: "A", size: 150000 });
    expect(at("2012-08-03")).toMatchObject({ temperature: null, fuel_price: null, cpi: null, is_holiday: 1 });
    expect(panel.asOf).toBe("2012-08-03");
  });

  it("moves an asOf between two Fridays to the next one", () => {
    expect(panelOf({}, { asOf: "2012-07-22" }).panel.asOf).toBe("2012-07-27");
  });

  it("refuses a date off the weekly grid", () => {
    expect(() => panelOf({ "train.csv": files["train.csv"].replace("1,2,2012-07-13", "1,2,2012-07-14") })).toThrow(
      'Cannot read train.csv of walmart, row 4, column "Date": expected a Friday, as weeks end on Fridays, ' +
        "found 2012-07-14, a Saturday",
    );
  });

  it("refuses a holiday that features.csv contradicts", () => {
    expect(() => panelOf({ "test.csv": files["test.csv"].replace("08-03,TRUE", "08-03,FALSE") })).toThrow(
      'Cannot read test.csv of walmart, row 1, column "IsHoliday": expected 1, as features.csv has it, found 0',
    );
  });

  it("refuses a store without its row in stores.csv", () => {
    expect(() => panelOf({ "train.csv": `${files["train.csv"]}7,1,2012-07-27,1,FALSE\n` })).toThrow(
      'Cannot read stores.csv of walmart, column "Store": expected a row for every store of train.csv, found none for store 7',
    );
  });
});

describe("walmart.submission()", () => {
  it("names rows by store, department and date", () => {
    const { panel } = panelOf();
    const forecasts = panel.frame.select(pl.col("unique_id"), pl.col("ds"), pl.lit(1.5).alias("model"));
    const submission = walmart.submission(rawTables(walmart, files).test!, forecasts);
    expect(submission.columns).toEqual(["Id", "Weekly_Sales"]);
    expect(submission.getColumn("Id").toArray()).toEqual(["1_2_2012-08-03", "1_99_2012-08-03", "1_99_2012-08-17"]);
  });
});

describe("walmart.generate()", () => {
  const generated = walmart.generate({ series: 96, seed: 2 });
  const raw = rawTables(walmart, generated);
  const { panel, cleaning } = walmart.toPanel(raw);

  it("has 8 stores of 12 departments, 143 weeks, and the quirks of the real ones", () => {
    expect(raw.stores!.height).toBe(8);
    expect(raw.train!.getColumn("Date").nUnique()).toBe(143);
    expect(generated["stores.csv"]).not.toContain("\n");
    expect(generated["features.csv"]).toContain(",NA,");
    const issues = new Set(cleaning.map((note) => note.issue));
    for (const issue of ["negative", "missing", "gap"] as const) expect(issues).toContain(issue);
    const unseen = panel.frame.groupBy("unique_id").agg(pl.col("y").count().alias("known")).filter(
      pl.col("known").eq(0),
    );
    expect(unseen.height).toBe(2);
  });

  it("marks the competition's ten holiday weeks", () => {
    const holidays = raw.train!.filter(pl.col("IsHoliday").eq(1)).select(pl.col("Date").cast(pl.String)).unique();
    expect((holidays.getColumn("Date").toArray() as string[]).sort()).toEqual([
      "2010-02-12",
      "2010-09-10",
      "2010-11-26",
      "2010-12-31",
      "2011-02-11",
      "2011-09-09",
      "2011-11-25",
      "2011-12-30",
      "2012-02-10",
      "2012-09-07",
    ]);
  });
});
