import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import type { TableSpec } from "@/core/dataset.ts";
import { DatasetError } from "@/core/errors.ts";
import { csvHeader } from "@/datasets/csv_header.ts";
import { rawText } from "@/datasets/raw_text.ts";
import { readCarefully } from "@/datasets/read_carefully.ts";
import { readFast } from "@/datasets/read_fast.ts";
import { readTable } from "@/datasets/read_table.ts";
import { bytesOf } from "../support/raw_tables.ts";

const spec: TableSpec = {
  name: "train",
  file: "train.csv",
  key: ["Store", "Date"],
  columns: [
    { name: "Store", type: "integer", min: 1, max: 1000 },
    { name: "Date", type: "date" },
    { name: "Sales", type: "number", min: 0, max: 1_000_000 },
    { name: "Open", type: "flag", nullable: true },
    { name: "Holiday", type: "text", values: ["0", "a", "x, y"] },
    { name: "Note", type: "text", nullable: true, optional: true },
  ],
};
const header = "Store,Date,Sales,Open,Holiday,Note\n";
const clean = `${header}1,2015-07-30,10.5,1,0,\n1,2015-07-31,11,0,a,ok\n2,2015-07-31,7,,0,\n`;
const read = (text: string | Uint8Array<ArrayBuffer>, s = spec) =>
  readTable(typeof text === "string" ? bytesOf(text) : text, s, "toy");
const records = (text: string | Uint8Array<ArrayBuffer>, s = spec) => read(text, s).toRecords();
const same = (text: string | Uint8Array<ArrayBuffer>) => expect(records(text)).toEqual(records(clean));

/** The error that reading throws. */
function refused(text: string | Uint8Array<ArrayBuffer>, s = spec): DatasetError {
  try {
    read(text, s);
  } catch (error) {
    expect(error).toBeInstanceOf(DatasetError);
    return error as DatasetError;
  }
  throw new Error("Expected the file to be refused, but it was read");
}

/** A file large enough for the quick reader, one row of which has been changed: a thousand stores, day after day. */
function large({ rows = 8_000, at = 0, line = "" } = {}): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const date = new Date(Date.UTC(2015, 0, 1 + Math.floor(i / 1000))).toISOString().slice(0, 10);
    return `${i % 1000 + 1},${date},${i % 97}.5,1,"0",n${i % 5}`;
  });
  if (at > 0) lines[at - 1] = line;
  return header + lines.join("\n");
}

