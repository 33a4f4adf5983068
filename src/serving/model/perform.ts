/**
 * Performs tasks one after the other: the same in a Worker and outside of one.
 *
 * @module
 */
import { loaderOf } from "@/pipeline/models.ts";
import { Forecaster } from "@/serving/model/forecaster.ts";
import type { Results, Task } from "@/serving/model/messages.ts";

/** Someone who performs tasks; the first must be `load`. */
export class Performer implements Disposable {
  #forecaster: Forecaster | undefined;

  /** Performs a task. */
  async perform(task: Task): Promise<Results[Task["kind"]]> {
    if (task.kind === "load") {
      const { table, files, champion, kinds } = task;
      const model = await loaderOf(champion, table.profile, kinds).load(files);
      this.#forecaster = new Forecaster(table, model);
      return null;
    }
    const forecaster = this.#forecaster;
    if (forecaster === undefined) throw new TypeError("Cannot forecast as no model was loaded");
    switch (task.kind) {
      case "usual":
        return forecaster.usual();
      case "compute":
        return forecaster.compute(task.asks);
      case "explain":
        return forecaster.explain(task.ask) ?? null;
      case "oneByOne":
        return forecaster.oneByOne(task.rows);
    }
  }

  [Symbol.dispose](): void {
    this.#forecaster?.[Symbol.dispose]();
  }
}
