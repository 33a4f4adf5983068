/**
 * Where served models come from: a version is read and verified, its horizon's table is at hand, then it is opened.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Files } from "@/core/regressor.ts";
import type { LocalStore } from "@/core/store.ts";
import type { Context } from "@/pipeline/context.ts";
import { hasHorizon, horizonFolder, horizonKey, makeHorizon, readHorizon } from "@/pipeline/horizon_table.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import type { LoadModel } from "@/serving/models.ts";
import type { Computed } from "@/serving/model/forecaster.ts";
import { hasPlans, makePlans, readPlans } from "@/serving/model/kept_plans.ts";
import { type ModelParts, openModel } from "@/serving/model/open_model.ts";

/** A version that was read and verified, and nothing more. */
export type VerifiedModel = Omit<ModelParts, "table" | "plans">;

/** Where verified versions come from. */
export interface ModelSource {
  /** Reads a version and verifies it; the source's own choice when none is named. */
  read(which?: string): Promise<VerifiedModel>;
  /** Tells cheaply what the source's own choice is by now; undefined when there is none. */
  peek(): Promise<string | undefined>;
}

/** How models are opened. */
export interface LoadOptions {
  readonly workers?: number;
  /** Makes what {@linkcode prepareModel} makes where it is missing; by default here, at the price of the memory that it takes. */
  readonly prepare?: (card: ModelCard) => Promise<unknown>;
}

/**
 * Makes the function that a server loads its models with.
 *
 * @throws {ModelUnavailableError} When it loads: if the source refuses the version, or the table of its horizon cannot be made.
 */
export function modelLoader(context: Context, source: ModelSource, options: LoadOptions = {}): LoadModel {
  const { workers = 1, prepare = (card) => prepareModel(context, card) } = options;
  return async (which) => {
    const verified = await source.read(which);
    const { card, files } = verified;
    const { store, profile } = context;
    let key = await horizonKey(context, card);
    if (!await isPrepared(store, profile.name, key)) {
      await prepare(card);
      // Data that came in meanwhile have a table of their own.
      key = await horizonKey(context, card);
    }
    const table = readHorizon(store, profile.name, key);
    if (table === undefined) {
      throw new ModelUnavailableError(
        "Cannot use the model as the table of its horizon could not be made: see the log",
      );
    }
    const golden = goldenFile(store, profile.name, key, files);
    return await openModel({ ...verified, table, plans: await readPlans(store, table) }, { workers, golden });
  };
}

/**
 * Makes what a start needs and does not find: the table of a model's horizon, and what switches bring to it.
 *
 * @returns The key of the table.
 */
export async function prepareModel(context: Context, card: ModelCard): Promise<string> {
  const { store, profile } = context, dataset = profile.name;
  let key = await horizonKey(context, card);
  if (!await hasHorizon(store, dataset, key)) key = await makeHorizon(context, card);
  if (!await hasPlans(store, { dataset, key })) await makePlans(store, readHorizon(store, dataset, key)!);
  return key;
}

async function isPrepared(store: LocalStore, dataset: string, key: string): Promise<boolean> {
  return await hasHorizon(store, dataset, key) && await hasPlans(store, { dataset, key });
}

/** What a model forecast for the usual plan when it was first opened: the next start proves that it still does. */
export interface GoldenFile {
  read(): Promise<Computed | undefined>;
  write(computed: Computed): Promise<void>;
}

function goldenFile(store: LocalStore, dataset: string, key: string, files: Files): GoldenFile {
  const digest = createHash("sha256");
  for (const name of Object.keys(files).sort()) digest.update(name).update(files[name]!);
  const at = `${horizonFolder(dataset, key)}/golden-${digest.digest("hex").slice(0, 20)}.bin`;
  return {
    async read() {
      const bytes = await store.get(at);
      if (bytes === undefined || bytes.length % 16 !== 0) return undefined;
      const rows = bytes.length / 16, whole = bytes.slice().buffer;
      return {
        values: new Float64Array(whole, 0, rows),
        high: new Uint32Array(whole, rows * 8, rows),
        low: new Uint32Array(whole, rows * 12, rows),
      };
    },
    async write({ values, high, low }) {
      const bytes = new Uint8Array(values.length * 16), rows = values.length;
      new Float64Array(bytes.buffer, 0, rows).set(values);
      new Uint32Array(bytes.buffer, rows * 8, rows).set(high);
      new Uint32Array(bytes.buffer, rows * 12, rows).set(low);
      await store.put(at, bytes);
    },
  };
}
