import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { DatasetError } from "@/core/errors.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { hierarchyOf } from "@/evaluation/mod.ts";
import { layOut } from "@/pipeline/decisions/laid_window.ts";
import { panel } from "../../support/panel.ts";

const hierarchy = hierarchyOf([
  { node: "total", parent: null },
  { node: "1", parent: "total" },
  { node: "2", parent: "total" },
]);
const window = { origin: "2015-01-19", from: "2015-01-19", to: "2015-01-20" };

// Two stores, two days; the second is closed on the first.
const forecasts = pl.DataFrame({
  unique_id: ["1", "1", "2", "2"],
  step: [1, 2, 1, 2],
  y: [10, 20, 0, 40],
  lightgbm: [11, 19, 5, 44],
  weight: [1, 1, 0, 1],
  open: [1, 1, 0, 1],
});

const shop = panel({ profile: { horizon: 2 } });
const laid = (frame: pl.DataFrame, profile: DatasetProfile = shop.profile) =>
  layOut({ ...shop, profile }, hierarchy, window, frame, "lightgbm", [
    Float64Array.of(15, 60),
  ]);

describe("layOut()", () => {
  it("lays forecasts and sales out node by node, and knows closed days as certain", () => {
    const { base, sold, errors, certain, rows } = laid(forecasts);
    const plain = (vectors: readonly ArrayLike<number>[]) => vectors.map((own) => Array.from(own));
    expect(plain(base)).toEqual([[15, 60], [11, 19], [5, 44]]);
    expect(plain(sold)).toEqual([[10, 60], [10, 20], [0, 40]]);
    expect(plain(errors)).toEqual([[-5, 0], [-1, 1], [-5, -4]]);
    expect(plain(certain)).toEqual([[0, 0], [1, 0]]);
    expect(rows).toEqual([[1, 0], [1, 1], [2, 0], [2, 1]]);
  });

  it("refuses forecasts that lack the profile's open column, by its name: closed stores would be moved", () => {
    let refusal: unknown;
    try {
      laid(forecasts.drop("open"));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DatasetError);
    expect(refusal).toMatchObject({ place: { dataset: "shop", column: "open" } });
    expect((refusal as Error).message).toBe(
      "Cannot make forecasts from 2015-01-19 add up as closed days must be known: their rows have no open",
    );
  });

  it("needs no such column where the profile names none: then every row can be moved", () => {
    const { openColumn: _, ...always } = shop.profile;
    const { certain } = laid(forecasts.drop("open"), always);
    expect(certain.map((own) => Array.from(own))).toEqual([[0, 0], [0, 0]]);
  });
});
