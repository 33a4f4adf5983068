/**
 * Step 8: judge a registered version by the model in production, or as a first model by naive and simple ones.
 *
 * @module
 */
import { GateError, GovernanceError, ModelUnavailableError } from "@/core/errors.ts";
import type { MetricName } from "@/core/metric.ts";
import { compareLosses, compareSlices, type Rival } from "@/evaluation/mod.ts";
import { decide, type Decision, type Duel, type GateFacts } from "@/governance/mod.ts";
import { championOnWindows } from "@/pipeline/champion_on_windows.ts";
import type { Context } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { complexityOf, isSimple, kindOf } from "@/pipeline/models.ts";
import { datasetParams } from "@/pipeline/params.ts";
import { keepDecision, type OpenVersion, openVersion } from "@/pipeline/versions.ts";

/** A judged version. */
export interface Judged extends OpenVersion {
  readonly decision: Decision;
}

/** Judges a version (the newest by default) and keeps the decision with it. */
export async function judge(context: Context, number?: number): Promise<Judged> {
  const opened = await openVersion(context, number);
  const decision = decide(await factsOf(context, opened), context.params.gate);
  await keepDecision(context, opened.version, decision);
  context.log.info("judged", { version: opened.version.version, accepted: decision.accepted });
  return { ...opened, decision };
}

/**
 * Judges a version and lets it pass only when nothing critical failed.
 *
 * @throws {GateError} With every finding.
 * @throws {ModelUnavailableError} If there is no such version, or its card is unreadable.
 */
export async function gate(context: Context, number?: number): Promise<Judged> {
  const judged = await judge(context, number);
  const { decision, version } = judged;
  if (!decision.accepted) {
    throw new GateError(
      `Refused version ${version.version} of ${version.name} at the gate: ${decision.reasons[0]}`,
      decision.findings,
    );
  }
  return judged;
}

/** Everything that the gate looks at, read from the version's card and from what is in production. */
async function factsOf(context: Context, opened: OpenVersion): Promise<GateFacts> {
  const { card } = opened;
  const { losses, baseline, metric } = card.evaluation;
  if (!Array.isArray(losses)) {
    throw new ModelUnavailableError(
      `Cannot judge ${card.champion} on ${card.dataset} as its card has no losses by date: train it again with this version of the code`,
    );
  }
  const own: Rival = { model: card.champion, windows: losses };
  const rival = (model: string): Rival => ({ model, windows: losses });
  const models = Object.keys(losses[0]?.loss ?? {}).filter((name) => name !== card.champion);
  const champion = await championFacts(context, opened, own);
  const choices = datasetParams(card.choices), kind = (name: string) => kindOf(name, choices);
  const naive = duelWith(card, own, rival(baseline), baseline);
  const simple = duelsWith(card, own, models.filter((name) => isSimple(kind(name)) && name !== baseline))
    .toSorted((a, b) => a.other - b.other)[0];
  const simpler = models.filter((name) => complexityOf(kind(name)) < complexityOf(kind(card.champion)));
  const other = champion?.rival ?? rival(baseline);
  return {
    metric,
    ...(champion === undefined ? {} : { champion: champion.facts }),
    ...(naive === undefined ? {} : { naive }),
    ...(simple === undefined || isSimple(kind(card.champion)) ? {} : { simple }),
    simpler: duelsWith(card, own, simpler),
    slices: compareSlices(own, other, { metric: metric as MetricName }).map(({ slice, group, rows, first, other }) => ({
      slice: `${slice} = ${group}`,
      rows,
      challenger: first,
      other,
    })),
    ...intervalFacts(card),
    leak: card.leak,
    ...(card.validation === null ? {} : { validation: card.validation }),
    ...(card.behaviour === undefined ? {} : { behaviour: card.behaviour }),
  };
}

/** Coverage of the champion's intervals: the mean over every window that earlier ones could teach, the holdout among them. */
function intervalFacts({ evaluation: { intervals } }: ModelCard): Pick<GateFacts, "intervals"> {
  const own = intervals?.methods.find(({ method }) => method === "conformal");
  const windows = own === undefined ? [] : [...own.windows, ...(own.holdout === null ? [] : [own.holdout])];
  if (windows.length === 0) return {};
  return {
    intervals: windows[0]!.levels.map(({ level }, k) => ({
      level: level / 100,
      held: windows.reduce((sum, { levels }) => sum + levels[k]!.held, 0) / windows.length,
      windows: windows.length,
    })),
  };
}

interface ChampionFacts {
  readonly facts: NonNullable<GateFacts["champion"]>;
  /** Missing where the two could not be compared. */
  readonly rival?: Rival;
}

async function championFacts(
  context: Context,
  { card, version }: OpenVersion,
  own: Rival,
): Promise<ChampionFacts | undefined> {
  const { store, profile } = context;
  const current = await readCurrent(store, profile.name);
  if (current === undefined) return undefined;
  const number = current.version;
  if (number === version.version) {
    throw new GovernanceError(
      `Refused to judge version ${number} of ${profile.name}: the rule is that a challenger is another version than the ` +
        `one in production, and this one is. To get another one approved: \`deno task pipeline\`, then approve that`,
      { rule: "champion" },
    );
  }
  const champion = await openVersion(context, number).catch((error) => {
    if (error instanceof ModelUnavailableError) return undefined;
    throw error;
  });
  if (champion === undefined) {
    return { facts: { version: number, why: `version ${number} is in production and not in the registry any more` } };
  }
  const found = await championOnWindows(context, card, champion.card);
  const duel = typeof found === "string"
    ? undefined
    : duelWith(card, own, found, `version ${number} (${champion.card.champion})`);
  if (typeof found === "string" || duel === undefined) {
    return { facts: { version: number, why: typeof found === "string" ? found : "no window is the same" } };
  }
  return { facts: { version: number, duel }, rival: found };
}

function duelsWith(card: ModelCard, own: Rival, models: readonly string[]): Duel[] {
  return models.map((model) => duelWith(card, own, { model, windows: own.windows }, model))
    .filter((duel) => duel !== undefined);
}

function duelWith({ evaluation, horizon }: ModelCard, own: Rival, other: Rival, against: string): Duel | undefined {
  const found = compareLosses(own, other, { metric: evaluation.metric as MetricName, horizon });
  if (found === undefined || !Number.isFinite(found.first) || !Number.isFinite(found.other)) return undefined;
  const { first, other: theirs, test, windows, dates } = found;
  const on = `${windows} ${windows === 1 ? "window" : "windows"}, ${dates} dates`;
  return { against, challenger: first, other: theirs, pValue: test?.pValue ?? null, on };
}
