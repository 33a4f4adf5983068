/**
 * Where raw files come from: the generator, a folder, the web, Kaggle.
 *
 * @module
 */
export * from "@/stores/sources/folder.ts";
export * from "@/stores/sources/kaggle.ts";
export * from "@/stores/sources/kaggle_credentials.ts";
export * from "@/stores/sources/open_source.ts";
export * from "@/stores/sources/synthetic.ts";
export * from "@/stores/sources/url.ts";
