import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gzipSync, strToU8, zipSync } from "fflate";
import { type Ended, type ErrorDocument, errorOf, leftovers, runTask, snapshot } from "../support/command_line.ts";
import { type CsvTable, csvTable, csvText, onlyColumns, onlyRows, withCell } from "../support/csv_table.ts";
import { rawFiles, type Workdir, workdir } from "../support/workdir.ts";

type RawFolder = Record<string, string | Uint8Array>;

/** Data that cannot be used, and what the sentence about it must say. */
interface Refusal {
  readonly what: string;
  readonly dataset?: string;
  /** Spoils good files. */
  readonly spoil: (files: Record<string, string>) => RawFolder;
  readonly flags?: Readonly<Record<string, string>>;
  /** What the message names: file, row, column, what was expected, what was found. */
  readonly says: readonly string[];
  readonly place?: Readonly<Record<string, unknown>>;
}

const SIZES: Readonly<Record<string, { series: number; steps: number }>> = {
  rossmann: { series: 3, steps: 120 },
  walmart: { series: 4, steps: 60 },
  "store-item": { series: 3, steps: 200 },
};

const REFUSALS: readonly Refusal[] = [
  { what: "a folder without the file", spoil: ({ "store.csv": _, ...rest }) => rest, says: ["store.csv", "train.csv"] },
  {
    what: "a missing column",
    spoil: changed("train.csv", (t) => onlyColumns(t, t.header.filter((name) => name !== "Sales"))),
    says: ["train.csv", 'column "Sales"', "in the header", '"Customers"'],
    place: { file: "train.csv", column: "Sales" },
  },
  {
    what: "a renamed column, suggesting the nearest",
    spoil: changed("store.csv", (t) => ({
      ...t,
      header: t.header.map((name) => name === "StoreType" ? "Storetype" : name),
    })),
    says: ["store.csv", 'column "StoreType"', 'nearest is "Storetype"'],
  },
  { what: "an empty file", spoil: (files) => ({ ...files, "train.csv": "" }), says: ["train.csv", "an empty file"] },
  {
    what: "a file with only a header",
    spoil: changed("train.csv", (t) => ({ ...t, rows: [] })),
    says: ["train.csv", "only a header"],
  },
  {
    what: "a binary file",
    spoil: (files) => ({ ...files, "train.csv": Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251) }),
    says: ["train.csv", "a binary file"],
  },
  {
    what: "an HTML page that was saved in the file's place",
    spoil: (files) => ({ ...files, "train.csv": "<!DOCTYPE html><html><title>Sign in</title></html>" }),
    says: ["train.csv", "needs to be data", "a web page"],
  },
  {
    what: "UTF-16 text",
    spoil: (files) => ({
      ...files,
      "train.csv": Uint8Array.from([...files["train.csv"]!].flatMap((c) => [c.charCodeAt(0), 0])),
    }),
    says: ["train.csv", "UTF-16"],
  },
  {
    what: "a row that is cut short",
    spoil: (files) => ({ ...files, "train.csv": files["train.csv"]!.trimEnd().replace(/(,[^,]*){3}$/, "") }),
    says: ["train.csv", "row 360", "9 fields", "found 6"],
  },
  {
    what: "a quote that never closes",
    spoil: (files) => ({ ...files, "store.csv": files["store.csv"]!.replace(/^(3,)"?(\w)"?/m, '$1"$2') }),
    says: ["store.csv", "row 3", "quote"],
  },
  {
    what: "duplicate keys",
    spoil: changed("train.csv", (t) => ({ ...t, rows: [...t.rows, t.rows[4]!] })),
    says: ["train.csv", "row 361", "Store and Date once", "row 5"],
  },
  ...["", "NA", "NaN", "inf", "-Infinity", "1e12", "-5"].map((value): Refusal => ({
    what: `the sales ${value === "" ? "of nothing at all" : value}`,
    spoil: changed("train.csv", (t) => withCell(t, 7, "Sales", value)),
    says: ["train.csv", "row 7", 'column "Sales"', "a number of at least 0", `"${value}"`],
    place: { file: "train.csv", row: 7, column: "Sales" },
  })),
  {
    what: "negative sales of an item",
    dataset: "store-item",
    spoil: changed("train.csv", (t) => withCell(t, 11, "sales", "-1")),
    says: ["train.csv", "row 11", 'column "sales"', "at least 0", '"-1"'],
  },
  {
    what: "sales of a missing week",
    dataset: "walmart",
    spoil: changed("train.csv", (t) => withCell(t, 11, "Weekly_Sales", "NA")),
    says: ["train.csv", "row 11", 'column "Weekly_Sales"', '"NA"'],
  },
  {
    what: "sales on a day on which the store is closed",
    spoil: changed("train.csv", (t) => withCell(withCell(t, 7, "Open", "0"), 7, "Sales", "12")),
    says: ["train.csv", "row 7", 'column "Sales"', "closed", "found 12"],
  },
  ...["31.01.2013", "01/31/2013", "2013-1-31", "2013-02-30", "2013-01-31 00:00"].map((value): Refusal => ({
    what: `the date ${value}`,
    spoil: changed("train.csv", (t) => withCell(t, 7, "Date", value)),
    says: ["train.csv", "row 7", 'column "Date"', "YYYY-MM-DD", `"${value}"`],
  })),
  {
    what: "a date in the far future",
    dataset: "store-item",
    spoil: changed("train.csv", (t) => withCell(t, 9, "date", "2099-12-31")),
    says: ["train.csv", "row 9", 'column "date"', "within 400 days", "2099-12-31"],
  },
  {
    what: "a date off the weekly grid",
    dataset: "walmart",
    spoil: changed("train.csv", (t) => withCell(t, 5, "Date", "2010-03-06")),
    says: ["train.csv", "row 5", 'column "Date"', "a Friday", "2010-03-06, a Saturday"],
  },
  {
    what: "a day of the week that its date contradicts",
    spoil: changed("train.csv", (t) => withCell(t, 3, "DayOfWeek", "6")),
    says: ["train.csv", "row 3", 'column "DayOfWeek"', "found 6"],
  },
  {
    what: "an unknown category of a day",
    spoil: changed("train.csv", (t) => withCell(t, 3, "StateHoliday", "z")),
    says: ["train.csv", "row 3", 'column "StateHoliday"', 'one of "0", "a", "b", "c"', '"z"'],
  },
  {
    what: "an unknown category of a store",
    dataset: "walmart",
    spoil: changed("stores.csv", (t) => withCell(t, 1, "Type", "D")),
    says: ["stores.csv", "row 1", 'column "Type"', 'one of "A", "B", "C"', '"D"'],
  },
  {
    what: "a flag that is none",
    spoil: changed("train.csv", (t) => withCell(t, 3, "Promo", "yes")),
    says: ["train.csv", "row 3", 'column "Promo"', "0 or 1", '"yes"'],
  },
  {
    what: "a store without its row",
    spoil: changed("store.csv", (t) => onlyRows(t, ({ Store }) => Store !== "2")),
    says: ["store.csv", 'column "Store"', "every store of train.csv", "none for store 2"],
  },
  {
    what: "a history that is shorter than the horizon",
    spoil: changed("train.csv", (t) => onlyRows(t, ({ Date }) => Date! < "2013-03-01")),
    says: ["42 days", "has 59 days", "2013-01-01", "at most 29"],
  },
  {
    what: "a horizon that is longer than the history",
    dataset: "walmart",
    spoil: (files) => files,
    flags: { horizon: "59" },
    says: ["59 weeks", "has 60 weeks", "at most 30"],
  },
  {
    what: "an --as-of before the data",
    spoil: (files) => files,
    flags: { "as-of": "2012-06-01" },
    says: ["train.csv", "history before 2012-06-01", "2013-01-01"],
  },
  {
    what: "a truncated .gz",
    spoil: ({ "train.csv": train, ...rest }) => ({ ...rest, "train.csv.gz": half(gzipSync(strToU8(train!))) }),
    says: ["train.csv.gz", "truncated"],
  },
  {
    what: "a truncated .zip",
    spoil: (files) => ({ "all.zip": half(zipOf(files)) }),
    says: ["all.zip", "truncated"],
  },
  {
    what: "an archive that would unpack outside of its folder",
    spoil: (files) => ({ "all.zip": zipOf({ ...files, "../../evil.csv": "x" }) }),
    says: ["all.zip", "evil.csv", "outside"],
  },
];

