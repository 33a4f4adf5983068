import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import { parseSuite, renderDataDocs, runSuite } from "@/checks/mod.ts";

const suite = parseSuite(
  JSON.stringify({
    name: "sales",
    expectations: [
      {
        type: "expect_column_values_to_be_between",
        kwargs: { column: "sales", min_value: 0 },
        meta: { notes: "Sales cannot be negative." },
      },
      { type: "expect_column_values_to_not_be_null", kwargs: { column: "promo" }, severity: "warning" },
      { type: "expect_compound_columns_to_be_unique", kwargs: { column_list: ["store", "sales"] } },
    ],
  }),
  "sales.json",
);
const page = (frame: DataFrame) =>
  renderDataDocs([{ table: "train", result: runSuite(frame, suite) }], {
    title: "Sales",
    css: "body { color: black }",
    validatedAt: "2026-11-01T08:00Z",
  });
/** The page's text, without tags. */
const words = (html: string) =>
  html.replaceAll(/<style>.*?<\/style>/gs, "").replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

describe("renderDataDocs()", () => {
  it("opens with the verdict", () => {
    expect(words(page(pl.DataFrame({ store: [1, 2], sales: [3, 4], promo: [0, 1] }))))
      .toContain("Sales kept all 3 rules: it is fit to forecast from.");
    expect(words(page(pl.DataFrame({ store: [1, 2], sales: [3, 4], promo: [0, null] }))))
      .toContain("Sales kept every critical rule, with 1 warning");
    expect(words(page(pl.DataFrame({ store: [1, 2], sales: [3, -4], promo: [0, 1] }))))
      .toContain("Sales broke 1 critical rule of 3: it is not fit to forecast from.");
  });

  it("shows what was wanted, what was found, why it matters, and the rows", () => {
    const text = words(page(pl.DataFrame({ store: [1, 2, 1], sales: [3, -4, 3], promo: [0, 1, 1] })));
    expect(text).toContain("at least 0 1 of 3 rows (33.33 %): -4 in row 2 Sales cannot be negative.");
    expect(text).toContain("store, sales, one row for each store and sales: show 2 rows");
    expect(text).toContain("row store sales 1 1 3 3 1 3");
  });

  it("takes text from data as text, and asks the network for nothing", () => {
    const frame = pl.DataFrame({ store: [1], sales: [-1], promo: [1] });
    const nasty = parseSuite(
      JSON.stringify({
        name: "<script>alert(1)</script>",
        expectations: [{ type: "expect_column_values_to_be_in_set", kwargs: { column: "name", value_set: ["ok"] } }],
      }),
      "nasty.json",
    );
    const bad = frame.withColumns(pl.lit('<img src="https://example.org/x">').alias("name"));
    const html = renderDataDocs([{ table: "train", result: runSuite(bad, nasty) }], {
      title: "Sales",
      css: "",
      validatedAt: "2026-11-01T08:00Z",
    });
    expect(html).not.toMatch(/<(script|img|link|iframe)/);
    expect(html).toContain("&lt;img src=&quot;https://example.org/x&quot;&gt;");
  });
});
