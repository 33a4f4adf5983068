import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { MetricName } from "@/core/metric.ts";
import type { ModelVersion } from "@/core/registry.ts";
import type { Files } from "@/core/regressor.ts";
import { approve } from "@/pipeline/approve.ts";
import { newApprover } from "@/pipeline/approver_new.ts";
import { championOnWindows } from "@/pipeline/champion_on_windows.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { judge } from "@/pipeline/gate.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { addSteps } from "@/pipeline/time.ts";
import { openVersion } from "@/pipeline/versions.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

const CHOICES = { series: 4, steps: 420, windows: 2, models: ["seasonal_naive", "lightgbm"] };

/** A folder with a version that is in production, made from data that ended `steps` before today's. */
async function inProduction(work: Workdir, steps: number): Promise<{ asOf: string }> {
  const today = await work.context(CHOICES);
  const { asOf, horizon } = await pipeline(today);
  expect(horizon).toBe(42);
  await pipeline(await work.context({ ...CHOICES, asOf: addSteps(asOf, -steps, "1d") }));
  const order = { user: "anna", key: `${work.path}/keys/anna.pem` };
  await newApprover(today, "anna", "approver", { file: order.key });
  await approve(today, { ...order, version: 2 });
  await deploy(today, { ...order, version: 2 });
  return { asOf };
}

describe("championOnWindows()", () => {
  it("lets the champion forecast a holdout that began after all it had seen", async () => {
    await using work = await workdir();
    const { asOf } = await inProduction(work, 42);
    const context = await work.context(CHOICES);
    const { registered, holdout } = await pipeline(context);
    const { decision } = await judge(context, registered!.version);
    expect(holdout.from).toBe(addSteps(asOf, -42, "1d"));
    const [better] = decision.findings;
    expect(better).toMatchObject({ check: "better than the champion" });
    expect(better!.observed).toMatch(/^rmspe 0\.\d+ on 1 window, 42 dates$/);
    expect(decision).toMatchObject({ against: "version 2 (lightgbm)", champion: 2 });

    // The champion was fitted on what the challenger's own evaluation fit of the same algorithm had: their errors are near.
    const challenger = (await openVersion(context, registered!.version)).card;
    const own = challenger.evaluation.scores["lightgbm"]![challenger.evaluation.metric as MetricName]!;
    const theirs = Number(/less than (0\.\d+)/.exec(better!.wanted)![1]);
    expect(Math.abs(theirs / own - 1)).toBeLessThan(0.25);
  });

  it("compares by the windows of both where the champion has seen a part of the holdout", async () => {
    await using work = await workdir();
    await inProduction(work, 0);
    const context = await work.context(CHOICES);
    const { registered } = await pipeline(context);
    const { findings } = (await judge(context, registered!.version)).decision;
    // The same data, models and seed: the same forecasts, and so no reason to prefer it.
    expect(findings[0]).toMatchObject({ check: "better than the champion", passed: false, severity: "critical" });
    expect(findings[0]!.observed).toContain("3 windows, 126 dates");
  });

  it("fits the recipe in production at the challenger's origins while no whole horizon of new days has come", async () => {
    await using work = await workdir();
    await inProduction(work, 7);
    const other = { ...CHOICES, models: ["seasonal_naive", "random_forest"] };
    const context = await work.context(other);
    const { registered, scores } = await pipeline(context);
    const { decision } = await judge(context, registered!.version);
    const [better] = decision.findings, dates = /on 3 windows, 126 dates$/;
    expect(better).toMatchObject({ check: "better than the champion", severity: "critical" });
    expect(better!.observed).toMatch(dates);
    expect(decision.against).toBe("version 2 (lightgbm)");

    // The same model in the challenger's own contest: what was fitted anew is what that contest would have fitted.
    const both = await work.context({ ...CHOICES, models: ["seasonal_naive", "random_forest", "lightgbm"] });
    const again = await pipeline(both);
    expect(again.scores["random_forest"]).toEqual(scores["random_forest"]);
    const cards = await Promise.all([1, 2].map((back) => openVersion(both, registered!.version + 2 - back)));
    const [contest, champion] = [cards[0]!.card, (await openVersion(both, 2)).card];
    const recast = await championOnWindows(both, { ...contest, champion: "random_forest" }, champion);
    const own = contest.evaluation.losses.map(({ loss }) => loss["lightgbm"]);
    expect(typeof recast === "string" ? recast : recast.windows.map(({ loss }) => loss["recast"])).toEqual(own);
  });

  it("says why the two cannot be compared, and asks of the challenger what it asks of a first model", async () => {
    await using work = await workdir();
    await inProduction(work, 7);
    const context = await work.context(CHOICES);
    const { registered } = await pipeline(context);
    const { findings, accepted } = (await judge(context, registered!.version)).decision;
    expect(findings[0]).toMatchObject({ check: "better than the champion", passed: false, severity: "warning" });
    expect(findings[0]!.observed).toMatch(
      /has seen the data up to .*holdout begins on .*both are lightgbm with the same/,
    );
    expect(findings.map(({ check }) => check)).toContain("better than naive");
    expect(accepted).toBe(true);

    const [challenger, champion] = [(await openVersion(context)).card, (await openVersion(context, 2)).card];
    const shorter = { ...champion, asOf: challenger.evaluation.holdout.origin, horizon: 7 };
    expect(await championOnWindows(context, challenger, shorter)).toContain("forecasts 7 steps, the challenger 42");
    const elsewhere = { ...challenger, data: { ...challenger.data, fingerprint: "ab" } };
    expect(await championOnWindows(context, elsewhere, { ...champion, asOf: "2000-01-01" })).toContain(
      "not the challenger's",
    );
  });
});

describe("judge()", () => {
  it("says what to do with a version whose card is from before losses were kept", async () => {
    await using work = await workdir();
    const context = await work.context(CHOICES);
    await pipeline(context);
    const registry = new Proxy(context.registry, {
      get: (own, name) => name === "files" ? withoutLosses : Reflect.get(own, name).bind(own),
    });
    async function withoutLosses(version: ModelVersion): Promise<Files> {
      const files = await context.registry.files(version);
      const card = JSON.parse(new TextDecoder().decode(files["card.json"]));
      delete card.evaluation.losses;
      return { ...files, "card.json": new TextEncoder().encode(JSON.stringify(card)) };
    }
    await expect(judge({ ...context, registry })).rejects.toThrow("has no losses by date: train it again");
  });
});