describe("readTable()", () => {
  it("gives every column the type that its spec promises", () => {
    const frame = read(clean);
    expect(frame.columns).toEqual(["Store", "Date", "Sales", "Open", "Holiday", "Note"]);
    expect(frame.dtypes.map((dtype) => dtype.variant)).toEqual([
      "Int64",
      "Date",
      "Float64",
      "Int32",
      "String",
      "String",
    ]);
    expect(records(clean)[2]).toEqual({
      Store: 2,
      Date: new Date("2015-07-31"),
      Sales: 7,
      Open: null,
      Holiday: "0",
      Note: null,
    });
  });

  it("reads a byte order mark, CR LF and CR-only line ends, and blank lines as if they were not there", () => {
    same(`\uFEFF${clean}`);
    same(clean.replaceAll("\n", "\r\n"));
    same(clean.replaceAll("\n", "\r"));
    same(clean.trimEnd());
    same(`${clean}\n\n\r\n`);
    same(clean.replace("\n1,2015-07-31", "\n\n   \n1,2015-07-31"));
  });

  it("reads quoted values, spaces around numbers and whole numbers with a decimal point", () => {
    same(clean.replace("1,2015-07-30,10.5", '"1","2015-07-30","10.5"'));
    same(clean.replace("1,2015-07-30,10.5", " 1 ,2015-07-30, 10.50"));
    same(clean.replace("1,2015-07-31", "1.0,2015-07-31"));
    same(clean.replace("10.5,1,", "1.05e1,TRUE,").replace("11,0,", "11,FALSE,"));
    expect(records(clean.replace("11,0,a", '11,0,"x, y"'))[1]!.Holiday).toBe("x, y");
    expect(records(clean.replace("a,ok", 'a,"two\nlines, ""quoted"""'))[1]!.Note).toBe('two\nlines, "quoted"');
  });

  it("reads NA as missing where a value may be missing", () => {
    same(clean.replace("7,,0,", "7,NA,0,NA"));
  });

  it("finds columns in any order and ignores others", () => {
    const mixed = "Extra,Note,Holiday,Open,Sales,Date,Store\n" +
      "z,,0,1,10.5,2015-07-30,1\nz,ok,a,0,11,2015-07-31,1\nz,,0,,7,2015-07-31,2\n";
    same(mixed);
  });

  it("gives an optional column that the file lacks as missing values", () => {
    const without = clean.split("\n").map((line) => line.split(",").slice(0, 5).join(",")).join("\n");
    expect(records(without).map((row) => row.Note)).toEqual([null, null, null]);
  });

  it("reads other separators, and stacks the files that a star stands for", () => {
    const weather: TableSpec = {
      name: "weather",
      file: "external/weather/*.csv",
      separator: ";",
      key: ["file", "Date"],
      columns: [{ name: "Date", type: "date" }, { name: "Rain", type: "number", nullable: true }],
    };
    const files = [
      { path: "external/weather/Berlin.csv", bytes: bytesOf('"Date";"Rain"\n2015-07-31;1.5\n') },
      { path: "external/weather/Hessen.csv", bytes: bytesOf('"Date";"Rain"\n2015-07-31;NA\n') },
    ];
    expect(readTable(files, weather, "toy").select("file", "Rain").toRecords()).toEqual([
      { file: "Berlin", Rain: 1.5 },
      { file: "Hessen", Rain: null },
    ]);
    expect(() => readTable([], weather, "toy")).toThrow("expected a file of that name, found none");
  });

  it("leaves the bytes as they were", () => {
    const bytes = bytesOf(clean.replaceAll("\n", "\r"));
    const before = bytes.slice();
    read(bytes);
    expect(bytes).toEqual(before);
  });
});

