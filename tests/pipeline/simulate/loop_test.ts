import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { AUDIT_LOG } from "@/pipeline/audit_log.ts";
import type { Context } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { take } from "@/pipeline/ingest.ts";
import { readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import type { Retrained } from "@/pipeline/retrain/retrain.ts";
import { openLiveFolder } from "@/pipeline/simulate/live_folder.ts";
import { stream } from "@/pipeline/simulate/stream.ts";
import { addSteps } from "@/pipeline/time.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { serve } from "@/serving/serve.ts";
import { startTask } from "../../support/command_line.ts";
import { DATASET, governed, intoProduction } from "../../support/governed.ts";
import { startSlack } from "../../support/slack_endpoint.ts";

/** What the first model knows; two months follow, and three weeks into them sales rise by half. */
const AS_OF = "2014-07-01", STEPS = 620, HORIZON = 14;

describe("the loop, unattended", () => {
  it("drift, flag, retraining, gate, approval, deployment, hot swap: and nobody who asks is turned away", async () => {
    const overrides = { steps: STEPS, horizon: HORIZON, asOf: AS_OF };
    await using shop = await governed({ rounds: 4, overrides });
    await intoProduction(shop);
    const { asOf: _asOf, ...rest } = shop.context.params;
    const context: Context = { ...shop.context, params: rest };
    const running = serve(context, { source: deployedSource(context), port: 0, watchMs: 100 });
    await running.loaded;
    const { models, forecasts, now } = { ...running.services };
    await using slack = startSlack();

    // Somebody asks all the time, from before the drift until after the swap.
    let asking = true;
    const answers: { status: number; version: string }[] = [];
    const asker = (async () => {
      while (asking) {
        const { origin, series } = models.answerer();
        const answer = await fetch(`${running.url}/predict`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ unique_id: series[0], ds: addSteps(origin, 3, "1d") }),
        });
        const { model } = await answer.json();
        answers.push({ status: answer.status, version: model?.version });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();

    try {
      await batchForecast(models.answerer(), forecasts, { now });
      const taken = await take(context), jump = addSteps(AS_OF, 21, "1d");
      const live = await openLiveFolder(context, taken, { kind: "level", size: 0.5, from: jump });
      const due: string[] = [];
      for await (const { date, due: isDue } of stream(context, live, { from: AS_OF, to: addSteps(AS_OF, 50, "1d") })) {
        if (isDue) due.push(date);
      }
      // Four stores are few: a quiet day may look odd, but not one in ten.
      expect(due.filter((date) => date <= jump).length).toBeLessThan(3);
      const noticed = due.filter((date) => date > jump);
      expect(noticed[0]! <= addSteps(jump, 14, "1d")).toBe(true);
      expect(noticed.at(-1)).toBe(addSteps(AS_OF, 49, "1d"));
      expect((await readRetrainFlag(context.store, DATASET))?.reasons.length).toBeGreaterThan(0);
      expect((await readCurrent(context.store, DATASET))?.version).toBe(1);
      const gauge = async () => await (await fetch(`${running.url}/metrics`)).text();
      expect(await gauge()).toMatch(/^retrain_due 1$/m);

      // The rest is one line of cron.
      const params = join(shop.work.path, "params.yaml");
      const fast = await Deno.readTextFile(new URL("../../support/fast_params.yaml", import.meta.url));
      await Deno.writeTextFile(
        params,
        fast.replace("\ndatasets:", "\ngate: { alpha: 0.5 }\ndatasets:").replace("rounds: 25", "rounds: 8"),
      );
      const flags = {
        workdir: context.store.location,
        source: live.folder,
        models: "seasonal_naive,lightgbm",
        horizon: String(HORIZON),
        "approve-as": "anna",
        "deploy-as": "ben",
        keys: join(shop.work.path, "keys"),
        json: true as const,
      };
      const child = startTask("retrain", flags, { params, env: { SHELFCAST_SLACK_WEBHOOK: slack.url } });
      const { code, stdout, stderr } = await child.output();
      const said = new TextDecoder().decode(stdout);
      if (code !== 0) throw new Error(said + new TextDecoder().decode(stderr));
      const done = JSON.parse(said) as Retrained;
      expect(done).toMatchObject({ outcome: "deployed", trigger: "flag", champion: 1, current: 2, flagCleared: true });
      expect(done.reasons.join(" ")).toContain("of version 1");

      // The server notices by itself.
      for (let waited = 0; models.answerer().version !== "2"; waited++) {
        if (waited > 600) throw new Error(`The server still answers with ${models.answerer().version}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      for (const seen = answers.length; answers.length < seen + 5;) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(await gauge()).toMatch(/^retrain_due 0$/m);
      expect(await gauge()).toMatch(/^retrain_runs\{outcome="deployed"\} 1$/m);
    } finally {
      asking = false;
      await asker;
      await running.stop();
    }
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect([...new Set(answers.map(({ version }) => version))]).toEqual(["1", "2"]);
    expect(slack.messages.map(({ text }) => text)).toEqual([
      ":white_check_mark: A new model of rossmann is in production: version 2",
    ]);
    const audit = (await Deno.readTextFile(shop.path(AUDIT_LOG))).trim().split("\n").map((line) => JSON.parse(line));
    expect(audit.slice(-2).map(({ user, action, version, outcome }) => [user, action, version, outcome])).toEqual([
      ["anna", "approve", 2, "done"],
      ["ben", "deploy", 2, "done"],
    ]);
  });
});
