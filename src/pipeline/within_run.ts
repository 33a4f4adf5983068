/**
 * Steps that add to the run that `train` began.
 *
 * @module
 */
import { MissingInputError } from "@/core/errors.ts";
import type { Run } from "@/core/tracker.ts";
import type { Context } from "@/pipeline/context.ts";
import { withSystemMetrics } from "@/pipeline/system_metrics.ts";

/**
 * Opens the run again for a step, which finishes it, or marks it failed when the step fails or is stopped.
 *
 * @throws {MissingInputError} If the run is no longer there.
 */
export async function withinRun<Result>(
  { tracker }: Context,
  id: string,
  step: (run: Run) => Promise<Result>,
): Promise<Result> {
  await using run = await tracker.resume(id).catch((error) => {
    throw error instanceof RangeError ? new MissingInputError(`the run ${id} in mlruns`, "train") : error;
  });
  try {
    return await withSystemMetrics(run, () => step(run));
  } catch (error) {
    await run.fail(error);
    throw error;
  }
}
