/**
 * What ways to make forecasts add up are called by those who need not know their formulas.
 *
 * @module
 */
import type { Reconciliation } from "@/evaluation/mod.ts";

/** Way → how it shares a difference out. */
export const RECONCILIATION_WORDS: Readonly<Record<Reconciliation, string>> = {
  bottom_up: "series added up",
  top_down: "total shared out",
  ols: "all moved alike",
  wls_struct: "by number of series",
  wls_var: "by size of errors",
  mint_shrink: "by errors that go together",
  wls_share: "by percentage errors",
  mint_share: "by percentage errors that go together",
};
