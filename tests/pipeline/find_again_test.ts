import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ModelUnavailableError } from "@/core/errors.ts";
import { approve } from "@/pipeline/approve.ts";
import { compareRuns, findRun, listRuns } from "@/pipeline/compare_runs.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { judge } from "@/pipeline/gate.ts";
import { describeVersion, listVersions } from "@/pipeline/list_models.ts";
import { type Governed, governed, NAME } from "../support/governed.ts";
import { taskDocument } from "../support/command_line.ts";

describe("what was recorded and registered", () => {
  let shop: Governed;
  const aliases = () => shop.context.registry.aliases(NAME);

  before(async () => {
    shop = await governed();
    await shop.train(8);
  });
  after(() => shop[Symbol.asyncDispose]());

  it("is listed run by run, without the runs of single windows", async () => {
    const runs = await listRuns(shop.context);
    expect(runs.map(({ status }) => status)).toEqual(["finished", "finished"]);
    expect((await shop.context.tracker.runs(NAME)).length).toBe(2 * (1 + 3));
  });

  it("is found by the beginning of a run's id, if no other begins so", async () => {
    const [run, other] = await listRuns(shop.context);
    let same = 0;
    while (run!.id[same] === other!.id[same]) same++;
    expect((await findRun(shop.context, run!.id.slice(0, same + 1))).id).toBe(run!.id);
    await expect(findRun(shop.context, run!.id.slice(0, same))).rejects.toThrow("Cannot tell which run");
    await expect(findRun(shop.context, "x")).rejects.toThrow(ModelUnavailableError);
  });

  it("is laid side by side: what was chosen, how good it was", async () => {
    const [first, second] = await listRuns(shop.context);
    const { params, metrics } = compareRuns(first!, second!);
    expect(params).toEqual([{ name: "lightgbm.rounds", first: "3", second: "8" }]);
    const rmspe = metrics.find(({ name }) => name === "backtest.lightgbm.rmspe")!;
    const mean = (values: readonly { value: number }[]) =>
      values.reduce((sum, { value }) => sum + value, 0) / values.length;
    expect(rmspe.first).toBeCloseTo(mean(first!.metrics["backtest.lightgbm.rmspe"]!), 12);
    expect(rmspe.second).toBeCloseTo(mean(second!.metrics["backtest.lightgbm.rmspe"]!), 12);
    expect(metrics.every(({ name }) => /^(holdout|backtest)\./.test(name))).toBe(true);
  });

  it("carries the alias challenger while the gate accepts it, and champion once it is deployed", async () => {
    expect(await aliases()).toEqual({});
    await approve(shop.context, shop.order("anna", 1));
    expect(await aliases()).toEqual({ challenger: 1 });
    await deploy(shop.context, shop.order("ben", 1));
    expect(await aliases()).toEqual({ champion: 1 });
    await judge(shop.context, 2);
    expect(await aliases()).toEqual({ champion: 1, challenger: 2 });
    const strict = { ...shop.context.params, gate: { ...shop.context.params.gate, alpha: 1e-12 } };
    expect((await judge({ ...shop.context, params: strict }, 2)).decision.accepted).toBe(false);
    expect(await aliases()).toEqual({ champion: 1 });
  });

  it("is listed version by version, with what the gate said, who approved, and what is really served", async () => {
    await shop.context.registry.transition(NAME, 2, "Production");
    const [one, two] = await listVersions(shop.context);
    expect(one).toMatchObject({
      version: 1,
      stage: "Production",
      aliases: ["champion"],
      deployed: true,
      gate: "accepted",
      approvers: ["anna"],
    });
    // Somebody wrote a stage by hand: nothing follows from that.
    expect(two).toMatchObject({ version: 2, stage: "Production", deployed: false, gate: "refused", approvers: [] });
  });

  it("tells of one version which run, data and code made it", async () => {
    const { version: two, ...described } = await describeVersion(shop.context, 2);
    const run = (await listRuns(shop.context)).find(({ id }) => id === described.runId)!;
    expect([two, described.card.data.fingerprint]).toEqual([2, run.tags["shelfcast.fingerprint"]]);
    expect(described.card.code["mlflow.source.git.commit"]).toBe(run.tags["mlflow.source.git.commit"]);
    expect(described.files).toEqual(expect.arrayContaining(["MLmodel", "card.json", "checksums.json", "model.txt"]));
    await expect(describeVersion(shop.context, 9)).rejects.toThrow("Cannot find version 9");
  });

  it("is told by the tasks models and runs", async () => {
    const workdir = shop.context.store.location;
    const { versions } = await taskDocument<{ versions: { version: number }[] }>("models", { workdir });
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(await taskDocument("models", { workdir, version: "1" })).toMatchObject({ version: 1, gate: "accepted" });
    const { runs } = await taskDocument<{ runs: { id: string; champion: string }[] }>("runs", { workdir });
    expect(runs.map(({ champion }) => champion)).toEqual(["lightgbm", "lightgbm"]);
    const compare = runs.map(({ id }) => id).join(",");
    expect(await taskDocument("runs", { workdir, compare })).toMatchObject({
      first: runs[0]!.id,
      params: [{ name: "lightgbm.rounds" }],
    });
  });
});
