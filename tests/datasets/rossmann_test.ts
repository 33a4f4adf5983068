import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { rossmann } from "@/datasets/rossmann.ts";
import { rawTables } from "../support/raw_tables.ts";

const storeCsv = "Store,StoreType,Assortment,CompetitionDistance,CompetitionOpenSinceMonth,CompetitionOpenSinceYear," +
  'Promo2,Promo2SinceWeek,Promo2SinceYear,PromoInterval\n1,c,a,1300,3,2007,0,,,""\n2,a,a,,,,1,20,2011,"Jan,Apr,Jul,Oct"\n';
const header = "Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday\n";
const testHeader = "Id,Store,DayOfWeek,Date,Open,Promo,StateHoliday,SchoolHoliday\n";
const files = {
  "store.csv": storeCsv,
  // Store 1 has no row for the 14th (a Saturday); store 2 sells nothing on the 14th although open.
  "train.csv": header +
    "1,7,2015-06-15,0,0,0,0,0,0\n".replace("7,2015-06-15", "1,2015-06-15") +
    "1,5,2015-06-12,500,50,1,1,0,1\n1,6,2015-06-13,600,60,1,0,0,0\n" +
    "1,2,2015-06-16,700,70,1,1,0,0\n1,4,2015-06-18,800,80,1,1,0,0\n" +
    "2,2,2015-06-16,90,9,1,1,0,0\n2,3,2015-06-17,0,0,1,1,a,1\n2,4,2015-06-18,80,8,1,1,0,0\n",
  "test.csv": testHeader + "1,1,5,2015-06-19,,1,0,0\n2,2,6,2015-06-20,0,0,0,1\n",
};
const panelOf = (changes: Readonly<Record<string, string>> = {}, options = {}) =>
  rossmann.toPanel(rawTables(rossmann, { ...files, ...changes }), options);
const row = (frame: pl.DataFrame, id: string, ds: string) =>
  frame.filter(pl.col("unique_id").eq(pl.lit(id)).and(pl.col("ds").cast(pl.String).eq(pl.lit(ds)))).toRecords()[0]!;

