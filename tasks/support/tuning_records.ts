/**
 * Searches that are kept: what was found on competition data.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";

/** Keeps a search under a name such as `walmart_lightgbm`; where its data was on this machine is left out. */
export async function keepTuning(project: Store, name: string, record: TuningRecord): Promise<void> {
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new ParamsError(`Cannot keep the record as "${name}": expected small letters, digits and _`);
  }
  const kept = {
    ...record,
    source: record.source === "synthetic" ? "synthetic" : "competition data",
    trials: record.trials.map(({ run: _, ...trial }) => trial),
    run: undefined,
  };
  await project.put(`docs/tuning/${name}.json`, `${JSON.stringify(kept, null, 2)}\n`);
}
