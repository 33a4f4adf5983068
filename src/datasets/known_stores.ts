/**
 * Every store that sells must be described.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import { refusal } from "@/datasets/refusal.ts";

/**
 * Refuses sales of a store that the table of stores does not have.
 *
 * @throws {DatasetError} Naming the first such store.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { knownStores } from "@/datasets/known_stores.ts";
 *
 * const sales = pl.DataFrame({ Store: [1, 9] }), stores = pl.DataFrame({ Store: [1, 2] });
 * const files = { dataset: "toy", file: "train.csv", storesFile: "store.csv" };
 * expect(() => knownStores(sales, stores, files)).toThrow("found none for store 9");
 * ```
 */
export function knownStores(
  sales: DataFrame,
  stores: DataFrame,
  { dataset, file, storesFile }: { readonly dataset: string; readonly file: string; readonly storesFile: string },
): void {
  const known = new Set(stores.getColumn("Store").toArray().map(Number));
  const selling = sales.getColumn("Store").unique().toArray().map(Number).sort((a, b) => a - b);
  const stranger = selling.find((store) => !known.has(store));
  if (stranger === undefined) return;
  throw refusal(
    { dataset, file: storesFile, column: "Store" },
    `a row for every store of ${file}`,
    `none for store ${stranger}`,
  );
}
