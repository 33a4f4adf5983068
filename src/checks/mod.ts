/**
 * Judgements about data: does a table keep its contract?
 *
 * @module
 */
export * from "@/checks/expectations/mod.ts";
