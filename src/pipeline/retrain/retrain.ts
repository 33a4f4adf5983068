/**
 * Retrain: when a new model is due, make one from the newest data, hold it against the one in production, tell people.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import type { Notification, Notifier } from "@/core/notification.ts";
import { approve, type Order } from "@/pipeline/approve.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { judge, type Judged } from "@/pipeline/gate.ts";
import { take } from "@/pipeline/ingest.ts";
import { clearRetrainFlag, readRetrainFlag, type RetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { notify } from "@/pipeline/notify.ts";
import { pipeline, type PipelineDocument } from "@/pipeline/pipeline.ts";
import { type Due, isDue } from "@/pipeline/retrain/due.ts";
import { type Pulled, withNewestData } from "@/pipeline/retrain/newest_data.ts";
import {
  afterRun,
  readRetrainState,
  type RetrainOutcome,
  writeRetrainState,
} from "@/pipeline/retrain/retrain_state.ts";
import { stepsBetween } from "@/pipeline/time.ts";
import { openVersion } from "@/pipeline/versions.ts";
import { appendLocked, whileLocked } from "@/stores/mod.ts";

/** Where runs are logged: one JSON document per line. */
export const RETRAIN_LOG = "logs/retrain_logs.log";

/** What a caller may choose about a run. */
export interface RetrainOptions {
  /** Train although nothing calls for it. */
  readonly force?: boolean;
  /** Other numbers than those of the params. */
  readonly everyDays?: number;
  readonly newSteps?: number;
  readonly promote?: "staging" | "wait";
  /** Approves what the gate accepts in the name of a listed approver, whose key is at hand; without, people do. */
  readonly approveAs?: Order;
  /** Deploys what was approved in the name of a listed deployer. */
  readonly deployAs?: Order;
  readonly notifiers?: readonly Notifier[];
}

/** What a run came to. */
export interface Retrained {
  readonly dataset: string;
  readonly outcome: RetrainOutcome | "idle";
  /** Why it ran, or why it did not. */
  readonly why: string;
  readonly trigger: string | null;
  /** The version in production when it began, and when it ended. */
  readonly champion: number | null;
  readonly current: number | null;
  readonly challenger: number | null;
  readonly asOf: string | null;
  /** The deciding metric on the holdout: the challenger's, and the champion's where it could be measured. */
  readonly metric: string | null;
  readonly score: number | null;
  /** The gate's reasons, what decided it first. */
  readonly reasons: readonly string[];
  readonly pulled: Pulled | null;
  readonly flagCleared: boolean;
  readonly seconds: number;
  /** Messages that did not arrive. */
  readonly notTold: readonly string[];
}

/**
 * Makes a new model if one is due. Whatever happens, the model in production answers on: only an approved deployment
 * replaces it. The flag comes down when a run ended well, and stays up when it broke or was stopped.
 *
 * @throws {StoreError} If another run is at work on the dataset.
 * @throws {Error} Whatever broke the run: it is logged and told before it is thrown on.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { retrain } from "@/pipeline/retrain/retrain.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * // The first model is always due; it waits for approval.
 * expect(await retrain(context)).toMatchObject({ trigger: "first model", challenger: 1, current: null });
 * expect((await retrain(context)).outcome).toBe("idle");
 * ```
 */
export async function retrain(context: Context, options: RetrainOptions = {}): Promise<Retrained> {
  const { store, profile } = context, path = store.path(`logs/retrain-${profile.name}.lock`);
  const busy = () =>
    new StoreError(
      `Cannot retrain ${profile.name} as another run is at work: wait for it, or end it (${path} is locked by it)`,
      path,
    );
  return await whileLocked(path, busy, () => retrainAlone(context, options));
}

