/**
 * What every combination of a day's switches brings to every series, made once beside the table of a horizon: whoever
 * asks what a promotion would do gets an answer without anything being laid out again.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { LocalStore } from "@/core/store.ts";
import { planDependence, recipe } from "@/features/mod.ts";
import { horizonFolder, type HorizonTable, readVector } from "@/pipeline/horizon_table.ts";
import { plannedFeatures } from "@/pipeline/planned_features.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { ownOfPlans, planCourses } from "@/serving/model/plan_courses.ts";

/** Series that are laid out together: laying out a frame costs as much as forty series. */
const TOGETHER = 24;
/** Numbers that are kept at most, 64 MB: what is beyond is learnt when somebody asks. */
const MOST = 16_000_000;

const fileOf = ({ dataset, key }: Pick<HorizonTable, "dataset" | "key">) => `${horizonFolder(dataset, key)}/plans.bin`;

/** Whether they were made. */
export async function hasPlans(store: LocalStore, table: Pick<HorizonTable, "dataset" | "key">): Promise<boolean> {
  return await bytesOf(store, table) !== undefined;
}

async function bytesOf(
  store: LocalStore,
  table: Pick<HorizonTable, "dataset" | "key">,
): Promise<number | undefined> {
  try {
    return (await Deno.stat(store.path(fileOf(table)))).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Makes them and keeps them; none where a dataset has no switches, too many, or too many series. */
export async function makePlans(store: LocalStore, table: HorizonTable): Promise<void> {
  const features = recipe(table.profile, { horizon: table.horizon });
  const plan = planCourses(features, table), dependence = planDependence(features, table.profile);
  const size = plan.combinations * plan.own.length * table.horizon, count = table.ids.length;
  const kept = new Float32Array(size * count > MOST ? 0 : size * count);
  for (let first = 0; first < count && kept.length > 0; first += TOGETHER) {
    const series = Array.from({ length: Math.min(TOGETHER, count - first) }, (_, k) => first + k);
    const together = TOGETHER * plan.combinations;
    ownOfPlans(plan, table, series, (asks) => plannedFeatures(table, dependence, asks, { together }))
      .forEach((values, k) => kept.set(values, (first + k) * size));
    if (first % (8 * TOGETHER) === 0) releaseMemory();
  }
  await store.put(fileOf(table), new Uint8Array(kept.buffer));
}

/** Reads them into shared memory, so that Workers see them without a copy; undefined where there are none. */
export async function readPlans(store: LocalStore, table: HorizonTable): Promise<Float32Array | undefined> {
  const bytes = await bytesOf(store, table);
  if (bytes === undefined || bytes === 0) return undefined;
  const { own, combinations } = planCourses(recipe(table.profile, { horizon: table.horizon }), table);
  const length = combinations * own.length * table.horizon * table.ids.length;
  if (bytes !== 4 * length) {
    throw new ModelUnavailableError(
      `Cannot use the plans of the horizon as they must have ${4 * length} bytes: delete data/horizon, found ${bytes}`,
    );
  }
  return readVector(store.path(fileOf(table)), "f32", length) as Float32Array;
}
