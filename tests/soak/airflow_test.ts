import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keysOf } from "@/pipeline/keys.ts";
import { monitorKeys, readDriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { leftovers, snapshot, taskDocument } from "../support/command_line.ts";
import { DATASET, governed, intoProduction } from "../support/governed.ts";
import { FAST_PARAMS } from "../support/workdir.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url)), BIN = join(PROJECT, ".venv-airflow", "bin");
const DAGS = join(PROJECT, "deploy", "airflow", "dags");

/** Why Airflow cannot run here; on a build machine it must. */
function airflowMissing(): string | false {
  try {
    if (Deno.statSync(join(BIN, "airflow")).isFile) return false;
  } catch {
    if (Deno.env.get("CI") === "true") return false;
  }
  const reason = "skipped: .venv-airflow is not there; `make interop` installs Airflow";
  // deno-lint-ignore no-console -- a person should see it
  console.log(reason);
  return reason;
}

interface Dags {
  readonly errors: Readonly<Record<string, string>>;
  readonly dags: Readonly<
    Record<string, {
      readonly schedule: string;
      readonly tasks: Readonly<
        Record<string, { after: string[]; mapped: boolean; retries: number; outlets: string[] }>
      >;
    }>
  >;
}

const FLAGS = { dataset: "store-item", series: "5", steps: "500", windows: "1", models: "seasonal_naive,lightgbm" };

describe("the DAGs in the real Airflow", { skip: airflowMissing() !== false }, () => {
  let home = "", workdir = "";
  before(async () => {
    home = await Deno.makeTempDir({ prefix: "shelfcast-airflow-" });
    workdir = join(home, "work");
    await run("airflow", ["db", "migrate"]);
  });
  after(() => Deno.remove(home, { recursive: true }));

  /** Runs one of Airflow's programs, in a home of its own. */
  async function run(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command(join(BIN, program), {
      args: [...args],
      cwd: home,
      env: {
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__DAGS_FOLDER: DAGS,
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${join(home, "airflow.db")}`,
        AIRFLOW__LOGGING__BASE_LOG_FOLDER: join(home, "logs"),
        PYTHONPATH: DAGS,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONWARNINGS: "ignore",
        SHELFCAST_HOME: PROJECT,
        SHELFCAST_WORKDIR: workdir,
        SHELFCAST_DATASET: FLAGS.dataset,
        SHELFCAST_PARTS: "2",
        SHELFCAST_RETRIES: "0",
        SHELFCAST_FLAGS: `--params ${FAST_PARAMS} --series ${FLAGS.series} --steps ${FLAGS.steps} ` +
          `--windows ${FLAGS.windows} --models ${FLAGS.models}`,
        PATH: `${BIN}:${Deno.env.get("PATH")}`,
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const [said, complaints] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${said}\n${complaints}`);
    return said!;
  }

  it("are imported without an error: five, with retries, partitions side by side, and data that starts them", async () => {
    const { errors, dags } = JSON.parse(
      (await run("python", [fileURLToPath(new URL("dags.py", import.meta.url)), DAGS])).trimEnd().split("\n").at(-1)!,
    ) as Dags;
    expect(errors).toEqual({});
    expect(Object.keys(dags).sort()).toEqual([
      "batch_forecast_dag",
      "feature_pipeline_dag",
      "ingest_sales_dag",
      "monitoring_dag",
      "training_pipeline_dag",
    ]);
    const mapped = (name: string) =>
      Object.entries(dags[name]!.tasks).filter(([, { mapped }]) => mapped).map(([task]) => task);
    expect(mapped("ingest_sales_dag")).toEqual(["ingest_parts"]);
    expect(mapped("feature_pipeline_dag")).toContain("featurize_parts");
    expect(mapped("batch_forecast_dag")).toContain("forecast_parts");
    expect(mapped("training_pipeline_dag")).toEqual(["evaluate_parts"]);
    expect(mapped("monitoring_dag")).toContain("monitor_parts");
    expect(dags["ingest_sales_dag"]!.tasks["validate"]!.outlets).toEqual(["shelfcast_panel"]);
    expect(dags["feature_pipeline_dag"]!.schedule).toMatch(/Asset/);
    expect(dags["training_pipeline_dag"]!.schedule).toMatch(/Asset/);
    expect(dags["monitoring_dag"]!.tasks["retrain"]!.after).toEqual(["drift_flag"]);
  });

  it("run end to end on the embedded data, in two partitions, and leave what the tasks leave", async () => {
    for (const name of ["ingest_sales_dag", "feature_pipeline_dag", "training_pipeline_dag"]) {
      await run("airflow", ["dags", "test", name]);
    }
    const { panel, features, windowsCard, evaluation } = keysOf(FLAGS.dataset);
    const made = await snapshot(workdir);
    for (const key of [panel, features, windowsCard, evaluation]) expect(Object.keys(made)).toContain(key);
    expect(Object.keys(made).some((key) => /^mlruns\/models\/[^/]+\/version-1\/meta.yaml$/.test(key))).toBe(true);
    expect(await leftovers(workdir)).toEqual([]);
    const plain = join(home, "plain");
    for (const task of ["ingest", "featurize"]) await taskDocument(task, { ...FLAGS, workdir: plain });
    const expected = await snapshot(plain);
    for (const key of [panel, features]) expect(made[key]).toBe(expected[key]);
  });

  it("forecast and monitor with a model in production, in two partitions; no flag, no retraining", async () => {
    await using shop = await governed();
    await intoProduction(shop);
    const { context: { store } } = shop, { forecast } = keysOf(DATASET);
    const flags = { dataset: DATASET, series: "4", steps: "320", windows: "2", models: "seasonal_naive,lightgbm" };
    const env = {
      SHELFCAST_WORKDIR: store.location,
      SHELFCAST_DATASET: DATASET,
      SHELFCAST_FLAGS: `--params ${FAST_PARAMS} --series ${flags.series} --steps ${flags.steps} ` +
        `--windows ${flags.windows} --models ${flags.models}`,
      SHELFCAST_FLAG_TIMEOUT: "1",
    };
    await run("airflow", ["dags", "test", "batch_forecast_dag"], env);
    const joined = await store.get(forecast);
    expect(joined).toBeDefined();
    await run("airflow", ["dags", "test", "monitoring_dag"], env);
    const { checkedAt: _, ...summary } = await readDriftSummary(store, DATASET);
    expect(summary.model).toMatch(/\/1$/);
    expect(await leftovers(store.location)).toEqual([]);
    // What the tasks make of all series at once.
    await taskDocument("forecast", { ...flags, again: true, workdir: store.location });
    expect(await store.get(forecast)).toEqual(joined);
    await taskDocument("monitor", { ...flags, workdir: store.location });
    const { checkedAt: _again, ...whole } = await readDriftSummary(store, DATASET);
    expect(summary).toEqual(whole);
    expect([summary.due, await store.get(monitorKeys(DATASET).flag)]).toEqual([false, undefined]);
  });
});
