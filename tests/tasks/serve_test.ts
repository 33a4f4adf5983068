/** `deno task serve` as people run it: started, asked, killed, started again, stopped. */
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { runTask, taskDocument } from "../support/command_line.ts";
import { DATASET, governed, intoProduction } from "../support/governed.ts";
import { serveProcess } from "../support/serve_process.ts";
import { workdir } from "../support/workdir.ts";

const json = (body: unknown) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

describe("deno task serve", { skip: Deno.build.os === "windows" }, () => {
  it("answers, keeps every sale that it acknowledged through kill -9, and stops without cutting anybody off", async () => {
    await using shop = await governed();
    await intoProduction(shop);
    const flags = { dataset: DATASET, workdir: join(shop.work.path, "work") };
    const acknowledged = new Map<string, number>();
    let origin = "";
    for (let kill = 0; kill < 2; kill++) {
      await using server = await serveProcess(flags);
      const info = await (await fetch(`${server.url}/model_info`)).json();
      expect([info.version, info.approvals.length, info.levels]).toEqual(["1", 1, [50, 80, 95]]);
      origin = info.origin;
      let day = 100 * kill, killed = false;
      const tell = async () => {
        while (!killed) {
          const y = day++, ds = Temporal.PlainDate.from(origin).add({ days: y }).toString();
          const answer = await fetch(`${server.url}/actuals`, json([{ unique_id: "1", ds, y }])).catch(() => {});
          if ((await answer?.json().catch(() => undefined))?.received === 1) acknowledged.set(ds, y);
        }
      };
      const telling = [tell(), tell(), tell(), tell()];
      while (acknowledged.size < 20 * (kill + 1)) await new Promise((done) => setTimeout(done, 5));
      await server.crash();
      killed = true;
      await Promise.all(telling);
    }

    await using server = await serveProcess(flags);
    for (const [ds, y] of acknowledged) {
      // Telling it again changes nothing, since it is there.
      const answer = await fetch(`${server.url}/actuals`, json([{ unique_id: "1", ds, y }]));
      expect([ds, (await answer.json()).changed]).toEqual([ds, 0]);
    }
    const slow = fetch(
      `${server.url}/predict_batch`,
      json(
        Array.from({ length: 42 }, (_, k) => ({
          unique_id: "1",
          ds: Temporal.PlainDate.from(origin).add({ days: k }).toString(),
          promo: k % 2,
        })),
      ),
    );
    // Once it has come in.
    await new Promise((done) => setTimeout(done, 20));
    const [answer, code] = await Promise.all([slow.then((one) => one.json()), server.stop()]);
    expect([answer.rows, answer.failed, code]).toEqual([42, 0, 0]);

    const used = await taskDocument<{ predictions: number }>("predictions_analyze", flags);
    expect(JSON.stringify(used)).toContain("/predict_batch");
    const skew = await runTask("skew", flags);
    expect([skew.code, skew.stdout]).toEqual([0, expect.stringContaining("42")]);
  });

  it("says what to do while nothing is deployed, and refuses flags that are none", async () => {
    await using work = await workdir();
    const flags = { dataset: DATASET, workdir: join(work.path, "work"), port: "0" };
    const refused = await runTask("serve", { ...flags, model: "s3://models" });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("Cannot serve --model s3://models")]);
    const odd = await runTask("serve", { ...flags, workers: "many" });
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining("--workers many")]);
    const prepared = await runTask("serve", { ...flags, prepare: true });
    expect([prepared.code, prepared.stderr]).toEqual([2, expect.stringContaining("deno task deploy")]);
  });
});
