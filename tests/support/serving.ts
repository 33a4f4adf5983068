/**
 * A server without a port, for tests of routes and pages: a model that needs no training, a store in memory.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Dataset } from "@/core/dataset.ts";
import { UnknownSeriesError } from "@/core/errors.ts";
import type { ApprovedUsers } from "@/governance/mod.ts";
import { nearestNames } from "@/core/names.ts";
import { datasets } from "@/datasets/mod.ts";
import { addSteps, stepsBetween } from "@/pipeline/time.ts";
import { createApp } from "@/serving/app.ts";
import { openMetrics } from "@/serving/metrics.ts";
import { type LoadModel, Models } from "@/serving/models.ts";
import type { Day, ServedModel } from "@/serving/served_model.ts";
import type { Services } from "@/serving/services.ts";
import { predictionLog } from "@/serving/prediction_log.ts";
import { DEFAULT_SETTINGS, type Settings } from "@/serving/settings.ts";
import { sqliteStore } from "@/serving/stores/sqlite_store.ts";
import { directoryStore } from "@/stores/mod.ts";

const ORIGIN = "2015-08-01", HORIZON = 42, PAST = 100;

/** A model whose forecast of series 2 on a day with a promotion is 2 × 1000 × 1.5; `factor` tells versions apart. */
export function fakeModel({ version = "1", factor = 1, dataset = "rossmann" } = {}): ServedModel & {
  readonly disposed: boolean;
} {
  const { profile } = datasets[dataset]!;
  const series = ["1", "2", "3"];
  let disposed = false;
  const dateOf = (step: number) => addSteps(ORIGIN, step, profile.frequency);
  const planned = (step: number) => ({ open: 1, promo: step % 14 < 5 ? 1 : 0, state_holiday: "0", school_holiday: 0 });
  const demand = (id: string) => {
    if (!series.includes(id)) throw new UnknownSeriesError(id, nearestNames(id, series));
  };
  const day = (id: string, step: number): Day => {
    const known = planned(Math.abs(step));
    return { ds: dateOf(step), y: step < 0 ? Number(id) * 1000 * (1 + known.promo / 2) : null, known };
  };
  const around = (value: number, level: number) => ({ lo: value * (1 - level / 200), hi: value * (1 + level / 200) });
  const levels = [50, 80, 95];
  const value = (id: string, known: Readonly<Record<string, unknown>>) =>
    known.open === 0 ? 0 : Number(id) * 1000 * (1 + Number(known.promo) / 2) * factor;
  return {
    name: "test-rossmann",
    version,
    stage: "Production",
    source: "fake",
    card: {
      champion: "fake",
      dataset,
      horizon: HORIZON,
      asOf: ORIGIN,
      created: "2015-08-01T00:00:00Z",
      features: [{ name: "promo", reach: null }],
      evaluation: { metric: "rmspe", baseline: "seasonal_naive", scores: {}, backtest: [], reasons: [], holdout: {} },
      data: { source: "fake", fingerprint: "f".repeat(64), rows: 300, from: "2015-04-23" },
    } as unknown as ServedModel["card"],
    profile,
    approvals: [{ by: "alice", at: "2015-08-01T00:00:00Z" }],
    origin: ORIGIN,
    horizon: HORIZON,
    firstDate: dateOf(-PAST),
    series,
    levels,
    get disposed() {
      return disposed;
    },
    has: (id) => series.includes(id),
    dateOf,
    stepOf: (date) => stepsBetween(ORIGIN, date, profile.frequency),
    about: () => ({ store_type: "a", assortment: "a" }),
    history(id, steps = PAST) {
      demand(id);
      return Array.from({ length: Math.min(PAST, steps) }, (_, k) => day(id, k - Math.min(PAST, steps)));
    },
    missing: () => ({
      rowsAre: "year",
      columnsAre: "month",
      rows: [2015],
      columns: [4, 5, 6, 7],
      values: [[0, 0, 0, 0]],
    }),
    plan(id) {
      demand(id);
      return Array.from({ length: HORIZON }, (_, step) => ({ ...day(id, step), assumed: false }));
    },
    recall: () => undefined,
    // deno-lint-ignore require-await -- the contract is asynchronous
    async forecast(asks) {
      if (disposed) throw new Error("used after it was freed");
      return asks.map(({ id, changes }) => {
        demand(id);
        const values = Float64Array.from(
          { length: HORIZON },
          (_, step) => value(id, { ...planned(step), ...changes.get(step) }),
        );
        return { id, values, hashes: Array.from(values, (_, step) => step.toString(16).padStart(16, "0")), changes };
      });
    },
    interval: (_id, _step, value, level) => around(value, level),
    intervals: (_id, _step, value) => Object.fromEntries(levels.map((level) => [level, around(value, level)])),
    // deno-lint-ignore require-await -- the contract is asynchronous
    async explain(id, step) {
      demand(id);
      const ds = dateOf(step);
      return {
        id,
        ds,
        prediction: value(id, planned(step)),
        method: "treeshap",
        space: "log1p",
        expected: 0,
        contributions: [{ feature: "promo", value: 1, contribution: 0.4, group: "promotion" }],
        groups: { promotion: 0.4 },
        intervals: {},
        analogues: [],
      };
    },
    [Symbol.dispose]() {
      disposed = true;
    },
  };
}

