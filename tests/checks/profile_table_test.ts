import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl from "nodejs-polars";
import { draftSuite, parseSuite, profileTable, rowType, runSuite, suiteToJson } from "@/checks/mod.ts";
import { datasets } from "@/datasets/mod.ts";
import { rawTables } from "../support/raw_tables.ts";

describe("draftSuite()", () => {
  for (const [name, dataset] of Object.entries(datasets)) {
    it(`drafts rules that the tables of ${name} keep, and that can be read back`, () => {
      const raw = rawTables(dataset, dataset.generate({ series: 3, seed: 1, steps: 200 }));
      for (const [table, frame] of Object.entries(raw)) {
        const suite = draftSuite(profileTable(frame), table);
        const { results } = runSuite(frame, parseSuite(suiteToJson(suite), table));
        expect(results.filter(({ success }) => !success)).toEqual([]);
        expect(results.length).toBeGreaterThan(frame.width);
      }
    });
  }

  it("drafts rules that any table of numbers, texts and gaps keeps", () => {
    const rows = fc.array(fc.record({
      n: fc.option(fc.oneof(fc.double({ noNaN: false, noDefaultInfinity: true }), fc.integer())),
      i: fc.option(fc.integer({ min: -50, max: 50 })),
      s: fc.option(fc.constantFrom("a", "bb", "é", "")),
    }));
    fc.assert(
      fc.property(rows, (rows) => {
        const frame = pl.DataFrame([
          pl.Series("n", rows.map(({ n }) => n), pl.Float64),
          pl.Series("i", rows.map(({ i }) => i), pl.Int64),
          pl.Series("s", rows.map(({ s }) => s), pl.Utf8),
        ]);
        const { results } = runSuite(frame, draftSuite(profileTable(frame), "any"));
        expect(results.filter(({ success }) => !success)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("takes text for dates where each is a day", () => {
    const days = Array.from(
      { length: 40 },
      (_, k) => `2020-0${1 + Math.floor(k / 20)}-${String(k % 20 + 1).padStart(2, "0")}`,
    );
    const drafted = (dates: string[]) =>
      draftSuite(profileTable(pl.DataFrame({ sold: dates })), "s").expectations.map(({ type }) => type);
    expect(drafted(days)).toContain("expect_column_values_to_match_strftime_format");
    expect(drafted([...days, "2020-02-30"])).not.toContain("expect_column_values_to_match_strftime_format");
  });

  it("draws bounds that a person can read, outside of what was seen", () => {
    const frame = pl.DataFrame({ price: [2.472, 3.1, 4.468] });
    const { kwargs } = draftSuite(profileTable(frame), "s").expectations.at(-1)!;
    expect([kwargs.min_value, kwargs.max_value]).toEqual([2.27, 4.67]);
  });

  it("names the values where they are few, and notices keys", () => {
    const days = Array.from({ length: 60 }, (_, k) => k);
    const frame = pl.DataFrame([
      pl.Series("id", days, pl.Int64),
      pl.Series("type", days.map((k) => "abc"[k % 3]!), pl.Utf8),
    ]);
    const rules = draftSuite(profileTable(frame), "s").expectations.map(({ type, kwargs }) => [type, kwargs.column]);
    expect(rules).toContainEqual(["expect_column_values_to_be_unique", "id"]);
    expect(rules).toContainEqual(["expect_column_values_to_be_in_set", "type"]);
  });
});

describe("rowType()", () => {
  it("writes a type that says which values may be missing", () => {
    const frame = pl.DataFrame({
      open: [true, false, true, true, false, true],
      type: ["a", "b", "a", "b", "a", null],
      sales: [1.5, 2, 3, 4, 5, 6],
    });
    expect(rowType(profileTable(frame), "Row")).toBe(
      "/** A row, as it was seen in the data. */\nexport interface Row {\n  readonly open: boolean;\n" +
        '  readonly type: "a" | "b" | null;\n  readonly sales: number;\n}\n',
    );
  });
});
