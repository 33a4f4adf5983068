import { datasets } from "@/datasets/mod.ts";
import { fillName } from "@/pipeline/params.ts";
import { type Area, few, seen } from "@/pipeline/maturity/area.ts";

/** MLflow logs: runs that can be read, are finished, and say what they were made from. */
export const tracking: Area = {
  name: "MLflow logs",
  async look({ tracker, params }) {
    const experiments = Object.keys(datasets).map((name) => fillName(params.experiment, name));
    // Runs below another one hold parts of it, a window each.
    const runs = (await Promise.all(experiments.map((name) => tracker.runs(name)))).flat()
      .filter(({ tags }) => tags["mlflow.parentRunId"] === undefined);
    if (runs.length === 0) {
      return [seen("runs", false, "none", "at least one: `deno task pipeline`")];
    }
    const finished = runs.filter(({ status }) => status === "finished");
    const without = (what: string, is: (run: typeof runs[number]) => boolean) => {
      const missing = finished.filter((run) => !is(run));
      const found = missing.length === 0 ? `all ${finished.length} finished runs` : `${missing.length} lack it`;
      return seen(what, finished.length > 0 && missing.length === 0, found, "every finished run");
    };
    const last = finished.at(-1);
    const artifact = last?.artifacts.find((path) => path.endsWith("card.json"));
    const bytes = last === undefined || artifact === undefined
      ? undefined
      : await tracker.artifactOf(last.id, artifact);
    return [
      seen(
        "runs",
        finished.length > 0,
        `${runs.length}, ${finished.length} finished, in ${few(experiments)}`,
        "finished ones",
      ),
      without("params", ({ params }) => Object.keys(params).length > 5),
      without("metrics", ({ metrics }) => Object.keys(metrics).some((name) => name.startsWith("holdout."))),
      without("data lineage", ({ inputs }) => inputs.some(({ digest }) => digest !== "")),
      without("code revision", ({ tags }) => tags["mlflow.source.git.commit"] !== undefined),
      seen(
        "artifacts",
        bytes !== undefined,
        bytes === undefined ? "no card in the newest run" : `${artifact} opened, ${bytes.length} bytes`,
        "the newest run's card",
      ),
    ];
  },
};
