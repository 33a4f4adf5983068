/**
 * Judgements about data: does a table keep its contract, and does it resemble another one?
 *
 * @module
 */
export * from "@/checks/data_docs.tsx";
export * from "@/checks/data_docs_index.tsx";
export * from "@/checks/drift/mod.ts";
export * from "@/checks/expectations/mod.ts";
export * from "@/checks/feature_catalogue.ts";
export * from "@/checks/feature_schema.ts";
export * from "@/checks/predictions_table.ts";
export * from "@/checks/profile_table.ts";
