/**
 * Where raw files come from: the generator, a folder, the web, Kaggle.
 *
 * @module
 */
export * from "@/stores/sources/folder.ts";
export * from "@/stores/sources/kaggle.ts";
export * from "@/stores/sources/kaggle_credentials.ts";
export * from "@/stores/sources/open_source.ts";
export type { Item } from "@/stores/sources/pick.ts";
export * from "@/stores/sources/synthetic.ts";
export type { Network } from "@/stores/sources/transfer.ts";
export type { Packed, UnpackLimits } from "@/stores/sources/unpack.ts";
export * from "@/stores/sources/url.ts";
