/**
 * The flag that says: train again. `reports/<dataset>/drift_result.txt` is there while retraining is due.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { type DriftSummary, monitorKeys } from "@/pipeline/monitor/drift_summary.ts";

/** Why and since when retraining is due. */
export interface RetrainFlag {
  readonly dataset: string;
  /** When it was raised, ISO 8601. */
  readonly since: string;
  /** The first date whose target was not known then. */
  readonly asOf: string;
  /** The model that was judged; empty where none was in production. */
  readonly model: string;
  readonly reasons: readonly string[];
}

const TITLE = "retraining is due";

/**
 * Raises the flag: the file appears whole, or not at all. A flag that is up already keeps its `since`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { clearRetrainFlag, raiseRetrainFlag, readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
 * import { memoryStore } from "@/stores/mod.ts";
 *
 * const store = memoryStore();
 * const checkedAt = "2015-08-01T06:00:00Z", reasons = ["the error is 31 % above its baseline"];
 * await raiseRetrainFlag(store, { dataset: "rossmann", asOf: "2015-08-01", checkedAt, model: "shop/3", reasons });
 * expect(await readRetrainFlag(store, "rossmann")).toMatchObject({ model: "shop/3", reasons });
 * await clearRetrainFlag(store, "rossmann");
 * expect(await readRetrainFlag(store, "rossmann")).toBeUndefined();
 * ```
 */
export async function raiseRetrainFlag(
  store: Store,
  { dataset, asOf, checkedAt, model, reasons }: Pick<
    DriftSummary,
    "dataset" | "asOf" | "checkedAt" | "model" | "reasons"
  >,
): Promise<void> {
  const before = await readRetrainFlag(store, dataset);
  const lines = [
    `${TITLE}: ${dataset}`,
    `since: ${before?.since ?? checkedAt}`,
    `as of: ${asOf}`,
    `model: ${model ?? ""}`,
    ...reasons.map((reason) => `reason: ${reason}`),
  ];
  await store.put(monitorKeys(dataset).flag, `${lines.join("\n")}\n`);
}

/** Reads the flag; undefined while it is down. A file that says nothing readable counts as a raised flag without reasons. */
export async function readRetrainFlag(store: Store, dataset: string): Promise<RetrainFlag | undefined> {
  const bytes = await store.get(monitorKeys(dataset).flag);
  if (bytes === undefined) return undefined;
  const lines = new TextDecoder().decode(bytes).split("\n");
  const all = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
  return {
    dataset,
    since: all("since")[0] ?? "",
    asOf: all("as of")[0] ?? "",
    model: all("model")[0] ?? "",
    reasons: all("reason"),
  };
}

/** Takes the flag down: only who has retrained does that. */
export async function clearRetrainFlag(store: Store, dataset: string): Promise<void> {
  await store.delete(monitorKeys(dataset).flag);
}