describe("ingest refuses, with exit code 2 and nothing written,", () => {
  for (const { what, dataset = "rossmann", spoil, flags = {}, says, place } of REFUSALS) {
    it(`${what} (${dataset})`, async () => {
      await using at = await workdir();
      const good = await goodWorkdir(dataset);
      const source = await at.source("spoilt", spoil(rawFiles(dataset, SIZES[dataset])));
      const { error } = await refusedBy("ingest", { dataset, source, workdir: good.path, ...flags }, 2);
      expect(error.name).toBe("DatasetError");
      for (const part of says) expect(error.message).toContain(part);
      if (place !== undefined) expect(error.place).toMatchObject(place);
      expect(await snapshot(`${good.path}/data`)).toEqual(good.files);
      expect(await leftovers(good.path)).toEqual([]);
    });
  }

  it("a wrong type in row 70,123", async () => {
    await using at = await workdir();
    const lines = rawFiles("store-item", { series: 100, steps: 720 })["train.csv"]!.trimEnd().split("\n");
    lines[70_123] = lines[70_123]!.replace(/\d+$/, "twelve");
    const source = await at.source("spoilt", { "train.csv": lines.join("\n") });
    const { error } = await refusedBy("ingest", { dataset: "store-item", source, workdir: `${at.path}/work` }, 2);
    expect(error.message).toMatch(/train\.csv.* row 70123, column "sales": expected a .*number.*found "twelve"/);
    expect(await snapshot(`${at.path}/work/data`)).toEqual({});
  });

  it("a folder that is not there", async () => {
    await using at = await workdir();
    const { error } = await refusedBy("ingest", { source: "/no/such/folder", workdir: `${at.path}/work` }, 2);
    expect(error.message).toContain("/no/such/folder");
    expect(error.message).toContain("train.csv");
    expect(await snapshot(`${at.path}/work/data`)).toEqual({});
  });

  it("an address that nobody answers", async () => {
    await using at = await workdir();
    const { error } = await refusedBy("ingest", { source: "http://127.0.0.1:9/", workdir: `${at.path}/work` }, 2);
    expect(error.message).toContain("127.0.0.1:9");
    expect(await snapshot(`${at.path}/work/data`)).toEqual({});
  });
});

