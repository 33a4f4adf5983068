import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ModelUnavailableError } from "@/core/errors.ts";
import { approve } from "@/pipeline/approve.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { readDeployed } from "@/pipeline/deployed.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { reproduce } from "@/pipeline/reproduce.ts";
import { restore } from "@/pipeline/restore.ts";
import { openTracking, spoolFolder } from "@/pipeline/tracking.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { deliverRegistrations, deliverSpool, mlflowServer, mlflowServerRegistry } from "@/stores/mod.ts";
import { DATASET, type Governed, governed, NAME } from "../support/governed.ts";
import { type RealServer, startMlflow } from "../support/mlflow_server.ts";
import { interopMissing, python } from "../support/python.ts";
import { FAST_PARAMS } from "../support/workdir.ts";

const LOAD = new URL("load_models.py", import.meta.url);

/** A context whose runs and models are on a server, whatever the environment names. */
function onServer(context: Context, url: string): Context {
  const now = () => context.now().epochMilliseconds;
  const env = (name: string) => name === "MLFLOW_TRACKING_URI" ? url : undefined;
  return { ...context, ...openTracking({ mlruns: context.store.path("mlruns"), env, now }) };
}

describe("the whole way on a real MLflow server", { skip: interopMissing() }, () => {
  let server: RealServer, shop: Governed, context: Context;

  before(async () => {
    server = await startMlflow();
    shop = await governed();
    context = onServer(shop.context, server.url);
  });
  after(async () => {
    await shop[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("records, registers, approves, deploys; Python loads the champion by its alias' version", async () => {
    const { run, champion } = await pipeline(context);
    await approve(context, shop.order("anna"));
    await deploy(context, shop.order("ben"));
    const deployed = await readDeployed(context, DATASET);
    const own = await context.registry.byAlias(NAME, "champion");
    expect(own).toMatchObject({ version: deployed.version, stage: "Production", runId: run.id });
    const features = deployed.card.features.map(({ name }) => name);
    const [loaded] = await python<{ run: string; pyfunc: number[] }[]>(LOAD, [server.url], {
      env: { MLFLOW_DISABLE_TELEMETRY: "true" },
      input: [{
        name: NAME,
        version: own!.version,
        rows: [Object.fromEntries(["base", ...features].map((name) => [name, 1]))],
      }],
    });
    expect([champion, loaded!.run]).toEqual(["lightgbm", run.id]);
    expect(loaded!.pyfunc.every(Number.isFinite)).toBe(true);
    const windows = (await context.tracker.runs(NAME)).filter(({ tags }) => tags["mlflow.parentRunId"] === run.id);
    expect(windows.map(({ status }) => status)).toEqual(windows.map(() => "finished"));
    expect(windows.length).toBe(deployed.card.evaluation.backtest.length + 1);
  });

  it("serves the server's champion by stage and by alias: the files that were deployed, with their approval", async () => {
    const deployed = await modelSource(context).read();
    for (const address of [`models:/${NAME}/Production`, `models:/${NAME}@champion`]) {
      const source = modelSource(context, address), { version, files, approvals } = await source.read();
      expect([address, version, approvals]).toEqual([address, "1", deployed.approvals]);
      expect(files).toEqual(deployed.files);
      expect(await source.peek()).toBe(await source.peek());
    }
    await expect(modelSource(context, `models:/${NAME}@untested`).read()).rejects.toThrow(ModelUnavailableError);
  });

  it("makes a run of the server again without adding a run or a version to it", async () => {
    const before = [await context.tracker.runs(NAME), await context.registry.versions(NAME)];
    const { id } = before[0]!.find((run) => "status" in run && run.tags["mlflow.parentRunId"] === undefined) as {
      id: string;
    };
    expect((await reproduce(context, id)).run).toBe(id);
    expect([await context.tracker.runs(NAME), await context.registry.versions(NAME)]).toEqual(before);
  });

  it("brings a version back from the server into an empty checkout", async () => {
    const workdir = join(shop.work.path, "empty");
    const empty = onServer(await openContext({ workdir, paramsFile: FAST_PARAMS }), server.url);
    const restored = await restore(empty, 1);
    expect(restored).toMatchObject({ name: NAME, version: 1, champion: "lightgbm" });
    expect(restored.files).toEqual(expect.arrayContaining(["card.json", "card.html", "params.yaml", "model.txt"]));
  });

  it("goes on when the server is away, and delivers run and version when it is back, once", async () => {
    await server.empty();
    const workdir = join(shop.work.path, "away");
    const away = onServer({ ...shop.context, store: (await openContext({ workdir })).store }, "http://127.0.0.1:9");
    const document = await pipeline(away);
    expect(document.registered).toBeNull();
    expect(document.notes.join(" ")).toContain("deno task tracking:sync");
    expect(await context.registry.versions(NAME)).toEqual([]);

    const folder = spoolFolder(away.store.path("mlruns")), registry = mlflowServerRegistry(server.client);
    expect((await deliverRegistrations(folder, registry)).waiting).toEqual([document.run.id]);
    const { delivered } = await deliverSpool(folder, server.client);
    expect(delivered.flatMap(({ refused }) => refused)).toEqual([]);
    const { registered, waiting } = await deliverRegistrations(folder, registry);
    expect(waiting).toEqual([]);
    expect(await deliverRegistrations(folder, registry)).toEqual({ registered: [], waiting: [] });
    const { serverId } = delivered.find(({ id }) => id === document.run.id)!;
    expect(registered).toMatchObject([{ name: NAME, version: 1, stage: "Staging", runId: serverId }]);
    expect(Object.keys(await registry.files(registered[0]!))).toContain("card.json");
    const tracker = mlflowServer(server.client, { now: Date.now });
    const runs = await tracker.runs(NAME);
    expect(runs.length).toBe(delivered.length);
    for (const { status } of runs) expect(status).toBe("finished");
  });
});