describe("rossmann.toPanel()", () => {
  it("keeps closed days as zeros, and open days without sales too, and notes both", () => {
    const { panel, cleaning } = panelOf();
    expect(row(panel.frame, "1", "2015-06-15")).toMatchObject({ y: 0, open: 0 });
    expect(row(panel.frame, "2", "2015-06-17")).toMatchObject({ y: 0, open: 1 });
    expect(cleaning.find((note) => note.issue === "closed")?.rows).toBe(1);
    expect(cleaning.find((note) => note.issue === "unscored")?.rows).toBe(1);
  });

  it("adds missing days without a target, with the other stores' promotion and holidays, and an unknown opening", () => {
    const { panel, cleaning } = panelOf();
    expect(row(panel.frame, "1", "2015-06-17")).toMatchObject({
      y: null,
      customers: null,
      open: null,
      promo: 1,
      state_holiday: "a",
      school_holiday: 1,
    });
    expect(cleaning.find((note) => note.issue === "gap")).toMatchObject({ table: "train", rows: 3 });
    // No store has a row for the 14th, so that nobody can say.
    expect(row(panel.frame, "1", "2015-06-14")).toMatchObject({ y: null, promo: null, state_holiday: null });
  });

  it("prefers the holidays of the added day's own state", () => {
    const third = `${storeCsv}3,a,a,5,,,0,,,""\n`;
    const { panel } = panelOf({
      "store.csv": third,
      "train.csv": `${files["train.csv"]}3,3,2015-06-17,5,5,1,1,0,0\n`,
      "external/store_states.csv": "Store,State\n1,BE\n2,BY\n3,BE\n",
    });
    expect(row(panel.frame, "1", "2015-06-17")).toMatchObject({ state: "BE", state_holiday: "0", school_holiday: 0 });
  });

  it("goes with the most of the other stores where they disagree about the added day", () => {
    const stores = [3, 4, 5].map((id) => `${id},a,a,5,,,0,,,""\n`).join("");
    const rows = "3,3,2015-06-17,5,5,1,0,b,0\n4,3,2015-06-17,5,5,1,0,b,0\n5,3,2015-06-17,5,5,1,0,0,0\n";
    const { frame } = panelOf({ "store.csv": storeCsv + stores, "train.csv": files["train.csv"] + rows }).panel;
    expect(row(frame, "1", "2015-06-17")).toMatchObject({ promo: 0, state_holiday: "b", school_holiday: 0 });
  });

  it("reads an empty Open of test.csv as open, and says so", () => {
    const { panel, cleaning } = panelOf();
    expect(row(panel.frame, "1", "2015-06-19")).toMatchObject({ y: null, open: 1 });
    expect(row(panel.frame, "2", "2015-06-20")).toMatchObject({ y: null, open: 0, school_holiday: 1 });
    expect(cleaning.find((note) => note.table === "test")).toMatchObject({ issue: "missing", column: "Open", rows: 1 });
  });

  it("joins what store.csv says, unknown where it is silent", () => {
    const { frame } = panelOf().panel;
    expect(row(frame, "1", "2015-06-16")).toMatchObject({ store_type: "c", competition_distance: 1300, promo2: 0 });
    expect(row(frame, "2", "2015-06-16")).toMatchObject({
      competition_distance: null,
      promo2_since_week: 20,
      promo_interval: "Jan,Apr,Jul,Oct",
      state: null,
    });
  });

  it("starts the forecast the day after the last day of train.csv, or at asOf", () => {
    expect(panelOf().panel.asOf).toBe("2015-06-19");
    const early = panelOf({}, { asOf: "2015-06-17" }).panel;
    expect(early.asOf).toBe("2015-06-17");
    expect(row(early.frame, "1", "2015-06-18")).toMatchObject({ y: null, customers: null });
    expect(panelOf({}, { asOf: "2016-01-01" }).panel.asOf).toBe("2015-06-19");
    expect(() => panelOf({}, { asOf: "2015-06-12" })).toThrow("expected history before 2015-06-12, found none");
    expect(() => panelOf({}, { asOf: "June" })).toThrow(
      'Cannot cut the data as of "June": a date is written YYYY-MM-DD',
    );
  });

  it("accepts series that are constant, all zero, or only one row long", () => {
    const lines = ["1,1,2015-06-15,5,1,1,0,0,0", "1,2,2015-06-16,5,1,1,0,0,0", "2,2,2015-06-16,0,0,0,0,0,0"];
    const { panel } = panelOf({
      "train.csv": `${header}${lines.join("\n")}\n`,
      "test.csv": `${testHeader}1,1,3,2015-06-17,1,0,0,0\n`,
    });
    expect(panel.frame.height).toBe(4);
  });

  const weather = (value: number) =>
    "Date;Max_TemperatureC;Mean_TemperatureC;Min_TemperatureC;Mean_Humidity;Mean_Wind_SpeedKm_h;Precipitationmm\n" +
    `2015-06-18;${value};7;6;90;21;0.5\n2015-06-19;30;20;10;50;5;NA\n`;
  it("adds weather and searches where their files are, up to the origin, a week's searches when it is over", () => {
    const { frame, profile } = panelOf({
      "train.csv": `${files["train.csv"]}1,6,2015-06-20,1,1,1,0,0,0\n1,5,2015-06-19,1,1,1,0,0,0\n`,
      "test.csv": `${testHeader}1,1,7,2015-06-21,1,1,0,0\n`,
      "external/store_states.csv": 'Store,State\n1,"HB,NI"\n2,BE\n',
      "external/weather/Niedersachsen.csv": weather(11),
      "external/weather/Berlin.csv": weather(22),
      "external/googletrend/Rossmann_DE_NI.csv":
        "Woche,Dez. 2012 - Sep. 2015\n2015-06-07 - 2015-06-13,61\n2015-06-14 - 2015-06-20,62\n2015-06-21 - 2015-06-27,63\n",
    }).panel;
    expect(row(frame, "1", "2015-06-18")).toMatchObject({ max_temperature: 11, precipitation: 0.5, google_trend: 61 });
    expect(row(frame, "1", "2015-06-19")).toMatchObject({ max_temperature: 30, precipitation: null, google_trend: 61 });
    expect(row(frame, "2", "2015-06-18")).toMatchObject({ max_temperature: 22, google_trend: null });
    // The week that ends on Saturday the 20th is known on that day; from the origin on, nothing is.
    expect(row(frame, "1", "2015-06-20").google_trend).toBe(62);
    expect(row(frame, "1", "2015-06-21")).toMatchObject({ max_temperature: null, google_trend: null });
    expect(profile.roles).toMatchObject({ max_temperature: "observed", google_trend: "observed", state: "static" });
    expect(panelOf().panel.profile.roles).not.toHaveProperty("max_temperature");
    expect(panelOf().panel.frame.columns).not.toContain("google_trend");
  });

  it("refuses a weather file that is named after no state", () => {
    expect(() =>
      panelOf({ "external/store_states.csv": "Store,State\n1,BE\n2,BE\n", "external/weather/Berlim.csv": weather(1) })
    )
      .toThrow('found "Berlim" (the nearest is "Berlin")');
  });

  it("refuses sales on a closed day, naming the row", () => {
    const changed = files["train.csv"].replace("2015-06-15,0,0,0", "2015-06-15,10,0,0");
    expect(() => panelOf({ "train.csv": changed })).toThrow(
      'Cannot read train.csv of rossmann, row 1, column "Sales": expected 0, as the store is closed (Open is 0), found 10',
    );
  });

  it("refuses negative sales", () => {
    expect(() => panelOf({ "train.csv": files["train.csv"].replace(",500,", ",-500,") })).toThrow(
      'row 2, column "Sales": expected a number of at least 0',
    );
  });

  it("refuses a DayOfWeek that the date contradicts", () => {
    expect(() => panelOf({ "train.csv": files["train.csv"].replace("1,5,2015-06-12", "1,4,2015-06-12") })).toThrow(
      'row 2, column "DayOfWeek": expected 5, as 2015-06-12 has it, found 4',
    );
  });

  it("refuses a store of train.csv or test.csv without its row in store.csv", () => {
    expect(() => panelOf({ "train.csv": `${files["train.csv"]}77,4,2015-06-18,80,8,1,1,0,0\n` })).toThrow(
      'Cannot read store.csv of rossmann, column "Store": expected a row for every store of train.csv, found none for store 77',
    );
    expect(() => panelOf({ "test.csv": `${files["test.csv"]}9,78,5,2015-06-19,1,1,0,0\n` })).toThrow(
      "none for store 78",
    );
  });

  it("refuses test dates that train.csv knows already, or that lie far beyond it", () => {
    expect(() => panelOf({ "test.csv": `${testHeader}1,1,4,2015-06-18,1,1,0,0\n` })).toThrow(
      'row 1, column "Date": expected dates after the last of train.csv, 2015-06-18, found 2015-06-18',
    );
    expect(() => panelOf({ "test.csv": `${testHeader}1,1,1,2018-06-18,1,1,0,0\n` })).toThrow("within 400 days");
  });
});

