/**
 * What parts of a panel tell one another: statistics over many series, as sums that can be joined.
 *
 * Some statistics rest on others (the departure from a base that is borrowed from others), so that telling and joining go
 * in rounds, until nobody has more to tell. How many there are follows from the recipe and the data: four at most today
 * (sums and who has a level, who wants to borrow one, which it is, sums of departures from it).
 *
 * @module
 */
import pl from "nodejs-polars";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { Feature } from "@/core/feature.ts";
import type { Panel } from "@/core/panel.ts";
import type { Partition } from "@/core/partition.ts";
import {
  type Blocks,
  collectPools,
  hasAsks,
  joinPools,
  type Pools,
  type PoolTable,
  readPools,
  withAnswers,
} from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import {
  eachPart,
  joinedKey,
  parquetBytes,
  type PartCard,
  type PartKind,
  readJoined,
  writePart,
} from "@/pipeline/partitions/parts.ts";

/** What a summary is for: the features of the panel, or of the horizon after it. */
export type SummaryFor = "features" | "forecast";

/** What a summary rests on: a summary of another panel, or with other blocks, is not joined. */
export interface SummaryFacts {
  readonly fingerprint: string;
  readonly origin: string;
  readonly horizon: number;
}

/** What a part's summary says beside its sums. */
interface RoundFacts extends SummaryFacts {
  /** There is more to tell once this round is joined. */
  readonly more: boolean;
}

/** A part of a panel with what is needed to build its features as beside all others. */
export interface PanelShare {
  /** Undefined where the part has no series. */
  readonly panel: Panel | undefined;
  readonly features: readonly Feature[];
  readonly blocks: Required<Blocks>;
  readonly facts: SummaryFacts;
}

/** So many rounds are never needed: a recipe that goes on telling has a fault. */
const MOST_ROUNDS = 12;

const kindOf = (what: SummaryFor, round: number): PartKind => `summarize-${what}-${round}`;

/** Tells what a part knows in a round; the rounds before must have been joined. */
export async function summarizePart(
  context: Context,
  what: SummaryFor,
  partition: Partition,
  round: number,
  share: PanelShare,
): Promise<PartCard<RoundFacts>> {
  const { store, profile, log } = context;
  const pools = await joinedRounds(context, what, partition.of, share.facts, round - 1);
  const { panel, features, blocks, facts } = share;
  const told = panel === undefined ? undefined : collectPools(panel, features, { ...blocks, pools: pools.known });
  const own = { ...facts, more: told?.more ?? false };
  const card = await writePart(store, profile.name, kindOf(what, round), partition, told?.table, own);
  log.info("summarized", { for: what, part: card.part, round, rows: card.rows });
  return card;
}

/** What the rounds of a summary came to. */
export interface Joined {
  readonly round: number;
  readonly rows: number;
  /** Everything was told: what waits for these summaries may go on. */
  readonly complete: boolean;
}

/** Joins a round. The result does not depend on how many parts there were. */
export async function joinSummaries(
  { store, profile, log }: Context,
  what: SummaryFor,
  of: number,
  round: number,
): Promise<Joined> {
  const kind = kindOf(what, round), tables: PoolTable[] = [];
  let facts: SummaryFacts | undefined, more = false;
  for await (const { card, frame } of eachPart<RoundFacts>(store, profile.name, kind, of)) {
    const { more: goesOn, ...own } = card.facts;
    facts ??= own;
    more ||= goesOn;
    if (JSON.stringify(own) !== JSON.stringify(facts)) {
      throw new DatasetError(
        `Cannot join the summaries of ${profile.name} as they must be of the same data: partition ${card.part} is of ` +
          `${JSON.stringify(own)}, the first one of ${JSON.stringify(facts)}`,
        { dataset: profile.name },
      );
    }
    if (frame === undefined) continue;
    tables.push(frame);
    // Two at a time: the joined table is as large as one part's.
    if (tables.length > 1) tables.splice(0, tables.length, joinPools(tables));
  }
  const joined = tables.length === 0 ? undefined : withAnswers(joinPools(tables)), rows = joined?.height ?? 0;
  if (joined !== undefined) await store.put(joinedKey(profile.name, kind, of, "parquet"), parquetBytes(joined));
  const complete = !more && (joined === undefined || !hasAsks(joined));
  const card = { dataset: profile.name, kind, of, rows, complete, ...facts };
  await writeJson(store, joinedKey(profile.name, kind, of, "json"), card);
  log.info("joined", { stage: "summarize", for: what, round, parts: of, rows });
  return { round, rows, complete };
}

/**
 * Reads everything that was told, for building features.
 *
 * @throws {MissingInputError} If the last round still told something: names the next one.
 */
export async function readSummaries(
  context: Context,
  what: SummaryFor,
  of: number,
  facts: SummaryFacts,
): Promise<Pools> {
  const { known, complete, rounds } = await joinedRounds(context, what, of, facts, MOST_ROUNDS);
  if (complete) return known;
  throw new MissingInputError(
    `round ${rounds + 1} of the summaries of ${of} parts`,
    `summarize --for ${what} --round ${rounds + 1} --partition 1/${of}`,
  );
}

/** The joined rounds from the first on, at most `most`. */
async function joinedRounds(
  { store, profile }: Context,
  what: SummaryFor,
  of: number,
  facts: SummaryFacts,
  most: number,
): Promise<{ readonly known: Pools; readonly complete: boolean; readonly rounds: number }> {
  const tables: PoolTable[] = [];
  let rounds = 0, complete = false;
  while (rounds < most && !complete) {
    const kind = kindOf(what, rounds + 1);
    const bytes = await store.get(joinedKey(profile.name, kind, of, "json"));
    const card = bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
    // A summary of older data is as good as none.
    if (card === undefined || Object.entries(facts).some(([name, value]) => card[name] !== value)) break;
    rounds++;
    complete = card.complete;
    if (card.rows > 0) tables.push(await readJoined(store, profile.name, kind, of));
  }
  if (most !== MOST_ROUNDS && rounds < most && !complete) {
    throw new MissingInputError(
      `the joined round ${rounds + 1} of the summaries of ${of} parts`,
      `merge --stage summarize --for ${what} --round ${rounds + 1} --parts ${of}`,
    );
  }
  return { known: tables.length === 0 ? new Map() : readPools(pl.concat(tables)), complete, rounds };
}