describe("readTable() refuses, in one sentence that names the place,", () => {
  it("a missing column, suggesting the nearest one", () => {
    expect(refused(clean.replace("Sales", "Sale")).message).toBe(
      'Cannot read train.csv of toy, column "Sales": expected a column "Sales" in the header, ' +
        'found "Store", "Date", "Sale", "Open", "Holiday", "Note" (the nearest is "Sale")',
    );
  });
  it("the wrong separator", () => {
    expect(refused(clean.replaceAll(",", ";")).message).toContain('are the columns separated by ","?');
  });
  it("a column that is there twice", () => {
    expect(refused(clean.replace("Note", "Sales")).message).toContain("found two of that name");
  });
  it("a value of the wrong type, in a small file", () => {
    const error = refused(clean.replace("11,0,a", "eleven,0,a"));
    expect(error.message).toBe(
      'Cannot read train.csv of toy, row 2, column "Sales": expected a number of at least 0 and at most 1000000, ' +
        'found "eleven"',
    );
    expect(error.place).toEqual({ dataset: "toy", file: "train.csv", row: 2, column: "Sales" });
  });
  it("a value of the wrong type in row 70,123 of a large file", () => {
    const error = refused(large({ rows: 80_000, at: 70_123, line: "123,2015-03-12,abc,1,0,x" }));
    expect(error.message).toContain('row 70123, column "Sales"');
    expect(error.message).toContain('found "abc"');
  });
  it("a short and a long row, in a small and in a large file", () => {
    expect(refused(clean.replace("11,0,a,ok", "11,0,a")).message).toContain("row 2: expected 6 fields");
    expect(refused(clean.replace("11,0,a,ok", "11,0,a,ok,")).message).toContain("found 7");
    const short = refused(large({ at: 7_123, line: "123,2015-01-08,5,1,0" }));
    expect(short.message).toContain("row 7123: expected 6 fields as in the header, found 5");
    const long = refused(large({ at: 7_123, line: "123,2015-01-08,5,1,0,x,y" }));
    expect(long.message).toContain("row 7123: expected 6 fields as in the header, found 7");
  });
  it("an empty file, and one of blank lines", () => {
    expect(refused("").message).toBe("Cannot read train.csv of toy: expected a CSV file in UTF-8, found an empty file");
    expect(refused("\uFEFF\r\n \n\n").message).toContain("found an empty file");
  });
  it("a file that has only a header", () => {
    expect(refused(header).message).toContain("expected at least one row of data, found only a header");
    expect(refused(header.trimEnd()).message).toContain("found only a header");
  });
  it("a binary file, archives and workbooks", () => {
    expect(refused(Uint8Array.from({ length: 900 }, (_, i) => (i * 7) % 256)).message).toContain("found a binary file");
    expect(refused(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0)).message).toContain("a zip archive or an Excel workbook");
    expect(refused(Uint8Array.of(0x1f, 0x8b, 8, 0)).message).toContain("a gzip archive");
  });
  it("an HTML page that was saved in the file's place", () => {
    expect(refused("\n<!DOCTYPE html><html><body>Sign in</body></html>").message).toContain("found an HTML page");
  });
  it("UTF-16, with and without its mark", () => {
    const utf16 = (text: string) => Uint8Array.from([...text].flatMap((c) => [c.charCodeAt(0), 0]));
    expect(refused(utf16(clean)).message).toContain("found UTF-16 text");
    expect(refused(utf16(`\uFEFF${clean}`).map((b, i) => i === 0 ? 0xff : i === 1 ? 0xfe : b)).message)
      .toContain("found UTF-16 text");
  });
  it("bytes that are not UTF-8, naming the row", () => {
    const latin = Uint8Array.from([...clean.replace("ok", "\u00fc")].map((c) => c.charCodeAt(0)));
    expect(refused(latin).message).toContain("train.csv of toy, row 2: expected a CSV file in UTF-8, found bytes");
  });
  for (const value of ["NaN", "inf", "-Infinity", "1e400", "", "NA", "-1", "1e9", "1,5", "0x10"]) {
    it(`the sales "${value}", in a small and in a large file`, () => {
      const small = refused(clean.replace(",11,", `,"${value}",`));
      expect(small.message).toContain('row 2, column "Sales": expected a number of at least 0');
      const big = refused(large({ at: 7_123, line: `123,2015-01-08,"${value}",1,0,x` }));
      expect(big.message).toContain('row 7123, column "Sales"');
    });
  }
  for (
    const value of ["2015/07/31", "31.07.2015", "07/31/2015", "2015-7-31", "2015-02-30", "2015-07-31 00:00:00", ""]
  ) {
    it(`the date "${value}", in a small and in a large file`, () => {
      expect(refused(clean.replace("2,2015-07-31", `2,${value}`)).message).toContain(
        'row 3, column "Date": expected a date as YYYY-MM-DD',
      );
      expect(refused(large({ at: 7_123, line: `123,${value},1,1,0,x` })).message).toContain(
        'row 7123, column "Date"',
      );
    });
  }
  for (const value of ["2031-01-01", "2099-12-31", "2215-07-31", "1970-01-01", "2005-07-31"]) {
    it(`the date ${value} among dates of 2015`, () => {
      const error = refused(large({ at: 7_123, line: `123,${value},1,1,0,x` }));
      expect(error.message).toContain('row 7123, column "Date": expected a date');
      expect(error.message).toContain(`found ${value}`);
    });
  }
  it("an unknown category", () => {
    expect(refused(clean.replace(",11,0,a", ",11,0,b")).message).toContain(
      'row 2, column "Holiday": expected one of "0", "a", "x, y", found "b"',
    );
    expect(refused(large({ at: 7_123, line: "123,2015-01-08,1,1,q,x" })).message).toContain(
      'row 7123, column "Holiday"',
    );
  });
  it("a flag that is none", () => {
    expect(refused(clean.replace(",11,0,a", ",11,2,a")).message).toContain(
      'row 2, column "Open": expected 0 or 1 (or FALSE or TRUE), found "2"',
    );
    expect(refused(large({ at: 7_123, line: "123,2015-01-08,1,yes,0,x" })).message).toContain(
      'row 7123, column "Open"',
    );
  });
  it("a whole number that is none", () => {
    expect(refused(clean.replace("\n2,", "\n2.5,")).message).toContain(
      'row 3, column "Store": expected a whole number',
    );
  });
  it("a duplicate key, naming the key and both rows", () => {
    expect(refused(`${clean}1,2015-07-31,12,1,0,\n`).message).toBe(
      "Cannot read train.csv of toy, row 4: expected each Store and Date once, " +
        "found Store 1, Date 2015-07-31 again, which row 2 already has",
    );
    expect(refused(large({ at: 7_123, line: "122,2015-01-08,1,1,0,x" })).message).toContain(
      "row 7123: expected each Store and Date once, found Store 122, Date 2015-01-08 again, which row 7122 already has",
    );
  });
  it("a quote that never closes", () => {
    expect(refused(clean.replace("a,ok", 'a,"ok')).message).toContain("row 2: expected every quote to be closed");
  });
});

