import { join } from "node:path";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { pipeline } from "@/pipeline/pipeline.ts";
import { interopMissing, python } from "../support/python.ts";
import { workdir } from "../support/workdir.ts";

const READ = new URL("read_mlruns.py", import.meta.url);
const ENV = { MLFLOW_ALLOW_FILE_STORE: "true", MLFLOW_DISABLE_TELEMETRY: "true" };

/** The parts of what `read_mlruns.py` prints that matter here. */
interface Seen {
  readonly experiments: Readonly<
    Record<string, {
      readonly runs: readonly {
        readonly id: string;
        readonly status: string;
        readonly params: Readonly<Record<string, string>>;
        readonly tags: Readonly<Record<string, string>>;
        readonly last: Readonly<Record<string, number>>;
        readonly metrics: Readonly<Record<string, readonly number[][]>>;
        readonly artifacts: readonly string[];
        readonly inputs: readonly unknown[];
      }[];
    }>
  >;
  readonly models: Readonly<Record<string, { readonly versions: readonly Record<string, unknown>[] }>>;
}

describe("the real MLflow on a run of the pipeline", { skip: interopMissing() }, () => {
  it("lists the run with its metrics, and the champion as a registered model in Staging", async () => {
    await using work = await workdir();
    const document = await pipeline(await work.context());
    const { experiments, models } = await python<Seen>(READ, [join(work.path, "work", "mlruns")], { env: ENV });
    const runs = experiments["test-rossmann"]!.runs;
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(["FINISHED"]));
    const run = runs.find(({ id }) => id === document.run.id);
    const windows = runs.filter(({ tags }) => tags["mlflow.parentRunId"] === document.run.id);
    expect(windows.map(({ params }) => params["origin"]).sort()).toEqual(
      [...document.backtest.map(({ origin }) => origin), document.holdout.from].sort(),
    );
    for (const [model, scores] of Object.entries(document.scores)) {
      for (const [metric, value] of Object.entries(scores)) {
        if (value !== null) {
          expect([model, metric, run!.last[`holdout.${model}.${metric}`]]).toEqual([model, metric, value]);
        }
      }
    }
    for (const { params, metrics } of windows) {
      const rounds = metrics["lightgbm.rounds.l2"]?.map(([step]) => step);
      expect(rounds).toEqual(params["window"] === "holdout" ? undefined : Array.from({ length: 25 }, (_, i) => i + 1));
    }
    expect(run!.last["system/process_memory_megabytes"]).toBeGreaterThan(0);
    expect(run!.metrics[`backtest.${document.champion}.rmspe`]!.length).toBe(document.backtest.length);
    expect(run!.params["cv_strategy"]).toContain("rolling origin");
    expect(run!.params["lightgbm.rounds"]).toBe("25");
    expect(run!.tags["shelfcast.champion"]).toBe(document.champion);
    expect(run!.inputs.length).toBe(1);
    expect(run!.artifacts).toEqual(expect.arrayContaining(
      [
        "card.json",
        "cv_predictions.csv",
        "environment/deno.lock",
        "evaluation.json",
        "features.json",
        "holdout.csv",
        "importance.json",
        "importance.svg",
        "report.html",
      ],
    ));
    expect(models["test-rossmann"]!.versions).toMatchObject([{
      version: 1,
      stage: "Staging",
      run_id: document.run.id,
    }]);
  });
});