async function retrainAlone(context: Context, options: RetrainOptions): Promise<Retrained> {
  const { store, profile, now } = context, dataset = profile.name;
  const started = now(), since = performance.now();
  const flag = await readRetrainFlag(store, dataset);
  const champion = (await readCurrent(store, dataset).catch(() => undefined))?.version ?? null;
  const seconds = () => Math.round(performance.now() - since) / 1000;
  const log = (event: string, facts: Readonly<Record<string, unknown>>) =>
    appendLocked(store.path(RETRAIN_LOG), () => JSON.stringify({ time: now().toString(), event, dataset, ...facts }));
  let due: Due | undefined, made: Made | undefined, pulled: Pulled | undefined;
  try {
    const newest = await withNewestData(context);
    pulled = newest.pulled;
    due = await dueNow(newest.context, options, flag);
    if (due === undefined) return idle(dataset, champion, pulled, seconds());
    await log("started", { trigger: due.trigger, why: due.why, champion, ...pulled && { pulled } });
    made = await makeChallenger(newest.context, options, log);
    const flagCleared = await lowerFlag(context, flag, made.document.asOf);
    const run = { ...runFacts(made), trigger: due.trigger, champion };
    const endedAt = now().toString();
    await keepState(context, {
      ...run,
      startedAt: started.toString(),
      endedAt,
      seconds: seconds(),
      reason: made.reason,
    });
    const current = (await readCurrent(store, dataset))?.version ?? null;
    const notTold = await notify(options.notifiers ?? [], endMessage(context, made, due, champion));
    await log("ended", {
      ...run,
      current,
      reasons: made.judged?.decision.reasons,
      flagCleared,
      seconds: seconds(),
      notTold,
    });
    const { document } = made;
    return {
      dataset,
      outcome: made.outcome,
      why: due.why,
      trigger: due.trigger,
      champion,
      current,
      challenger: run.challenger,
      asOf: document.asOf,
      metric: document.metric,
      score: document.scores[document.champion]?.[document.metric as "rmspe"] ?? null,
      reasons: made.judged?.decision.reasons ?? [made.reason],
      pulled: pulled ?? null,
      flagCleared,
      seconds: seconds(),
      notTold,
    };
  } catch (error) {
    const reason = context.signal.aborted ? "it was stopped" : (error as Error).message;
    const run = { outcome: "failed", trigger: due?.trigger ?? "look", champion, challenger: null, asOf: null } as const;
    const endedAt = now().toString();
    // The run's own error is what matters: what cannot be noted about it must not hide it.
    await keepState(context, { ...run, startedAt: started.toString(), endedAt, seconds: seconds(), reason }).catch(
      () => {},
    );
    const notTold = await notify(options.notifiers ?? [], failureMessage(dataset, champion, reason));
    await log("failed", { ...run, reason, seconds: seconds(), notTold }).catch(() => {});
    throw error;
  }
}

/** A challenger, judged. */
interface Made {
  readonly outcome: Exclude<RetrainOutcome, "failed">;
  readonly document: PipelineDocument;
  /** Missing while the registry is away. */
  readonly judged?: Judged;
  readonly reason: string;
}

