/**
 * A server on a port: opens what it needs, answers until it is told to stop, and lets nobody wait in vain.
 *
 * @module
 */
import { approvedUsers } from "@/pipeline/approved_users.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { appendEmf, emfLogKey, emfReader } from "@/pipeline/emf.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { createApp } from "@/serving/app.ts";
import { openMetrics } from "@/serving/metrics.ts";
import type { Gate } from "@/serving/middleware/mod.ts";
import { modelLoader, type ModelSource } from "@/serving/model/load_model.ts";
import { Models } from "@/serving/models.ts";
import { loopGauges } from "@/serving/loop_gauges.ts";
import { monitoringGauges } from "@/serving/monitoring_gauges.ts";
import { predictionLog } from "@/serving/prediction_log.ts";
import { predictionSpool } from "@/serving/prediction_spool.ts";
import type { Services } from "@/serving/services.ts";
import { readSettings } from "@/serving/settings.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";

/** How a server is run. */
export interface ServeOptions {
  readonly source: ModelSource;
  /** 0 takes any free port. */
  readonly port?: number;
  /** This machine only, unless told otherwise. */
  readonly hostname?: string;
  readonly workers?: number;
  /** Makes a horizon's table elsewhere: in a process that gives its memory back. */
  readonly prepare?: (card: ModelCard) => Promise<unknown>;
  /** Milliseconds between looks at what is deployed. */
  readonly watchMs?: number;
}

/** A running server. */
export interface Running {
  readonly url: string;
  readonly services: Services;
  /** Resolves when the first model answers, or was refused. */
  readonly loaded: Promise<unknown>;
  /** Takes no more requests, finishes those in work, writes the log, and ends. */
  stop(): Promise<void>;
  readonly finished: Promise<void>;
}

/** Seconds that requests in work get at a shutdown. */
const GRACE_MS = 10_000;
/** How often metrics are written for CloudWatch, which keeps one value a minute. */
const EMF_MS = 60_000;

/** Opens everything that a server works with. {@link closeServices} ends it. */
export function openServices(
  context: Context,
  { source, workers = 1, prepare }: Pick<ServeOptions, "source" | "workers" | "prepare">,
): Services {
  const { dataset, store, log, now, env } = context;
  const settings = readSettings(env), forecasts = openForecastStore(context);
  const load = modelLoader(context, source, { workers, ...prepare && { prepare } });
  const models = new Models(load, { now, why: "The model is being loaded and verified" });
  const keep = { days: settings.logDays, rows: settings.logRows };
  const services: Services = {
    dataset,
    models,
    forecasts,
    served: predictionLog(forecasts, { log, keep, now, spool: predictionSpool(store, dataset.profile.name).put }),
    metrics: openMetrics({ processMetrics: true }),
    settings,
    choices: context.choices,
    versions: () => context.registry.versions(registeredName(context)),
    users: () => approvedUsers(context),
    store,
    log,
    now,
  };
  monitoringGauges(services);
  loopGauges(services);
  return services;
}

/** Writes the log of predictions to its end, then lets go of models and store. */
export async function closeServices({ served, models, forecasts }: Services): Promise<void> {
  await served[Symbol.asyncDispose]();
  await models[Symbol.asyncDispose]();
  await forecasts[Symbol.asyncDispose]();
}

/**
 * Starts a server. It listens at once, and says that it is not ready until a model is verified.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { deployedSource } from "@/serving/model/deployed_source.ts";
 * import { serve } from "@/serving/serve.ts";
 *
 * const context = await openContext({ workdir: await Deno.makeTempDir() });
 * const { url, loaded, stop } = serve(context, { source: deployedSource(context), port: 0 });
 * await loaded;
 * // It is alive; it is not ready, as nothing was deployed.
 * const [live, ready] = await Promise.all([fetch(`${url}/health/live`), fetch(`${url}/health/ready`)]);
 * expect([live.status, ready.status]).toEqual([200, 503]);
 * await stop();
 * ```
 */
export function serve(context: Context, options: ServeOptions): Running {
  const { source, port = 8000, hostname = "127.0.0.1", watchMs = 2_000 } = options;
  const { log, signal } = context;
  const services = openServices(context, options), { models } = services;
  const gate: Gate = { closed: false };
  const addresses = new WeakMap<Request, string>();
  const app = createApp(services, { gate, address: (request) => addresses.get(request) ?? "unknown" });
  const limited = services.settings.perSecond !== Infinity;
  const server = Deno.serve({ port, hostname, onListen: () => {} }, (request, info) => {
    if (limited) addresses.set(request, (info.remoteAddr as Deno.NetAddr).hostname);
    return app.fetch(request);
  });
  const { port: actual } = server.addr as Deno.NetAddr;
  const url = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${actual}`;

  let seen: string | undefined, looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      const now = await source.peek();
      if (now === seen && (models.state.ready || seen === undefined)) return;
      const swap = await models.swap();
      // A refused one is not tried again until something else is deployed.
      seen = now;
      log.info("swap", { ...swap });
    } catch (error) {
      log.warn("cannot look at what is deployed", { why: (error as Error).message });
    } finally {
      looking = false;
    }
  };
  const first = async () => {
    const { store, dataset, served } = services;
    served.add(await predictionSpool(store, dataset.profile.name).take());
    seen = await source.peek().catch(() => undefined);
    const swap = await models.swap();
    log.info("swap", { ...swap });
    return swap;
  };
  const loaded = first();
  const watch = setInterval(() => void loaded.then(look), watchMs);
  // For CloudWatch: the same metrics as lines of a log, where somebody wants them.
  const emf = emfReader({ dataset: services.dataset.profile.name });
  const writeEmf = async () => {
    const now = services.now();
    await appendEmf(services.store.path(emfLogKey(now)), await emf.read(services.metrics.registry, now));
  };
  const wanted = context.env("SHELFCAST_EMF") === "1";
  const tellEmf = () =>
    writeEmf().catch((error) => log.warn("cannot write metrics for CloudWatch", { why: (error as Error).message }));
  const metered = wanted ? setInterval(() => void tellEmf(), EMF_MS) : undefined;

  let stopping: Promise<void> | undefined;
  const stop = () => stopping ??= end();
  async function end(): Promise<void> {
    log.info("stopping", {});
    gate.closed = true;
    clearInterval(watch);
    clearInterval(metered);
    await Promise.race([server.shutdown(), new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
    await loaded.catch(() => {});
    if (wanted) await tellEmf();
    await closeServices(services);
    log.info("stopped", {});
  }
  signal.addEventListener("abort", () => void stop());
  return { url, services, loaded, stop, finished: server.finished.then(() => stop()) };
}
