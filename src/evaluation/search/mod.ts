/**
 * Searching for better parameters: spaces from schemas, what to try next, when to give up, whether to believe what was found.
 *
 * @module
 */
export * from "@/evaluation/search/confirm.ts";
export * from "@/evaluation/search/finalist.ts";
export * from "@/evaluation/search/halving.ts";
export * from "@/evaluation/search/space.ts";
export * from "@/evaluation/search/suggest.ts";