describe("rossmann.submission()", () => {
  it("has Kaggle's two columns", () => {
    const test = rawTables(rossmann, files).test!;
    const forecasts = pl.DataFrame({
      unique_id: ["2", "1"],
      ds: pl.Series("ds", [16606, 16605], pl.Int32).cast(pl.Date),
      lightgbm: [20, 10],
    });
    expect(rossmann.submission(test, forecasts).toRecords()).toEqual([{ Id: 1, Sales: 10 }, { Id: 2, Sales: 20 }]);
  });
});

describe("rossmann.generate()", () => {
  const generated = rossmann.generate({ series: 30, seed: 5, steps: 800 });
  const raw = rawTables(rossmann, generated);
  const { panel, cleaning } = rossmann.toPanel(raw);

  it("has the quirks of the real stores", () => {
    const issues = new Set(cleaning.map((note) => note.issue));
    for (const issue of ["closed", "unscored", "gap", "missing"] as const) expect(issues).toContain(issue);
    expect(cleaning.find((note) => note.issue === "gap")!.found).toContain("5 series from 2014-07-01 to 2014-12-31");
    const sundays = raw.train!.filter(pl.col("DayOfWeek").eq(7));
    expect(Number(sundays.getColumn("Open").mean())).toBeLessThan(0.5);
    expect(raw.test!.getColumn("Open").nullCount()).toBeGreaterThan(0);
    const starts = panel.frame.groupBy("unique_id").agg(pl.col("ds").min().alias("first"));
    expect(starts.getColumn("first").nUnique()).toBe(2);
    expect(new Set(raw.train!.getColumn("StateHoliday").unique().toArray())).toEqual(new Set(["0", "a", "b", "c"]));
  });

  it("sells more in promotions, at Christmas time and before holidays, so that there is something to learn", () => {
    const open = panel.frame.filter(pl.col("y").gt(0));
    const mean = (where: pl.Expr) => Number(open.filter(where).getColumn("y").mean());
    expect(mean(pl.col("promo").eq(1)) / mean(pl.col("promo").eq(0))).toBeGreaterThan(1.15);
    expect(mean(pl.col("ds").cast(pl.String).str.contains("-12-2[0-3]")) / mean(pl.col("y").gt(0))).toBeGreaterThan(
      1.2,
    );
  });

  it("draws a store's sales alike however many stores there are", () => {
    const few = rawTables(rossmann, rossmann.generate({ series: 3, seed: 5, steps: 800 })).train!;
    const same = raw.train!.filter(pl.col("Store").ltEq(3));
    expect(few.frameEqual(same, true)).toBe(true);
  });

  it("refuses sizes that make no sense or do not fit", () => {
    expect(() => rossmann.generate({ series: 0, seed: 1 })).toThrow("series must be a positive integer");
    expect(() => rossmann.generate({ series: 100_000, seed: 1, steps: 900 })).toThrow("ask for at most 120 steps");
  });
});
