import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { approve } from "@/pipeline/approve.ts";
import { rollback } from "@/pipeline/rollback.ts";
import { sqliteStore } from "@/serving/stores/sqlite_store.ts";
import { DATASET, type Governed, governed, intoProduction } from "../support/governed.ts";
import { liveServer } from "../support/live_server.ts";
import { interopMissing } from "../support/python.ts";
import { fuzz } from "../support/schemathesis.ts";
import { residentMb, serveProcess } from "../support/serve_process.ts";

const REQUESTS = 200_000, SWAPS = 20, CASES = 10_000, KILLS = 10;
const MB_PER_SWAP = 8;
const LINUX = Deno.build.os === "linux";

/** Requests that are in the air at the same time. */
const CONNECTIONS = 16;

const flagsOf = ({ work }: Governed) => ({ dataset: DATASET, workdir: join(work.path, "work") });

describe("a server under load", { skip: !LINUX }, () => {
  it(`loses none of ${REQUESTS} requests while the model is swapped ${SWAPS} times, and does not grow`, async () => {
    await using shop = await governed();
    await intoProduction(shop);
    await shop.train(8);
    await approve(shop.context, shop.order("anna", 2));
    await using server = await serveProcess(flagsOf(shop));
    const { series, origin } = await seriesOf(server.url);
    const chance = random(5), failed: string[] = [], versions = new Set<string>();
    let sent = 0, swaps = 0, early = 0;

    const work = async () => {
      while (sent < REQUESTS) {
        const [path, body] = anyRequest(sent++, chance.next(), series, origin);
        const answer = await fetch(server.url + path, body === undefined ? {} : post(body)).catch((error) => error);
        if (answer instanceof Response && answer.ok) {
          const text = await answer.text();
          const version = /"version":"(\d+)"/.exec(text)?.[1];
          if (version !== undefined) versions.add(version);
        } else failed.push(`${path}: ${answer instanceof Response ? await answer.text() : String(answer)}`);
        if (sent === REQUESTS / 4) early = residentMb(server.pid);
      }
    };
    const swap = async () => {
      // Spread over the run: each waits for its share of the requests, and until the server has taken it up.
      for (let k = 0; k < SWAPS; k++) {
        while (sent < (k + 0.5) / SWAPS * REQUESTS) await new Promise((resolve) => setTimeout(resolve, 50));
        const order = shop.order("ben");
        const wanted = k % 2 === 0 ? "2" : "1";
        if (wanted === "2") await deploy(shop.context, { ...order, version: 2 });
        else await rollback(shop.context, order);
        while (await versionOf(server.url) !== wanted) await new Promise((resolve) => setTimeout(resolve, 100));
        swaps++;
      }
    };
    await Promise.all([swap(), ...Array.from({ length: CONNECTIONS }, work)]);
    expect(failed.slice(0, 5)).toEqual([]);
    expect([sent >= REQUESTS, swaps, [...versions].sort()]).toEqual([true, SWAPS, ["1", "2"]]);
    // Three quarters of the requests came after the first look. Deno keeps some megabytes of every thread that it ends,
    // one for each swap: what requests leave behind must be nothing.
    expect(residentMb(server.pid)).toBeLessThan(early * 1.15 + SWAPS * MB_PER_SWAP);
    expect(await server.stop()).toBe(0);
  });

  it(`has every sale that it acknowledged, after ${KILLS} kills`, async () => {
    await using shop = await governed();
    await intoProduction(shop);
    const acknowledged = new Map<string, number>(), chance = random(9);
    let day = 0, refused = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await using server = await serveProcess(flagsOf(shop));
      const { series, origin } = await seriesOf(server.url);
      let killed = false;
      const tell = async () => {
        while (!killed) {
          const ds = addDays(origin, day++), y = Math.floor(chance.next() * 10_000);
          const rows = series.map((unique_id) => ({ unique_id, ds, y }));
          const [answer] = await Promise.all([
            fetch(`${server.url}/actuals`, post(rows)).catch(() => undefined),
            fetch(`${server.url}/predict`, post({ unique_id: series[0], ds: origin })).then((one) => one.text())
              .catch(() => undefined),
          ]);
          // Only what was read to its end counts as acknowledged.
          const told = await answer?.json().catch(() => undefined);
          if (told?.received === rows.length) {
            for (const { unique_id } of rows) acknowledged.set(`${unique_id} ${ds}`, y);
          } else refused++;
        }
      };
      const telling = Array.from({ length: 8 }, tell);
      await new Promise((resolve) => setTimeout(resolve, 200 + chance.next() * 600));
      await server.crash();
      killed = true;
      await Promise.all(telling);
    }
    await using store = sqliteStore(join(shop.work.path, "work", `data/serving/${DATASET}.sqlite`));
    const kept = new Map((await store.actuals({})).map(({ uniqueId, ds, y }) => [`${uniqueId} ${ds}`, y]));
    expect(acknowledged.size).toBeGreaterThan(KILLS * 10);
    // The kills came while requests were in work.
    expect(refused).toBeGreaterThanOrEqual(KILLS);
    for (const [key, y] of acknowledged) expect([key, kept.get(key)]).toEqual([key, y]);
  });

  it(`answers ${CASES} made-up requests as documented, none with a fault of its own`, {
    skip: interopMissing() !== false,
  }, async () => {
    await using server = await liveServer();
    const model = server.running.services.models.answerer();
    const dates = [-400, -1, 0, 1, 7, 20, model.horizon - 1, model.horizon].map((step) => model.dateOf(step));
    const reports = await fuzz({ url: server.url, series: model.series, dates, model: model.name }, 200);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { cases }) => sum + cases, 0)).toBeGreaterThan(CASES);
  });
});

function post(body: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

/** Mostly single rows; now and then a plan, a batch, sales, a look at health. */
function anyRequest(
  at: number,
  chance: number,
  series: readonly string[],
  origin: string,
): readonly [path: string, body?: unknown] {
  const unique_id = series[at % series.length]!, ds = addDays(origin, Math.floor(chance * 40));
  const promo = at % 3 === 0 ? 1 : 0;
  if (at % 100 === 7) return ["/forecast", { unique_id, plan: [{ ds, promo }] }];
  if (at % 100 === 31) return ["/predict_batch", series.map((one) => ({ unique_id: one, ds, promo }))];
  if (at % 100 === 57) return ["/actuals", [{ unique_id, ds, y: at % 5000 }]];
  if (at % 100 === 73) return ["/health/ready"];
  if (at % 1000 === 99) return ["/metrics"];
  return ["/predict", { unique_id, ds, promo }];
}

async function seriesOf(url: string): Promise<{ readonly series: readonly string[]; readonly origin: string }> {
  const { origin } = await (await fetch(`${url}/model_info`)).json();
  const unknown = await (await fetch(`${url}/predict`, post({ unique_id: "none", ds: origin }))).json();
  return { series: unknown.nearest, origin };
}

async function versionOf(url: string): Promise<string> {
  return (await (await fetch(`${url}/health/ready`)).json()).model.version;
}

function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}
