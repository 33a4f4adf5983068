import { join } from "node:path";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { parse } from "yaml";
import { ModelUnavailableError } from "@/core/errors.ts";
import { mlflowFiles, mlflowFilesRegistry, readRun, readRuns } from "@/stores/mlflow/mod.ts";
import { registryContract, runWithModel } from "../contracts/registry_contract.ts";
import { tickingClock, trackerContract } from "../contracts/tracker_contract.ts";

async function open() {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast mlruns " });
  // One level deeper: the directory is not there before the first run.
  const root = join(folder, "ml runs"), now = tickingClock();
  return {
    root,
    tracker: mlflowFiles(root, { now }),
    registry: mlflowFilesRegistry(root, { now }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const names = async (folder: string) => (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
const meta = async (...parts: string[]) => parse(await Deno.readTextFile(join(...parts, "meta.yaml")));

trackerContract("mlflowFiles()", open);
registryContract("mlflowFilesRegistry()", open);

describe("mlflowFiles()", () => {
  it("writes an experiment's metadata as MLflow does", async () => {
    await using at = await open();
    await using _run = await at.tracker.start("rossmann: the spine", "a");
    const [id] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    expect(await meta(at.root, id!)).toEqual({
      artifact_location: `file://${at.root.replaceAll(" ", "%20")}/${id}`,
      creation_time: 1767225601000,
      effective_trace_archival_retention: null,
      experiment_id: id,
      last_update_time: 1767225601000,
      lifecycle_stage: "active",
      name: "rossmann: the spine",
      trace_location: null,
      workspace: "default",
    });
  });

  it("writes a run's metadata and tags as MLflow does", async () => {
    await using at = await open();
    const tracker = mlflowFiles(at.root, {
      now: tickingClock(),
      user: "planner",
      source: "tasks/train.ts",
      newId: () => "0af7651916cd43dd8448eb211c80319c",
    });
    const run = await tracker.start("rossmann", "first");
    const [experiment] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    const folder = join(at.root, experiment!, run.id);
    const started = await meta(folder);
    expect(started).toEqual({
      artifact_uri: `file://${folder.replaceAll(" ", "%20")}/artifacts`,
      deleted_time: null,
      end_time: null,
      entry_point_name: "",
      experiment_id: experiment,
      lifecycle_stage: "active",
      run_id: "0af7651916cd43dd8448eb211c80319c",
      run_name: "first",
      source_name: "",
      source_type: 4,
      source_version: "",
      start_time: 1767225602000,
      status: 1,
      tags: [],
      user_id: "planner",
    });
    await run.metrics({ rmspe: 1e-7 }, 3);
    await run[Symbol.asyncDispose]();
    expect(await meta(folder)).toMatchObject({ ...started, status: 3, end_time: expect.any(Number) });
    expect(await Deno.readTextFile(join(folder, "metrics", "rmspe"))).toMatch(/^\d{13} 1e-7 3\n$/);
    expect(await names(join(folder, "tags"))).toEqual([
      "mlflow.runName",
      "mlflow.source.name",
      "mlflow.source.type",
      "mlflow.user",
    ]);
    expect(await Deno.readTextFile(join(folder, "tags", "mlflow.source.name"))).toBe("tasks/train.ts");
  });

  it("puts runs of processes that open a new experiment at once into one experiment", async () => {
    await using at = await open();
    const trackers = Array.from({ length: 5 }, () => mlflowFiles(at.root, { now: tickingClock() }));
    const runs = await Promise.all(trackers.map((tracker) => tracker.start("rossmann", "a")));
    expect(await readRuns(at.root, "rossmann")).toHaveLength(5);
    expect((await names(at.root)).filter((name) => /^\d+$/.test(name))).toHaveLength(1);
    for (const run of runs) await run[Symbol.asyncDispose]();
  });

  it("uses an experiment that MLflow made under an id of its own", async () => {
    await using at = await open();
    await Deno.mkdir(join(at.root, "643366504581260920"), { recursive: true });
    await Deno.writeTextFile(
      join(at.root, "643366504581260920", "meta.yaml"),
      "experiment_id: '643366504581260920'\nname: rossmann\nlifecycle_stage: active\na_newer_field: {x: 1}\n",
    );
    await using run = await at.tracker.start("rossmann", "a");
    expect(await names(join(at.root, "643366504581260920"))).toEqual([run.id, "meta.yaml"].sort());
  });

  it("refuses a deleted experiment, where MLflow keeps it in its .trash too", async () => {
    await using at = await open();
    await (await at.tracker.start("rossmann", "a"))[Symbol.asyncDispose]();
    const [id] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    await Deno.mkdir(join(at.root, ".trash"));
    await Deno.rename(join(at.root, id!), join(at.root, ".trash", id!));
    await expect(at.tracker.start("rossmann", "b")).rejects.toThrow("it was deleted");
  });

  it("keeps fields of a newer MLflow when it ends a run", async () => {
    await using at = await open();
    const run = await at.tracker.start("rossmann", "a");
    const [experiment] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    const file = join(at.root, experiment!, run.id, "meta.yaml");
    await Deno.writeTextFile(file, await Deno.readTextFile(file) + "from_the_future:\n  - 1\n");
    await run[Symbol.asyncDispose]();
    expect(parse(await Deno.readTextFile(file))).toMatchObject({ status: 3, from_the_future: [1] });
    expect(await readRun(at.root, run.id)).toMatchObject({ status: "finished" });
  });

  it("names a damaged meta.yaml", async () => {
    await using at = await open();
    const run = await at.tracker.start("rossmann", "a");
    await run[Symbol.asyncDispose]();
    const [experiment] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    const file = join(at.root, experiment!, run.id, "meta.yaml");
    for (const damage of ["", "- a\n- list\n", "status: [3\n", "\0\0\0"]) {
      await Deno.writeTextFile(file, damage);
      await expect(readRun(at.root, run.id)).rejects.toThrow(`Cannot read ${file}`);
    }
  });

  it("shows nothing to a reader before a run's metadata is there", async () => {
    await using at = await open();
    await using run = await at.tracker.start("rossmann", "a");
    const [experiment] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    await Deno.remove(join(at.root, experiment!, run.id, "meta.yaml"));
    expect(await readRuns(at.root, "rossmann")).toEqual([]);
    await Deno.writeTextFile(join(at.root, experiment!, run.id, "meta.yaml"), `run_id: ${run.id}\n`);
  });

  it("reads an empty and a missing directory as one without runs", async () => {
    await using at = await open();
    expect(await readRuns(at.root, "rossmann")).toEqual([]);
    await Deno.mkdir(at.root);
    expect(await readRuns(at.root, "rossmann")).toEqual([]);
    expect(await at.registry.versions("rossmann")).toEqual([]);
    await expect(readRun(at.root, "f".repeat(32))).rejects.toThrow("no such run");
  });

  it("opens each metric's file a few times for thousands of values", async () => {
    await using at = await open();
    const tracker = mlflowFiles(at.root, { now: () => 1_767_225_600_000 });
    const original = Deno.writeTextFile;
    let writes = 0;
    Deno.writeTextFile = (...given) => {
      if (given[2]?.append) writes++;
      return original(...given);
    };
    try {
      await using run = await tracker.start("rossmann", "a");
      const rounds = Array.from({ length: 1_000 }, (_, i) => 1 / (i + 1));
      for (let fold = 1; fold <= 5; fold++) {
        for (const [i, value] of rounds.entries()) await run.metrics({ [`fold ${fold}/rmspe`]: value }, i + 1);
      }
    } finally {
      Deno.writeTextFile = original;
    }
    expect(writes).toBeLessThanOrEqual(10);
    const [record] = await readRuns(at.root, "rossmann");
    expect(record!.metrics["fold 5/rmspe"]).toHaveLength(1_000);
  });

  it("refuses a name that is in the way of another's, and keeps the other", async () => {
    await using at = await open();
    const run = await at.tracker.start("rossmann", "a");
    await run.params({ seed: 1 });
    await expect(run.params({ "seed/model": 1 })).rejects.toThrow("names are paths");
    await run.artifact("model/model.txt", "tree");
    await expect(run.artifact("model", "tree")).rejects.toThrow("names are paths");
    // The clock ticks a second at each look, so nothing waits in memory.
    await run.metrics({ rmspe: 1 });
    await expect(run.metrics({ "rmspe/fold 1": 1, wmae: 2 })).rejects.toThrow('the metric "rmspe/fold 1"');
    await run[Symbol.asyncDispose]();
    expect(await readRun(at.root, run.id)).toMatchObject({
      status: "finished",
      params: { seed: "1" },
      metrics: { rmspe: [{ value: 1 }], wmae: [{ value: 2 }] },
      artifacts: ["model/model.txt"],
    });
  });
});

describe("mlflowFilesRegistry()", () => {
  it("writes a model's and a version's metadata as MLflow does", async () => {
    await using at = await open();
    const runId = await runWithModel(at.tracker);
    await at.registry.register("store item", { runId, path: "model" }, { stage: "Staging", tags: { a: "b" } });
    await at.registry.alias("store item", "champion", 1);
    const folder = join(at.root, "models", "store item");
    expect(await names(folder)).toEqual(["aliases", "meta.yaml", "version-1"]);
    expect(await meta(folder)).toMatchObject({ name: "store item", workspace: "default", description: null });
    expect(await meta(folder, "version-1")).toMatchObject({
      current_stage: "Staging",
      name: "store item",
      run_id: runId,
      source: expect.stringMatching(/^models:\/m-[0-9a-f]{32}$/),
      status: "READY",
      version: 1,
    });
    expect(await Deno.readTextFile(join(folder, "version-1", "tags", "a"))).toBe("b");
    expect(await Deno.readTextFile(join(folder, "aliases", "champion"))).toBe("1");
  });

  it("adds an MLmodel with the flavour of the card's kind", async () => {
    await using at = await open();
    const runId = await runWithModel(at.tracker);
    const files = await at.registry.files(await at.registry.register("rossmann", { runId, path: "model" }));
    expect(parse(new TextDecoder().decode(files["MLmodel"]))).toMatchObject({
      artifact_path: "model",
      flavors: { shelfcast: { kind: "lightgbm", data: "." } },
      model_uuid: expect.stringMatching(/^[0-9a-f]{32}$/),
      run_id: runId,
      utc_time_created: expect.stringMatching(/^2026-01-01 00:00:\d\d\.000000$/),
    });
  });

  it("names the file that does not match its checksum, and leaves out one that has none", async () => {
    await using at = await open();
    const runId = await runWithModel(at.tracker);
    const version = await at.registry.register("rossmann", { runId, path: "model" });
    const [experiment] = (await names(at.root)).filter((name) => /^\d+$/.test(name));
    const models = join(at.root, experiment!, "models");
    const folder = join(models, (await names(models))[0]!, "artifacts");
    const refused = async () => {
      const error = await at.registry.files(version).then(() => undefined, (thrown) => thrown);
      expect(error).toBeInstanceOf(ModelUnavailableError);
      return error.message;
    };
    const whole = await Deno.readFile(join(folder, "model.txt"));
    await Deno.writeFile(join(folder, "model.txt"), whole.with(0, whole[0]! ^ 1));
    expect(await refused()).toContain("its file model.txt has the sha256");
    await Deno.remove(join(folder, "model.txt"));
    expect(await refused()).toContain("its file model.txt is missing");
    await Deno.writeFile(join(folder, "model.txt"), whole);
    await Deno.writeTextFile(join(folder, "extra.so"), "");
    expect(Object.keys(await at.registry.files(version)).sort()).toEqual(
      ["MLmodel", "card.json", "checksums.json", "model.txt"],
    );
    await Deno.writeTextFile(join(folder, "checksums.json"), "{");
    expect(await refused()).toContain("checksums.json is not a JSON object");
    await Deno.remove(join(folder, "checksums.json"));
    expect(await refused()).toContain("it has no checksums.json");
  });

  it("finds a version's files after the directory has moved", async () => {
    await using at = await open();
    const version = await at.registry.register("rossmann", { runId: await runWithModel(at.tracker), path: "model" });
    const moved = `${at.root} moved`;
    await Deno.rename(at.root, moved);
    const files = await mlflowFilesRegistry(moved, { now: tickingClock() }).files(version);
    expect(Object.keys(files)).toContain("model.txt");
  });

  it("names a damaged meta.yaml of a version", async () => {
    await using at = await open();
    await at.registry.register("rossmann", { runId: await runWithModel(at.tracker), path: "model" });
    const file = join(at.root, "models", "rossmann", "version-1", "meta.yaml");
    await Deno.writeTextFile(file, "run_id: [");
    await expect(at.registry.versions("rossmann")).rejects.toThrow(`Cannot read ${file}`);
    await expect(at.registry.versions("rossmann")).rejects.toThrow(ModelUnavailableError);
  });

  it("keeps fields of a newer MLflow when a version moves, and leaves out a version in a stage that it does not know", async () => {
    await using at = await open();
    const runId = await runWithModel(at.tracker);
    for (let k = 0; k < 2; k++) await at.registry.register("rossmann", { runId, path: "model" });
    const meta = (version: number) => join(at.root, "models", "rossmann", `version-${version}`, "meta.yaml");
    await Deno.writeTextFile(meta(1), `${await Deno.readTextFile(meta(1))}from_the_future:\n  - 1\n`);
    await at.registry.transition("rossmann", 1, "Production");
    expect(parse(await Deno.readTextFile(meta(1)))).toMatchObject({
      current_stage: "Production",
      from_the_future: [1],
    });
    const text = await Deno.readTextFile(meta(2));
    await Deno.writeTextFile(meta(2), text.replace("current_stage: None", "current_stage: Canary"));
    expect((await at.registry.versions("rossmann")).map(({ version }) => version)).toEqual([1]);
    await expect(at.registry.transition("rossmann", 2, "Production")).rejects.toThrow(
      'its stage is "Canary"',
    );
    expect(await Deno.readTextFile(meta(2))).toContain("Canary");
  });

  it("leaves out deleted versions, whose numbers stay taken", async () => {
    await using at = await open();
    const runId = await runWithModel(at.tracker);
    await at.registry.register("rossmann", { runId, path: "model" });
    const file = join(at.root, "models", "rossmann", "version-1", "meta.yaml");
    await Deno.writeTextFile(
      file,
      (await Deno.readTextFile(file)).replace("current_stage: None", "current_stage: Deleted_Internal"),
    );
    expect(await at.registry.versions("rossmann")).toEqual([]);
    expect(await at.registry.register("rossmann", { runId, path: "model" })).toMatchObject({ version: 2 });
  });
});