const NOBODY: ApprovedUsers = { users: [], mode: "signed", twoPersons: false, sealed: true };

/** What a request may have beyond its body. */
export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server for a test. */
export interface TestServer extends AsyncDisposable {
  readonly services: Services;
  /** Sends a request; a body that is not text is sent as JSON. */
  ask(path: string, body?: unknown, init?: AskOptions): Promise<Response>;
  /** Opens a port of this machine, for what only a socket can send; returns its number. */
  listen(): number;
}

/** Opens a server; its model is loaded unless `load` refuses. */
export async function testServer(
  { load = () => Promise.resolve(fakeModel()), settings = {}, dataset = datasets.rossmann!, folder, users = NOBODY }: {
    readonly load?: LoadModel;
    readonly settings?: Partial<Settings>;
    readonly dataset?: Dataset;
    readonly folder?: string;
    readonly users?: ApprovedUsers;
  } = {},
): Promise<TestServer> {
  const models = new Models(load);
  await models.swap();
  const root = folder ?? await Deno.makeTempDir({ prefix: "shelfcast-" });
  const forecasts = sqliteStore(":memory:"), log = getLogger(["shelfcast", "test"]);
  const now = () => Temporal.Instant.from("2015-08-01T06:00:00Z");
  const services: Services = {
    dataset,
    models,
    forecasts,
    served: predictionLog(forecasts, { log, everyMs: 0, keep: { days: 90, rows: 1e6 }, now }),
    metrics: openMetrics(),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    choices: { costs: { under: 4, over: 1, currency: "EUR" }, hierarchy: ["store_type", "assortment"] },
    store: directoryStore(root),
    versions: () => Promise.resolve([]),
    users: () => Promise.resolve(users),
    log,
    now,
  };
  const app = createApp(services);
  let listening: Deno.HttpServer | undefined;
  return {
    services,
    listen() {
      listening = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => app.fetch(request));
      return (listening.addr as Deno.NetAddr).port;
    },
    async ask(path, body, init = {}) {
      if (body === undefined) return await app.request(path, init);
      const json = typeof body !== "string";
      return await app.request(path, {
        method: "POST",
        body: json ? JSON.stringify(body) : body,
        ...init,
        headers: { "content-type": "application/json", ...init.headers },
      });
    },
    async [Symbol.asyncDispose]() {
      // Clients that never finish would be waited for.
      if (listening !== undefined) {
        await Promise.race([
          listening.shutdown(),
          new Promise((done) => setTimeout(done, 500)),
        ]);
      }
      await models[Symbol.asyncDispose]();
      await services.forecasts[Symbol.asyncDispose]();
      if (folder === undefined) await Deno.remove(root, { recursive: true });
    },
  };
}
