import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Finding } from "@/core/check.ts";
import { runTask, snapshot, taskDocument } from "../support/command_line.ts";
import { DATASET, type Governed, governed, intoProduction } from "../support/governed.ts";

describe("the tasks that workflows are made of", () => {
  let shop: Governed, workdir: string;
  before(async () => {
    shop = await governed();
    await intoProduction(shop);
    workdir = shop.context.store.location;
  });
  after(() => shop[Symbol.asyncDispose]());

  it("verify tells what is deployed, and refuses another version", async () => {
    const told = await taskDocument<Record<string, unknown>>("verify", { workdir, version: "1" });
    expect(told).toMatchObject({ dataset: DATASET, version: 1, approvers: ["anna"], mode: "signed" });
    const other = await runTask("verify", { workdir, version: "2" });
    expect([other.code, other.stderr]).toEqual([
      3,
      expect.stringContaining("Refused version 2 of rossmann: the deployed one is 1"),
    ]);
  });

  it("regression compares with a committed file, writes it, and refuses what is worse", async () => {
    const against = join(shop.work.path, "metrics.json");
    const first = await taskDocument<{ findings: Finding[] }>("regression", { workdir, against, write: true });
    expect(first.findings).toEqual([]);
    const kept = JSON.parse(await Deno.readTextFile(against));
    expect(kept).toMatchObject({ version: 1, metric: "rmspe", baseline: "seasonal_naive" });
    const same = await taskDocument<{ findings: Finding[] }>("regression", { workdir, against });
    expect(same.findings.map(({ passed }) => passed)).toEqual([true, true]);
    // The version before was better than it ever was.
    for (const scores of [kept.scores, ...kept.backtest.map(({ scores }: { scores: unknown }) => scores)]) {
      scores[kept.champion].rmspe /= 1.2;
    }
    await Deno.writeTextFile(against, JSON.stringify(kept));
    const worse = await runTask("regression", { workdir, against, write: true });
    expect([worse.code, worse.stderr]).toEqual([1, expect.stringContaining("it is worse than the one before")]);
    expect(JSON.parse(await Deno.readTextFile(against))).toEqual(kept);
  });

  it("smoke asks the deployed bundle everything once, and finds a version that is not the wanted one", async () => {
    const { failed, findings } = await taskDocument<{ failed: number; findings: Finding[] }>("smoke", {
      workdir,
      version: "1",
    });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect([failed, findings.length]).toEqual([0, 9]);
    const other = await runTask("smoke", { workdir, version: "2", json: true });
    expect(other.code).toBe(1);
    expect(
      JSON.parse(other.stdout).findings.filter(({ passed }: Finding) => !passed).map(({ check }: Finding) => check),
    )
      .toEqual(["model"]);
  });

  it("smoke fails every check of a server that is away", async () => {
    const away = await runTask("smoke", { workdir, url: "http://127.0.0.1:9", json: true });
    expect([away.code, JSON.parse(away.stdout).failed]).toEqual([1, 9]);
  });

  it("space gathers what serves by itself, and neither keys nor runs", async () => {
    const out = join(shop.work.path, "space");
    await taskDocument("space", { workdir, out, image: "registry.example/shelfcast-api:1" });
    const files = Object.keys(await snapshot(out));
    expect(files).toEqual(
      expect.arrayContaining(["Dockerfile", "README.md", "shop/VERSION", "shop/models/rossmann/current"]),
    );
    expect(files.filter((name) => /\.pem$|mlruns|audit\.jsonl/.test(name))).toEqual([]);
    expect(await Deno.readTextFile(join(out, "Dockerfile"))).toContain("ARG IMAGE=registry.example/shelfcast-api:1\n");
    const { failed } = await taskDocument<{ failed: number }>("smoke", { workdir: join(out, "shop"), version: "1" });
    expect(failed).toBe(0);
  });
});