/** Trains, registers and judges; approves and deploys where somebody ordered that. */
async function makeChallenger(
  context: Context,
  { promote = context.params.retrain.promote, approveAs, deployAs }: RetrainOptions,
  log: (event: string, facts: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<Made> {
  const document = await pipeline(context), { registered } = document;
  await log("trained", {
    asOf: document.asOf,
    model: document.champion,
    version: registered?.version,
    run: document.run.id,
  });
  if (registered === null) {
    return { outcome: "waiting", document, reason: document.notes.at(-1) ?? "the registry is away" };
  }
  const { registry } = context, name = registeredName(context), { version } = registered;
  const judged = await judge(context, version), { accepted, reasons } = judged.decision;
  await log("judged", { version, accepted, against: judged.decision.against, reasons });
  await registry.tag(name, version, { retrained: context.now().toString() });
  if (!accepted) {
    // Kept, with its time, so that one can look at it; nobody takes it for a candidate.
    await registry.transition(name, version, "Archived");
    return { outcome: "kept", document, judged, reason: reasons[0] ?? "the gate refused it" };
  }
  await registry.transition(name, version, promote === "staging" ? "Staging" : "None");
  const waiting = { outcome: "waiting", document, judged, reason: reasons[0] ?? "the gate accepts it" } as const;
  if (approveAs === undefined) return waiting;
  const { missing, approvers } = await approve(context, { ...approveAs, version });
  await log("approved", { version, approvers, missing });
  if (deployAs === undefined || missing > 0) return waiting;
  await deploy(context, { ...deployAs, version });
  await log("deployed", { version });
  return { ...waiting, outcome: "deployed" };
}

async function dueNow(
  context: Context,
  options: RetrainOptions,
  flag: RetrainFlag | undefined,
): Promise<Due | undefined> {
  const { store, profile, params, now } = context;
  const { force = false, everyDays = params.retrain.everyDays, newSteps = params.retrain.newSteps } = options;
  const rule = { force, everyDays, newSteps };
  const [state, current] = [await readRetrainState(store, profile.name), await readCurrent(store, profile.name)];
  const card = current === undefined ? undefined : (await openVersion(context, current.version)).card;
  const facts = { flag, now: now(), trainedAt: state.trainedAt ?? card?.created ?? null, newSteps: null };
  const known = isDue(facts, rule);
  if (known !== undefined || newSteps === 0 || card === undefined) return known;
  // Only now is it worth reading the source: how far does it reach?
  const { panel } = await take(context);
  return isDue({ ...facts, newSteps: stepsBetween(card.asOf, panel.asOf, profile.frequency) }, rule);
}

/** Takes the flag down, unless it was raised anew by days that the challenger has not seen. */
async function lowerFlag({ store, profile }: Context, flag: RetrainFlag | undefined, asOf: string): Promise<boolean> {
  if (flag === undefined) return false;
  const now = await readRetrainFlag(store, profile.name);
  if (now === undefined || now.asOf > asOf && now.asOf !== flag.asOf) return false;
  await clearRetrainFlag(store, profile.name);
  return true;
}

const runFacts = ({ outcome, document }: Made) => ({
  outcome,
  challenger: document.registered?.version ?? null,
  asOf: document.asOf,
});

async function keepState({ store, profile }: Context, run: Parameters<typeof afterRun>[1]): Promise<void> {
  await writeRetrainState(store, afterRun(await readRetrainState(store, profile.name), run));
}

function idle(dataset: string, champion: number | null, pulled: Pulled | undefined, seconds: number): Retrained {
  return {
    dataset,
    outcome: "idle",
    why: "no flag is up, and neither the schedule nor new data call for it",
    trigger: null,
    champion,
    current: champion,
    challenger: null,
    asOf: null,
    metric: null,
    score: null,
    reasons: [],
    pulled: pulled ?? null,
    flagCleared: false,
    seconds,
    notTold: [],
  };
}

function endMessage(
  { profile }: Context,
  { outcome, document, judged, reason }: Made,
  due: Due,
  champion: number | null,
) {
  const dataset = profile.name, version = document.registered?.version;
  const titles = {
    deployed: `A new model of ${dataset} is in production: version ${version}`,
    waiting: `A new model of ${dataset} waits for approval: version ${version ?? "(not registered yet)"}`,
    kept: `The model of ${dataset} stays: the gate refused version ${version}`,
  };
  const score = document.scores[document.champion]?.[document.metric as "rmspe"];
  const notification: Notification = {
    title: titles[outcome],
    level: outcome === "kept" ? "warning" : "good",
    text: outcome === "waiting" && version !== undefined
      ? `${reason}. To approve it: deno task approve --dataset ${dataset} --version ${version} --user NAME`
      : reason,
    facts: {
      "asked for by": `${due.trigger}: ${due.why}`,
      "in production before": champion === null ? "nothing" : `version ${champion}`,
      [`${document.metric} on the holdout`]: score === null || score === undefined ? "undefined" : score.toPrecision(4),
      "compared with": judged?.decision.against ?? "nothing",
      "data up to": document.asOf,
    },
  };
  return notification;
}

const failureMessage = (dataset: string, champion: number | null, reason: string): Notification => ({
  title: `Retraining ${dataset} failed`,
  level: "critical",
  text: `${reason}. ${champion === null ? "Nothing is in production." : `Version ${champion} is still in production.`}`,
  facts: { "what to do": "docs/runbooks/retraining_failed.md" },
});
