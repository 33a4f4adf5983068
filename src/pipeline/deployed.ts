/**
 * Deployed bundles: what is in them, which one is current, and how one is read so that nothing unproven gets out.
 *
 * ```text
 * models/<dataset>/<version>/     the model's files, card.json, card.html, metrics.json, approval.json, checksums.json
 * models/<dataset>/current        which version is current, which were before
 * models/<dataset>/metrics.json   the current version's metrics
 * ```
 *
 * @module
 */
import { GovernanceError, ModelUnavailableError } from "@/core/errors.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import type { Files, Model } from "@/core/regressor.ts";
import type { Store } from "@/core/store.ts";
import { datasets } from "@/datasets/mod.ts";
import {
  type ApprovedUsers,
  canonical,
  type Decision,
  demandApprovals,
  digest,
  type Evidence,
  filesDigest,
  readSigned,
  type Signed,
} from "@/governance/mod.ts";
import { approvedUsers, type UsersPlace } from "@/pipeline/approved_users.ts";
import { CARD_PAGE } from "@/pipeline/card_document.ts";
import { modelFilesOf, readCard } from "@/pipeline/forecast.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { CHECKSUMS, verified } from "@/stores/mod.ts";

/** The content of `approval.json`. */
export interface ApprovalFile {
  readonly mode: ApprovedUsers["mode"];
  readonly decision: Decision;
  readonly approvals: readonly Signed[];
}

/** A bundle that is or was current. */
export interface Placed {
  readonly version: number;
  /** The sha256 of its `checksums.json`. */
  readonly bundle: string;
}

/** The content of `current`. */
export interface Current extends Placed {
  /** Newest first: what `rollback` goes back to. */
  readonly before: readonly Placed[];
  readonly user: string;
  /** When it became current: ISO 8601, UTC. */
  readonly time: string;
}

/** The text of `current`: with a digest of itself, so that a damaged one is found. */
export function currentText(current: Current): string {
  return `${JSON.stringify({ ...current, digest: digest(canonical(current)) }, null, 2)}\n`;
}

/** A deployed model whose files, approval and hashes were all verified. */
export interface Deployed {
  readonly dataset: string;
  readonly version: number;
  readonly card: ModelCard;
  readonly metrics: MetricsDocument;
  readonly approval: ApprovalFile;
  /** What the model is loaded from. */
  readonly files: Files;
  /** Every file of the bundle, the documents about the model included. */
  readonly bundle: Files;
  readonly current: Current;
}

/** The content of `metrics.json`: how good the version is, on what. */
export interface MetricsDocument {
  readonly dataset: string;
  readonly champion: string;
  readonly metric: string;
  readonly baseline: string;
  readonly horizon: number;
  readonly asOf: string;
  readonly holdout: ModelCard["evaluation"]["holdout"];
  readonly scores: ModelCard["evaluation"]["scores"];
  readonly backtest: ModelCard["evaluation"]["backtest"];
}

/** The keys of a dataset's deployment. */
export function deploymentKeys(dataset: string) {
  const folder = `models/${dataset}`;
  return {
    folder,
    current: `${folder}/current`,
    metrics: `${folder}/metrics.json`,
    lock: `${folder}/.deploy.lock`,
    bundle: (version: number) => `${folder}/${version}`,
  };
}