describe("a data contract refuses, with exit code 1 and every finding,", () => {
  const TOO_MUCH = "-5000000";
  const spoilt = () => {
    const files = rawFiles("walmart", SIZES["walmart"]);
    return changed("train.csv", (t) => withCell(t, 11, "Weekly_Sales", TOO_MUCH))(files);
  };

  it("data that the pipeline took, and keeps the data of the run before", async () => {
    await using at = await workdir();
    const good = await goodWorkdir("walmart");
    const source = await at.source("spoilt", spoilt());
    const { error, stderr } = await refusedBy("pipeline", { dataset: "walmart", source, workdir: good.path }, 1);
    expect(error.name).toBe("GateError");
    expect(error.message).toMatch(/raw data of walmart .* train, column "Weekly_Sales": .* -5,?000,?000/);
    const broken = error.findings!.filter(({ passed, severity }) => !passed && severity === "critical");
    expect(broken).toMatchObject([
      { table: "train", column: "Weekly_Sales", check: "expect_column_values_to_be_between" },
    ]);
    expect(stderr).toContain("expect_column_values_to_be_between");
    expect(await snapshot(`${good.path}/data`)).toEqual(good.files);
    expect(await leftovers(good.path)).toEqual([]);
  });

  it("data that was ingested before", async () => {
    await using at = await workdir();
    const source = await at.source("spoilt", spoilt()), workdirFlag = `${at.path}/work`;
    expect((await runTask("ingest", { dataset: "walmart", source, workdir: workdirFlag })).code).toBe(0);
    const { error } = await refusedBy("validate", { dataset: "walmart", workdir: workdirFlag }, 1);
    expect(error.name).toBe("GateError");
  });
});

/** Runs a task that must be refused. */
async function refusedBy(
  task: string,
  flags: Readonly<Record<string, string>>,
  code: number,
): Promise<Ended & { readonly error: ErrorDocument }> {
  const ended = await runTask(task, { ...flags, json: true });
  const error = errorOf(ended);
  expect(ended.code).toBe(code);
  return { ...ended, error };
}

/** A working folder per dataset that holds the panel of good data, and the state in which refused runs must leave it. */
const goodWorkdirs = new Map<string, Promise<{ readonly path: string; readonly files: Record<string, string> }>>();

function goodWorkdir(dataset: string) {
  const known = goodWorkdirs.get(dataset) ?? makeGoodWorkdir(dataset);
  goodWorkdirs.set(dataset, known);
  return known;
}

async function makeGoodWorkdir(dataset: string) {
  const at: Workdir = await workdir();
  addEventListener("unload", () => Deno.removeSync(at.path, { recursive: true }));
  const source = await at.source("good", rawFiles(dataset, SIZES[dataset])), path = `${at.path}/work`;
  expect((await runTask("ingest", { dataset, source, workdir: path })).code).toBe(0);
  const files = await snapshot(`${path}/data`);
  expect(Object.keys(files)).toContain(`panel/${dataset}/panel.parquet`);
  return { path, files };
}

function changed(file: string, change: (table: CsvTable) => CsvTable) {
  return (files: Record<string, string>): Record<string, string> => ({
    ...files,
    [file]: csvText(change(csvTable(files[file]!))),
  });
}

const half = (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1);
const zipOf = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
