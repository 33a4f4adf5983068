import { join } from "node:path";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { mlflowFiles, mlflowFilesRegistry, readRun, readRuns } from "@/stores/mlflow/mod.ts";
import { tickingClock } from "../contracts/tracker_contract.ts";
import { INTEROP_BIN, interopMissing, python } from "../support/python.ts";

const READ = new URL("read_mlruns.py", import.meta.url), WRITE = new URL("write_mlruns.py", import.meta.url);
// MLflow 3.17 opens its own file format only when told that it may.
const ENV = { MLFLOW_ALLOW_FILE_STORE: "true", MLFLOW_DISABLE_TELEMETRY: "true" };
const TRAIN = {
  name: "train",
  digest: "ab".repeat(32),
  source: "data/raw/rossmann",
  rows: 970_379,
  context: "training",
};

/** What `read_mlruns.py` prints. */
interface Seen {
  readonly experiments: Readonly<Record<string, { readonly id: string; readonly runs: readonly SeenRun[] }>>;
  readonly models: Readonly<Record<string, { readonly aliases: unknown; readonly versions: readonly SeenVersion[] }>>;
}
type SeenRun = Readonly<Record<string, unknown>> & { readonly metrics: Readonly<Record<string, readonly number[][]>> };
type SeenVersion = Readonly<Record<string, unknown>> & { readonly files: Readonly<Record<string, string>> };