/** The metrics of a version, as they are signed: the same card always gives the same bytes. */
export function metricsText({ dataset, champion, horizon, asOf, evaluation }: ModelCard): string {
  const { metric, baseline, holdout, scores, backtest } = evaluation;
  const document: MetricsDocument = {
    dataset,
    champion,
    metric,
    baseline,
    horizon,
    asOf,
    holdout,
    scores,
    backtest,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What stands in `models/<dataset>/metrics.json`: the metrics of the version in production, and since when it is. */
export function currentMetrics({ version, time, user }: Current, metrics: MetricsDocument) {
  return { version, deployed: time, by: user, ...metrics };
}

/** The hashes that an approval of a version is tied to. */
export function evidenceFor(files: Files, card: ModelCard, decision: Decision): Evidence {
  const others = [CHECKSUMS, "metrics.json", "approval.json", CARD_PAGE];
  const own = Object.entries(files).filter(([name]) => !others.includes(name));
  return {
    model: filesDigest(Object.fromEntries(own.map(([name, bytes]) => [name, digest(bytes)]))),
    data: card.data.fingerprint,
    metrics: digest(metricsText(card)),
    decision: digest(canonical(decision)),
  };
}

/**
 * Reads the model in production: the one way to it, for the server and for batch forecasts.
 *
 * Every file must match its checksum, `current` must name these very checksums, and the approval must be by a person who
 * is listed today with the right role, signed, for exactly these hashes. Nothing is loaded here: what is returned may be.
 *
 * @throws {ModelUnavailableError} If nothing is deployed, or a file is damaged or missing.
 * @throws {GovernanceError} If the approval does not hold.
 */
export async function readDeployed(place: UsersPlace, dataset: string): Promise<Deployed> {
  const current = await demandCurrent(place.store, dataset);
  try {
    return { ...await readBundle(place, dataset, current), current };
  } catch (error) {
    // A deployment in between may have moved on and cleared away what this reader was about to read.
    const now = await demandCurrent(place.store, dataset);
    if (now.version === current.version && now.bundle === current.bundle) throw error;
    return { ...await readBundle(place, dataset, now), current: now };
  }
}

/** Reads the model in production and loads it; the caller disposes of it. */
export async function loadDeployed(
  place: UsersPlace,
  dataset: string,
): Promise<Deployed & { readonly model: Model }> {
  const deployed = await readDeployed(place, dataset);
  const profile: DatasetProfile = { ...datasets[dataset]!.profile, horizon: deployed.card.horizon };
  return {
    ...deployed,
    model: await loaderOf(deployed.card.champion, profile, deployed.card.kinds).load(deployed.files),
  };
}

/**
 * Reads one bundle and verifies it like {@linkcode readDeployed} does.
 *
 * @param placed What `current` says of it.
 */
export async function readBundle(
  place: UsersPlace,
  dataset: string,
  { version, bundle }: Placed,
): Promise<Omit<Deployed, "current">> {
  const what = `${dataset} version ${version}`;
  const folder = `${deploymentKeys(dataset).bundle(version)}/`;
  const found = await readBelow(place.store, folder);
  if (Object.keys(found).length === 0) {
    throw new ModelUnavailableError(`Cannot use the model ${what}: there are no files in ${folder}`);
  }
  const files = verified(found, what);
  if (digest(files[CHECKSUMS]!) !== bundle) {
    throw new ModelUnavailableError(
      `Cannot use the model ${what}: its ${CHECKSUMS} is not the one that was deployed; deploy the version again`,
    );
  }
  const card = readCard(files["card.json"], what);
  if (card.dataset !== dataset) {
    throw new ModelUnavailableError(`Cannot use the model ${what}: its card is of the dataset ${card.dataset}`);
  }
  const approval = readApproval(files["approval.json"], what);
  const evidence = { ...evidenceFor(files, card, approval.decision), dataset, version };
  demandApprovals(approval.approvals, evidence, await approvedUsers(place), `use ${what}`);
  if (!approval.decision.accepted) {
    throw new GovernanceError(`Refused to use ${what}: the rule is that the gate accepts it, and it was refused`, {
      rule: "gate",
    });
  }
  const text = new TextDecoder().decode(files["metrics.json"]);
  if (text !== metricsText(card)) {
    throw new ModelUnavailableError(`Cannot use the model ${what}: its metrics.json is not what its card says`);
  }
  return { dataset, version, card, approval, metrics: JSON.parse(text), files: modelFilesOf(files), bundle: files };
}

/**
 * Reads which version is current; undefined when nothing was deployed yet.
 *
 * @throws {ModelUnavailableError} If the file is damaged.
 */
export async function readCurrent(store: Store, dataset: string): Promise<Current | undefined> {
  const key = deploymentKeys(dataset).current;
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const { digest: _digest, ...current } = JSON.parse(text) as Current & { readonly digest: string };
    if (currentText(current) === text) return current;
    throw new SyntaxError("its digest does not match");
  } catch (cause) {
    throw new ModelUnavailableError(
      `Cannot tell which version of ${dataset} is current as ${key} is damaged: deploy the version again`,
      { cause },
    );
  }
}

async function demandCurrent(store: Store, dataset: string): Promise<Current> {
  const current = await readCurrent(store, dataset);
  if (current !== undefined) return current;
  throw new ModelUnavailableError(
    `Cannot find a deployed model of ${dataset}: \`deno task pipeline --dataset ${dataset}\` makes a version, ` +
      `\`deno task approve --dataset ${dataset} --user NAME\` approves it, and ` +
      `\`deno task deploy --dataset ${dataset} --user NAME\` puts it into production`,
  );
}

async function readBelow(store: Store, folder: string): Promise<Files> {
  const keys = await Array.fromAsync(store.list(folder));
  const entries = await Promise.all(keys.map(async (key) => [key.slice(folder.length), await store.get(key)] as const));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Uint8Array<ArrayBuffer>] => entry[1] !== undefined),
  );
}

function readApproval(bytes: Uint8Array | undefined, what: string): ApprovalFile {
  const refuse = (why: string, cause?: unknown) =>
    new GovernanceError(`Refused to use ${what}: the rule is that its approval travels with it, and ${why}`, {
      rule: "approval",
      cause,
    });
  if (bytes === undefined) throw refuse("there is no approval.json");
  let document: Partial<ApprovalFile>;
  try {
    document = Object(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw refuse("approval.json is not JSON", cause);
  }
  const { mode, decision, approvals } = document;
  if (!decision || typeof decision.accepted !== "boolean" || !Array.isArray(approvals)) {
    throw refuse("approval.json holds no decision and approvals");
  }
  return { mode: mode === "allow-list" ? mode : "signed", decision, approvals: approvals.map(readSigned) };
}
