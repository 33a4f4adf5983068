import { it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl, { type DataFrame } from "nodejs-polars";
import { type Expectation, type Kwargs, parseSuite, type RowQuestion, runSuite, tableShape } from "@/checks/mod.ts";
import { ParamsError } from "@/core/errors.ts";

/** Each run is a query of its own; there are many expectations. */
const RUNS = { numRuns: 30 };

/** A column of small values, so that they repeat, with gaps. */
const rows = fc.array(
  fc.record({
    n: fc.option(fc.constantFrom(-1.5, 0, 1, 2, 3, Number.NaN), { freq: 6 }),
    m: fc.option(fc.constantFrom(-1, 0, 1, 2.5), { freq: 6 }),
    s: fc.option(fc.constantFrom("a", "bb", "c", "é"), { freq: 6 }),
  }),
  { maxLength: 12 },
);

function frameOf(values: readonly { n: number | null; m: number | null; s: string | null }[]): DataFrame {
  return pl.DataFrame([
    pl.Series("n", values.map(({ n }) => n), pl.Float64),
    pl.Series("m", values.map(({ m }) => m), pl.Float64),
    pl.Series("s", values.map(({ s }) => s), pl.Utf8),
  ]);
}

/**
 * What every expectation keeps to.
 *
 * @param kwargs Settings that suit a table with the columns n and m (numbers) and s (text).
 * @param options.ordered The rule is about the order of rows.
 * @param options.raises The rule cannot be asked of just any value.
 */
export function expectationContract(
  expectation: Expectation,
  kwargs: Kwargs,
  { ordered = false, raises = false }: { readonly ordered?: boolean; readonly raises?: boolean } = {},
): void {
  const suite = (more: Kwargs = {}) =>
    parseSuite(
      JSON.stringify({ name: "contract", expectations: [{ type: expectation.type, kwargs: { ...kwargs, ...more } }] }),
      "contract.json",
    );
  const run = (frame: DataFrame) => runSuite(frame, suite(), { resultFormat: "COMPLETE" }).results[0]!;

  it("is named as Great Expectations names it, and says what it wants", () => {
    expect(expectation.type).toMatch(/^expect_[a-z_]+$/);
    expect(expectation.wanted(kwargs).length).toBeGreaterThan(2);
  });

  it("refuses a setting that it does not know", () => {
    expect(() => suite({ minimum: 3 })).toThrow(ParamsError);
    expect(() => suite({ minimum: 3 })).toThrow("expectations[0]");
    expect(() => suite({ minimum: 3 })).toThrow("kwargs.minimum");
  });

  it("counts what it lists", () => {
    fc.assert(
      fc.property(rows, (values) => {
        const { result, exception_info } = run(frameOf(values));
        if (!raises) expect(exception_info).toMatchObject({ raised_exception: false });
        const { unexpected_index_list: index, unexpected_count, missing_count, element_count } = result;
        if (index === undefined) return;
        expect((index as number[]).length).toBe(unexpected_count);
        expect(element_count).toBe(values.length);
        expect((unexpected_count as number) + ((missing_count as number | undefined) ?? 0))
          .toBeLessThanOrEqual(values.length);
      }),
      RUNS,
    );
  });

  if (raises) return;

  it("proves only what counting confirms", () => {
    fc.assert(
      fc.property(rows, (values) => {
        const frame = frameOf(values).withColumns(
          pl.col("n").fillNan(pl.lit(null)).alias("n"),
          pl.col("m").alias("m"),
        );
        const question = expectation.question(kwargs, tableShape(frame));
        if (question.form !== "rows" || question.proof === undefined) return;
        const { proof, expected, considered = pl.lit(true) } = question as RowQuestion;
        const broken = expected!.fillNull(pl.lit(false)).not().and(considered);
        const found = frame.select(proof!.alias("proof"), broken.sum().alias("broken")).toRecords()[0]!;
        if (found.proof === true) expect(found.broken ?? 0).toBe(0);
      }),
      RUNS,
    );
  });

  it("leaves the table as it is", () => {
    const frame = frameOf([{ n: 1, m: null, s: "a" }, { n: Number.NaN, m: 2.5, s: null }]);
    const before = JSON.stringify(frame.toRecords());
    run(frame);
    expect(JSON.stringify(frame.toRecords())).toBe(before);
  });

  if (!ordered) {
    it("finds the same in any order of rows", () => {
      fc.assert(
        fc.property(rows, (values) => {
          const forward = run(frameOf(values)), backward = run(frameOf(values.toReversed()));
          expect(backward.success).toBe(forward.success);
          expect(backward.result.unexpected_count).toEqual(forward.result.unexpected_count);
        }),
        RUNS,
      );
    });
  }
}
