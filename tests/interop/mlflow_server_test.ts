import { join } from "node:path";
import { expect } from "@std/expect";
import { after, before, describe, it } from "@std/testing/bdd";
import { deliverSpool, mlflowClient, mlflowServer, mlflowServerRegistry, spooledTracker } from "@/stores/mlflow/mod.ts";
import { type Entry, Spool } from "@/stores/mlflow/server/spool.ts";
import { registryContract } from "../contracts/registry_contract.ts";
import { tickingClock, trackerContract } from "../contracts/tracker_contract.ts";
import { type RealServer, startMlflow } from "../support/mlflow_server.ts";
import { interopMissing } from "../support/python.ts";

describe("on a real MLflow server", { skip: interopMissing() }, () => {
  let server: RealServer;
  before(async () => {
    server = await startMlflow();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function open() {
    await server.empty();
    return {
      tracker: mlflowServer(server.client, { now: tickingClock() }),
      registry: mlflowServerRegistry(server.client),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  trackerContract("mlflowServer()", open);
  registryContract("mlflowServerRegistry()", open);

  /** A tracker whose server answers only while `up()`, and an empty spool. */
  async function lossy() {
    await server.empty();
    const folder = await Deno.makeTempDir(), now = tickingClock(), told: string[] = [];
    const state = { up: true, answers: Infinity };
    const fetch: typeof globalThis.fetch = (...request) => {
      if (!state.up || state.answers-- <= 0) return Promise.reject(new TypeError("connection refused"));
      return globalThis.fetch(...request);
    };
    const client = mlflowClient(server.url, { fetch, attempts: 2, sleep: () => Promise.resolve() });
    const onAway = (_error: Error, run: string) => void told.push(run);
    const tracker = spooledTracker(mlflowServer(client, { now }), { folder, now, onAway });
    return {
      folder,
      state,
      told,
      client,
      tracker,
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  }

  trackerContract("spooledTracker()", lossy);

  describe("spooledTracker()", () => {
    it("goes on in its folder when the server goes away, and delivers everything once", async () => {
      await using at = await lossy();
      const run = await at.tracker.start("rossmann", "lightgbm");
      await run.params({ seed: 1 });
      await run.metrics({ rmspe: 0.5 }, 1);
      at.state.up = false;
      await Promise.all([run.metrics({ rmspe: 0.25 }, 2), run.metrics({ rmspe: 0.125 }, 3)]);
      await run.tags({ note: "written offline" });
      await run.history({ loss: [3, 2, 1] });
      await run.input({ name: "train", digest: "ab", source: "data/raw", rows: 10, context: "training" });
      await run.artifact("model/model.txt", "tree");
      await expect(run.params({ seed: 2 })).rejects.toThrow("params never change");
      await run[Symbol.asyncDispose]();
      await expect(run.tags({ late: "x" })).rejects.toThrow("has ended");
      expect(at.told).toEqual([run.id]);
      await expect(at.tracker.read(run.id)).rejects.toThrow("Cannot reach the MLflow server");
      await expect(deliverSpool(at.folder, at.client)).rejects.toThrow("Cannot reach the MLflow server");

      at.state.up = true;
      at.state.answers = 5;
      await expect(deliverSpool(at.folder, at.client)).rejects.toThrow("Cannot reach the MLflow server");
      at.state.answers = Infinity;
      const { delivered, busy } = await deliverSpool(at.folder, at.client);
      expect(delivered).toMatchObject([{ id: run.id, serverId: run.id, refused: [] }]);
      expect(busy).toEqual([]);
      expect(await deliverSpool(at.folder, at.client)).toEqual({ delivered: [], busy: [] });
      const record = await at.tracker.read(run.id);
      expect(record).toMatchObject({
        status: "finished",
        params: { seed: "1" },
        tags: { note: "written offline" },
        artifacts: ["model/model.txt"],
        inputs: [{ name: "train", rows: 10 }],
      });
      const steps = (name: string) => record.metrics[name]!.map(({ step, value }) => [step, value]);
      expect(steps("rmspe")).toEqual([[1, 0.5], [2, 0.25], [3, 0.125]]);
      expect(steps("loss")).toEqual([[1, 3], [2, 2], [3, 1]]);
    });

    it("starts and resumes runs without the server, under ids that stay good", async () => {
      await using at = await lossy();
      at.state.up = false;
      const run = await at.tracker.start("rossmann", "offline");
      await run.params({ seed: 1 });
      const child = await at.tracker.start("rossmann", "child", { parent: run.id });
      await child.fail(new RangeError("no rows"));
      await run[Symbol.asyncDispose]();
      at.state.up = true;
      // What waits comes first, so this waits too.
      const again = await at.tracker.resume(run.id);
      expect(again).toMatchObject({ id: run.id, experiment: "rossmann" });
      await expect(again.params({ seed: 2 })).rejects.toThrow("params never change");
      await again.metrics({ rmspe: 0.5 });
      expect(await deliverSpool(at.folder, at.client)).toEqual({ delivered: [], busy: [run.id, child.id] });
      await again[Symbol.asyncDispose]();

      await deliverSpool(at.folder, at.client);
      const [first, second] = await at.tracker.runs("rossmann");
      expect(first).toMatchObject({ name: "offline", status: "finished", params: { seed: "1" } });
      expect(first!.tags["shelfcast.spooled_as"]).toBe(run.id);
      expect(first!.metrics["rmspe"]).toMatchObject([{ value: 0.5 }]);
      expect(first!.started).toBeLessThan(second!.started);
      expect(second!.status).toBe("failed");
      expect(second!.tags["mlflow.parentRunId"]).toBe(first!.id);
      const later = await at.tracker.resume(run.id);
      expect(later.id).toBe(first!.id);
      await later[Symbol.asyncDispose]();
      expect((await at.tracker.read(run.id)).id).toBe(first!.id);
    });

    it("delivers the run of a killed process as failed, without its unfinished last line", async () => {
      await using at = await lossy();
      const id = "a".repeat(32), spool = new Spool(at.folder);
      await spool.setState(id, {});
      const record = async (...entries: Entry[]) => {
        using journal = await spool.open(id);
        await journal.append(...entries);
      };
      await record({ is: "start", experiment: "rossmann", name: "killed", at: 1_767_225_600_000 });
      await Deno.writeTextFile(join(at.folder, id, "journal.jsonl"), '{"is":"tags","val', { append: true });
      await record({ is: "tags", values: { resumed: "yes" } });
      await deliverSpool(at.folder, at.client);
      expect(await at.tracker.runs("rossmann")).toMatchObject([{
        name: "killed",
        status: "failed",
        started: 1_767_225_600_000,
        tags: { resumed: "yes", "shelfcast.error": "The process ended before the run did" },
      }]);
    });
  });
});