describe("readFast() and readCarefully()", () => {
  const both = (text: string) => {
    const bytes = rawText(bytesOf(text), {});
    const found = csvHeader(bytes, spec, {});
    return { fast: readFast(bytes, found, spec), careful: () => readCarefully(bytes, found, spec, {}) };
  };
  const cell = {
    store: fc.integer({ min: 1, max: 1000 }).map(String),
    date: fc.integer({ min: 0, max: 300 }).map((d) => new Date(Date.UTC(2015, 0, 1 + d)).toISOString().slice(0, 10)),
    sales: fc.oneof(
      fc.double({ min: 0, max: 1e6, noNaN: true }).map(String),
      fc.constantFrom("5.", ".5", "+3", "1e3", "007", "-0", " 4", "NA", "", "nan"),
    ),
    open: fc.constantFrom("0", "1", "", "NA", "TRUE", "FALSE", "true"),
    holiday: fc.constantFrom("0", "a", '"x, y"'),
    note: fc.constantFrom("ok", "", "NA", '"a ""b"""', '""', " pad ", '"two\nlines"'),
  };
  const row = fc.record(cell).map((r) => [r.store, r.date, r.sales, r.open, r.holiday, r.note]);
  const ends = fc.constantFrom("\n", "\r\n");

  it("agree wherever the quick one does not give up", () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), ends, (rows, end) => {
        const { fast, careful } = both(header.trimEnd() + end + rows.map((cells) => cells.join(",")).join(end));
        if (fast === undefined) return;
        plain++;
        expect(fast.toRecords()).toEqual(careful().toRecords());
        expect(fast.dtypes.map(String)).toEqual(careful().dtypes.map(String));
      }),
      { seed: 11, numRuns: 300 },
    );
    expect(plain).toBeGreaterThan(30);
  });

  it("agree on a plain file of any shape, on which the quick one never gives up", () => {
    const number = fc.double({ min: 0, max: 1e6, noNaN: true }).map(String);
    const plainRow = fc.record({ ...cell, sales: number, note: fc.constantFrom("ok", '"x"', '"a, b"') }).chain((r) =>
      fc.constantFrom("0", "1").map((open) => [r.store, r.date, r.sales, open, r.holiday, r.note])
    );
    fc.assert(
      fc.property(fc.array(plainRow, { minLength: 1, maxLength: 12 }), ends, (rows, end) => {
        const { fast, careful } = both(header.trimEnd() + end + rows.map((cells) => cells.join(",")).join(end));
        expect(fast).toBeDefined();
        expect(fast!.toRecords()).toEqual(careful().toRecords());
      }),
      { seed: 12, numRuns: 100 },
    );
  });
});
