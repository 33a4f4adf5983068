/**
 * Performs tasks one after the other: the same in a Worker and outside of one.
 *
 * @module
 */
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { Forecaster } from "@/serving/model/forecaster.ts";
import type { Results, Task } from "@/serving/model/messages.ts";

/** Series that are laid out again between two collections: each is about a megabyte that V8 does not see. */
const SERIES_BETWEEN = 24;
/** Without work for so long, milliseconds, everything is given back. */
const IDLE = 3_000;

/** Someone who performs tasks; the first must be `load`. */
export class Performer implements Disposable {
  #forecaster: Forecaster | undefined;
  #collectedAt = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** Performs a task. */
  async perform(task: Task): Promise<Results[Task["kind"]]> {
    if (task.kind === "load") {
      const { table, files, champion, kinds, plans } = task;
      const model = await loaderOf(champion, table.profile, kinds).load(files);
      this.#forecaster = new Forecaster(table, model, plans);
      return null;
    }
    const forecaster = this.#forecaster;
    if (forecaster === undefined) throw new TypeError("Cannot forecast as no model was loaded");
    switch (task.kind) {
      case "usual":
        return forecaster.usual();
      case "compute":
        return this.#collected(forecaster, () => forecaster.compute(task.asks));
      case "explain":
        return this.#collected(forecaster, () => forecaster.explain(task.ask));
      case "oneByOne":
        return forecaster.oneByOne(task.rows);
    }
  }

  /** Tables of Polars live outside of V8's heap: many of them would be garbage before V8 sees a reason to collect. */
  #collected<Result>(forecaster: Forecaster, work: () => Result): Result {
    const result = work();
    if (forecaster.built - this.#collectedAt >= SERIES_BETWEEN) {
      this.#collectedAt = forecaster.built;
      releaseMemory();
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => releaseMemory({ idle: true }), IDLE);
    Deno.unrefTimer(this.#idle);
    return result;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    this.#forecaster?.[Symbol.dispose]();
  }
}