async function folder() {
  // A space and a letter beyond ASCII: both are escaped in MLflow's file URIs.
  const path = await Deno.makeTempDir({ prefix: "shelfcast märz " });
  const root = join(path, "mlruns"), now = tickingClock();
  return {
    root,
    tracker: mlflowFiles(root, { now, user: "planner", source: "tasks/pipeline.ts" }),
    registry: mlflowFilesRegistry(root, { now }),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
const seenIn = (root: string) => python<Seen>(READ, [root], { env: ENV });

describe("the real MLflow", { skip: interopMissing() }, () => {
  it("sees our experiments, runs, metrics, artifacts, inputs and models as we wrote them", async () => {
    await using at = await folder();
    const run = await at.tracker.start("rossmann/spine: 042", "yes");
    await run.params({
      model: "lightgbm",
      seed: 1,
      on: true,
      code: "0x1F",
      text: "a: b\n- c # d",
      long: "z".repeat(7_000),
    });
    await run.metrics({ rmspe: 0.1234567890123456, "fold 1/rmspe": 1e-7, bias: -0.5 });
    await run.history({ "round/valid rmse": Array.from({ length: 1_000 }, (_, i) => 1 / (i + 1)) });
    await run.tags({ "shelfcast.fingerprint": "abc", note: "Grüße\naus der Filiale" });
    await run.input({ ...TRAIN, context: "training" });
    await run.input({ ...TRAIN, name: "holdout", context: "testing" });
    await run.artifact("model/model.txt", "tree\n");
    await run.artifact("model/card.json", '{"kind":"lightgbm"}');
    await run.artifact("importance.json", "{}");
    await run[Symbol.asyncDispose]();
    const child = await at.tracker.start("rossmann/spine: 042", "child", { parent: run.id });
    await child.fail(new RangeError("no rows"));
    await using open = await at.tracker.start("walmart", "still open");
    const version = await at.registry.register("store item", { runId: run.id, path: "model" }, {
      stage: "Staging",
      description: "on: 2026",
      tags: { metric: "rmspe" },
    });
    await at.registry.register("store item", { runId: run.id, path: "model" });
    await at.registry.alias("store item", "champion", 1);

    const { experiments, models } = await seenIn(at.root);
    expect(Object.keys(experiments).sort()).toEqual(["rossmann/spine: 042", "walmart"]);
    const [first, second] = experiments["rossmann/spine: 042"]!.runs;
    const record = await readRun(at.root, run.id);
    expect(first).toMatchObject({
      id: run.id,
      name: "yes",
      status: "FINISHED",
      lifecycle: "active",
      started: record.started,
      ended: record.ended,
      user: "planner",
      params: { model: "lightgbm", seed: "1", on: "true", code: "0x1F", text: "a: b\n- c # d" },
      last: { rmspe: 0.1234567890123456, "fold 1/rmspe": 1e-7, bias: -0.5, "round/valid rmse": 1e-3 },
      artifacts: [
        "importance.json",
        "model/card.json",
        "model/model.txt",
      ],
    });
    expect(first!["params"]).toEqual(record.params);
    expect(first!["tags"]).toEqual(record.tags);
    expect(first!["tags"]).toMatchObject({
      "mlflow.runName": "yes",
      "mlflow.user": "planner",
      "mlflow.source.name": "tasks/pipeline.ts",
      "mlflow.source.type": "LOCAL",
      note: "Grüße\naus der Filiale",
    });
    const histories = Object.entries(record.metrics).map(([name, points]) =>
      [name, points.map(({ step, value, timestamp }) => [step, value, timestamp])] as const
    );
    expect(first!.metrics).toEqual(Object.fromEntries(histories));
    expect(first!.metrics["round/valid rmse"]).toHaveLength(1_000);
    expect(first!["inputs"]).toEqual(expect.arrayContaining([{
      name: "train",
      digest: TRAIN.digest.slice(0, 36),
      source_type: "local",
      source: { uri: TRAIN.source, sha256: TRAIN.digest },
      profile: { num_rows: TRAIN.rows },
      tags: { "mlflow.data.context": "training" },
    }, expect.objectContaining({ name: "holdout", tags: { "mlflow.data.context": "testing" } })]));
    expect(first!["inputs"]).toHaveLength(2);
    expect(second).toMatchObject({
      status: "FAILED",
      tags: { "mlflow.parentRunId": run.id, "shelfcast.error": "RangeError: no rows" },
    });
    expect(experiments["walmart"]!.runs).toMatchObject([{ id: open.id, status: "RUNNING", ended: null }]);

    expect(Object.keys(models)).toEqual(["store item"]);
    expect(models["store item"]!.aliases).toEqual({ champion: 1 });
    expect(models["store item"]!.versions).toMatchObject([{
      version: 1,
      stage: "Staging",
      run_id: run.id,
      status: "READY",
      description: "on: 2026",
      tags: { metric: "rmspe" },
      created: version.created,
      flavors: { shelfcast: { kind: "lightgbm", data: "." } },
    }, { version: 2, stage: "None" }]);
    const { files } = models["store item"]!.versions[0]!;
    expect(files).toMatchObject({ "model.txt": "tree\n", "card.json": '{"kind":"lightgbm"}' });
    expect(Object.keys(JSON.parse(files["checksums.json"]!))).toEqual(["MLmodel", "card.json", "model.txt"]);
    // MLflow left a note beside the files when it handed them out; ours are still whole.
    expect(Object.keys(files)).toContain("registered_model_meta");
    expect(Object.keys(await at.registry.files(version)).sort()).toEqual(
      ["MLmodel", "card.json", "checksums.json", "model.txt"],
    );
  });

  it("writes runs and models that we read, and adds to ours", async () => {
    await using at = await folder();
    await using ours = await at.tracker.start("ours", "first");
    const made = await python<{ run: string; deleted: string }>(WRITE, [at.root], { env: ENV });
    expect(await readRun(at.root, made.run)).toMatchObject({
      experiment: "made by MLflow: yes",
      name: "python run",
      status: "finished",
      params: { rounds: "100", note: "two\nlines: a" },
      metrics: {
        "fold 1/rmse": [{ step: 0, value: 1 }, { step: 1, value: 0.5 }, { step: 2, value: 1 / 3 }],
        endless: [{ value: Infinity }],
      },
      tags: { kind: "python", "mlflow.source.type": "LOCAL" },
      inputs: [{ name: "train", digest: "abc123", source: "https://example.org/train.csv", context: "validation" }],
      artifacts: ["model/card.json", "model/checksums.json", "model/model.txt"],
    });
    expect((await readRuns(at.root, "made by MLflow: yes")).map(({ id }) => id)).toEqual([made.run]);
    await expect(at.tracker.resume(made.deleted)).rejects.toThrow("it was deleted");

    const versions = await at.registry.versions("from python");
    expect(versions).toMatchObject([
      { version: 1, stage: "Production", runId: made.run, description: "the first", tags: { metric: "rmse" } },
      { version: 2, stage: "None" },
    ]);
    expect(await at.registry.byAlias("from python", "champion")).toEqual(versions[0]);
    for (const version of versions) {
      const files = await at.registry.files(version);
      expect(new TextDecoder().decode(files["model.txt"])).toBe("tree\n");
    }

    const resumed = await at.tracker.resume(made.run);
    await resumed.metrics({ "fold 1/rmse": 0.25 }, 3);
    await resumed[Symbol.asyncDispose]();
    await at.registry.register("from python", { runId: made.run, path: "model" });
    await using _another = await at.tracker.start("made by MLflow: yes", "ours");
    const { experiments, models } = await seenIn(at.root);
    const [theirs, own] = experiments["made by MLflow: yes"]!.runs.toSorted((a, b) =>
      a["name"] === "ours" ? 1 : b ? -1 : 0
    );
    expect(theirs!.metrics["fold 1/rmse"]!.at(-1)).toMatchObject([3, 0.25, expect.any(Number)]);
    expect(own).toMatchObject({ name: "ours", status: "RUNNING" });
    expect(models["from python"]!.versions.map(({ version }) => version)).toEqual([1, 2, 4]);
    expect(experiments["ours"]!.runs).toMatchObject([{ id: ours.id }]);
  });

  it("moves our directory into a database with its own command", async () => {
    await using at = await folder();
    const run = await at.tracker.start("rossmann", "lightgbm");
    await run.history({ rmse: [3, 2, 1] });
    await run.input({ ...TRAIN, context: "training" });
    await run.artifact("model/model.txt", "tree\n");
    await run[Symbol.asyncDispose]();
    const child = await at.tracker.start("rossmann", "holdout", { parent: run.id });
    await child.params({ window: "holdout" });
    await child[Symbol.asyncDispose]();
    await at.registry.register("rossmann", { runId: run.id, path: "model" }, {
      stage: "Staging",
      tags: { champion: "yes" },
    });
    await at.registry.register("rossmann", { runId: run.id, path: "model" }, { stage: "Production" });
    await at.registry.alias("rossmann", "champion", 2);
    const { success, stdout, stderr } = await new Deno.Command(join(INTEROP_BIN, "mlflow"), {
      args: ["migrate-filestore", "--source", at.root, "--target", `sqlite:///${at.root}.db`],
      env: ENV,
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    expect([success, said]).toEqual([true, expect.stringMatching(/runs?\b/i)]);

    const before = await seenIn(at.root);
    const after = await python<Seen>(READ, [`sqlite:///${at.root}.db`], { env: ENV });
    expect(after.experiments["rossmann"]!.runs).toEqual(
      before.experiments["rossmann"]!.runs,
    );
    expect(after.models["rossmann"]!.aliases).toEqual({ champion: 2 });
    expect(after.models["rossmann"]!.versions).toEqual(
      before.models["rossmann"]!.versions,
    );
    expect(after.models["rossmann"]!.versions.map(({ version, stage }) => [version, stage])).toEqual(
      [[1, "Staging"], [2, "Production"]],
    );
  });
});
