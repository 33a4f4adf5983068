/**
 * Monitoring in parts: each part reads its own history and keeps what judging needs of it; joined, that is judged as a
 * whole panel is, with the same verdicts to the last bit.
 *
 * A judge looks at three kinds of things. At the rows of some weeks: all of those are kept. At distributions of the whole
 * history, by every so-and-so-many of its rows, and at some series from the first day on: which ones follows from the order
 * of all series, so that parts first tell one another how many rows each series has. And at sums: values that are missing
 * by day, categories, the smallest value. The log of forecasts is judged by the join alone.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import {
  categoriesIn,
  datesRead,
  daysOfYear,
  type MissingByDay,
  missingIn,
  type Past,
  rowsAsArrays,
  takenSeries,
  thinning,
} from "@/checks/mod.ts";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { Partition } from "@/core/partition.ts";
import { dayNumber } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { profileOf } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import type { DriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { judgeAndKeep, judgedWindow, type MonitorOptions, readLog } from "@/pipeline/monitor/monitor.ts";
import type { ForecastLog } from "@/pipeline/monitor/performance.ts";
import {
  forecastWindow,
  frameOf,
  type NewestForecasts,
  newestOrigin,
  salesAlone,
} from "@/pipeline/monitor/prediction_drift.ts";
import { yearAgo } from "@/pipeline/monitor/year_ago.ts";
import { type PanelIndex, readIndex, readPanelPart } from "@/pipeline/partitions/panel_parts.ts";
import {
  eachPart,
  joinedKey,
  parquetBytes,
  type PartCard,
  type PartKind,
  readJoined,
  writePart,
} from "@/pipeline/partitions/parts.ts";
import { isoDate } from "@/pipeline/time.ts";

/** What is judged: parts that would judge something else are not joined. */
export interface JudgedFacts {
  readonly fingerprint: string;
  readonly from: string;
  readonly to: string;
  /** The oldest date of the log of forecasts; null without any. */
  readonly logged: string | null;
  /** The newest forecasts: their first and last date; null without any. */
  readonly origin: string | null;
  readonly last: string | null;
}

/** What a part tells of its history beside rows. */
export interface HistoryFacts extends JudgedFacts {
  /** Column → its smallest value before the window, and before the newest forecasts. */
  readonly least: Readonly<Record<string, number | null>>;
  readonly leastBefore: number | null;
  /** Column of texts → its categories. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** The days of the history, and column → how many values are missing, and rows there are, on each. */
  readonly days: readonly string[];
  readonly missing: Readonly<Record<string, MissingByDay>>;
}

/** What the options of a part are: those of monitoring, without reading the source anew. */
export type MonitorPartOptions = Pick<MonitorOptions, "steps" | "log">;

const COUNTS = "summarize-monitor-1" satisfies PartKind;
/** What a kept row is for. */
const USES = ["is_read", "is_thin", "is_sample", "is_thin_before", "is_sample_before"] as const;
type Use = typeof USES[number];

/** The window, the log and its newest forecasts, as every part and the join find them. */
interface Judged {
  readonly profile: DatasetProfile;
  readonly facts: JudgedFacts;
  readonly log: ForecastLog;
  readonly newest: NewestForecasts | undefined;
}

async function judgedOf(
  context: Context,
  index: PanelIndex,
  { steps, log: read }: MonitorPartOptions,
): Promise<Judged> {
  const profile = profileOf(index, context.profile), about = { asOf: index.asOf, profile };
  const log = await readLog(about, read), newest = newestOrigin(log.forecasts);
  const facts = {
    fingerprint: index.fingerprint,
    ...judgedWindow(about, steps),
    logged: log.forecasts.reduce<string | null>((least, { ds }) => least === null || ds < least ? ds : least, null),
    origin: newest?.origin ?? null,
    last: newest?.last ?? null,
  };
  return { profile, facts, log, newest };
}

/** Tells how many rows of the history each series of a part has: where the others' rows stand follows from that. */
export async function countMonitored(
  context: Context,
  partition: Partition,
  options: MonitorPartOptions = {},
): Promise<PartCard<JudgedFacts>> {
  const { store, profile: { name }, log } = context, { index } = await readIndex(context, partition.of);
  const panel = await readPanelPart(context, partition, index);
  const { facts } = await judgedOf(context, index, options);
  const counts = panel?.frame.filter(dayBefore(facts.to)).withColumns(
    dayBefore(facts.from).cast(pl.Int64).alias("rows"),
    (facts.origin === null ? pl.lit(false) : dayBefore(facts.origin)).cast(pl.Int64).alias("rows_before"),
  ).groupBy("unique_id").agg(pl.col("rows").sum(), pl.col("rows_before").sum(), pl.col("ds").max().alias("last"))
    .sort("unique_id");
  const card = await writePart(store, name, COUNTS, partition, counts, facts);
  log.info("counted", { for: "monitor", part: card.part, series: card.rows });
  return card;
}

/** Joins what parts told of their series: a table with a row per series, in the order of the panel. */
export async function joinMonitored(context: Context, of: number): Promise<{ readonly series: number }> {
  const { store, profile: { name }, log } = context, frames: DataFrame[] = [];
  let facts: JudgedFacts | undefined;
  for await (const { card, frame } of eachPart<JudgedFacts>(store, name, COUNTS, of)) {
    requireSame(name, facts ??= card.facts, card);
    if (frame !== undefined) frames.push(frame);
  }
  const { series } = await readIndex(context, of);
  const order = pl.DataFrame({ unique_id: series }).withColumns(pl.intRange(0, pl.len()).cast(pl.Int64).alias("at"));
  const joined = order.join(pl.concat(frames), { on: "unique_id" }).sort("at").drop("at");
  await store.put(joinedKey(name, COUNTS, of, "parquet"), parquetBytes(joined));
  await writeJson(store, joinedKey(name, COUNTS, of, "json"), facts);
  log.info("joined", { stage: "summarize", for: "monitor", parts: of, series: joined.height });
  return { series: joined.height };
}

/** Keeps what judging needs of a part's series. */
export async function monitorPart(
  context: Context,
  partition: Partition,
  options: MonitorPartOptions = {},
): Promise<PartCard<HistoryFacts>> {
  const { store, profile: { name }, log } = context, { index } = await readIndex(context, partition.of);
  const panel = await readPanelPart(context, partition, index);
  const judged = await judgedOf(context, index, options), { facts, profile } = judged;
  const counts = await readCounts(context, partition.of, facts);
  const kept = panel &&
    marked(panel.frame, judged, counts).filter(USES.map((use) => pl.col(use)).reduce((a, b) => a.or(b)));
  const history = panel?.frame.filter(dayBefore(facts.from));
  const card = await writePart(store, name, "monitor", partition, kept, {
    ...facts,
    ...historyOf(history, facts, profile),
  });
  log.info("kept for monitoring", { part: card.part, rows: card.rows, of: panel?.frame.height ?? 0 });
  return card;
}

/** Judges what all parts have kept, and writes what `monitor` writes of a whole panel. */
export async function joinMonitor(
  context: Context,
  of: number,
  options: MonitorPartOptions = {},
): Promise<DriftSummary> {
  const { store, profile: { name, keys } } = context, { index } = await readIndex(context, of);
  const judged = await judgedOf(context, index, options), { facts, profile, log, newest } = judged;
  const frames: DataFrame[] = [], told: HistoryFacts[] = [];
  for await (const { card, frame } of eachPart<HistoryFacts>(store, name, "monitor", of)) {
    requireSame(name, facts, card);
    told.push(card.facts);
    if (frame !== undefined) frames.push(frame);
  }
  const all = pl.concat(frames).sort([...keys, "ds"]).rechunk(), counts = await readCounts(context, of, facts);
  const used = (use: Use) => all.filter(pl.col(use)).drop(...USES).rechunk();
  const panel: Panel = { frame: used("is_read"), profile, asOf: index.asOf };
  const window: Past = {
    rows: counts.rows.total,
    thinned: () => used("is_thin"),
    sample: () => rowsAsArrays(used("is_sample"), profile),
    least: (column) => leastOf(told.map(({ least }) => least[column] ?? null)),
    categories: (column) => [...new Set(told.flatMap(({ categories }) => categories[column] ?? []))].sort(),
    missing: (column) => missingOf(told, column),
  };
  const sales = (use: Use) => used(use).select("unique_id", "ds", "y").sort(["unique_id", "ds"]);
  const forecasts: Past | undefined = newest && {
    rows: counts.before.total,
    thinned: () => sales("is_thin_before"),
    sample: () => {
      const taken = counts.before.taken(newest),
        own = newest.rows.filter(({ uniqueId }) => taken?.has(uniqueId) ?? true);
      const frame = pl.concat([sales("is_sample_before"), frameOf(own)]).sort(["unique_id", "ds"]);
      return rowsAsArrays(frame, salesAlone(profile));
    },
    least: () => leastOf(told.map(({ leastBefore }) => leastBefore)),
    categories: () => [],
    missing: () => ({ missing: [], rows: [] }),
  };
  const { steps } = options;
  return await judgeAndKeep(context, panel, {
    ...steps === undefined ? {} : { steps },
    log,
    past: { window, forecasts },
  });
}

/** How many rows each series has before a day, and where they stand among all. */
interface Counted {
  readonly total: number;
  /** Series → how many rows of others stand before its first one. */
  readonly offset: ReadonlyMap<string, number>;
}

interface Counts {
  readonly rows: Counted & { readonly taken: ReadonlySet<string> | undefined };
  readonly before: Counted & { taken(newest: NewestForecasts): ReadonlySet<string> | undefined };
}

async function readCounts({ store, profile }: Context, of: number, facts: JudgedFacts): Promise<Counts> {
  const { name } = profile,
    key = joinedKey(name, COUNTS, of, "json"),
    task = `merge --stage summarize --for monitor --parts ${of}`;
  const card = await store.get(key);
  if (card === undefined) throw new MissingInputError(key, task);
  const found = JSON.parse(new TextDecoder().decode(card)) as JudgedFacts;
  if (JSON.stringify(found) !== JSON.stringify(facts)) {
    throw new MissingInputError(`${key} of the days and forecasts that are to be judged`, `${task}, after summarize,`);
  }
  const frame = await readJoined(store, name, COUNTS, of);
  const alive = frame.filter(pl.col("last").eq(pl.col("last").max())).getColumn("unique_id").toArray() as string[];
  const setOf = (ids: readonly string[] | undefined) => ids === undefined ? undefined : new Set(ids);
  return {
    rows: { ...countedOf(frame, "rows"), taken: setOf(takenSeries(alive, profile)) },
    before: {
      ...countedOf(frame.sort("unique_id"), "rows_before"),
      taken: ({ last, rows }) => setOf(takenSeries(sortedIds(rows.filter(({ ds }) => ds === last)), profile)),
    },
  };
}

/** In the order that a table of them is sorted into. */
function sortedIds(rows: NewestForecasts["rows"]): string[] {
  return pl.DataFrame({ unique_id: rows.map(({ uniqueId }) => uniqueId) }).sort("unique_id").getColumn("unique_id")
    .toArray() as string[];
}

function countedOf(frame: DataFrame, column: "rows" | "rows_before"): Counted {
  const ids = frame.getColumn("unique_id").toArray() as string[];
  const rows = frame.getColumn(column).toArray().map(Number), offset = new Map<string, number>();
  let total = 0;
  ids.forEach((id, at) => {
    offset.set(id, total);
    total += rows[at]!;
  });
  return { total, offset };
}

/** Marks what each row of a part is needed for. Series stand one after the other, each by date. */
function marked(frame: DataFrame, { facts, profile, newest }: Judged, { rows, before }: Counts): DataFrame {
  const ids = frame.getColumn("unique_id").toArray() as string[];
  const days = frame.getColumn("ds").cast(pl.Int32).toArray() as number[],
    uses = USES.map(() => new Uint8Array(ids.length));
  const [read, thin, sample, thinBefore, sampleBefore] = uses as [Uint8Array, ...Uint8Array[]] & Uint8Array[];
  const windows = [
    ...readOf(facts, profile),
    // Forecasts stand in for the sales of their own days.
    ...newest === undefined ? [] : readOf(forecastWindow(newest, profile), profile).slice(1),
    ...facts.logged === null ? [] : [{ from: facts.logged, to: facts.to }],
  ].map(({ from, to }) => [dayNumber(from), dayNumber(to)] as const);
  const [from, to] = [dayNumber(facts.from), dayNumber(facts.to)],
    origin = facts.origin === null ? -Infinity : dayNumber(facts.origin);
  const every = thinning(rows.total), everyBefore = thinning(before.total);
  const taken = rows.taken, takenBefore = newest && before.taken(newest);
  // A loop: positions among the rows of all series run on from row to row.
  let at = 0, atBefore = 0;
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!, day = days[row]!;
    if (row === 0 || id !== ids[row - 1]) [at, atBefore] = [rows.offset.get(id) ?? 0, before.offset.get(id) ?? 0];
    // The last row of a series tells what never changes about it.
    if (id !== ids[row + 1] || windows.some(([start, end]) => day >= start && day < end)) read[row] = 1;
    if (day < from && at++ % every === 0) thin![row] = 1;
    if (day < to && (taken?.has(id) ?? true)) sample![row] = 1;
    if (day >= origin) continue;
    if (atBefore++ % everyBefore === 0) thinBefore![row] = 1;
    if (takenBefore?.has(id) ?? true) sampleBefore![row] = 1;
  }
  return frame.withColumns(...uses.map((use, k) => pl.Series(USES[k]!, Array.from(use, (one) => one === 1), pl.Bool)));
}

/** What is read of a window, and of its past: sales tell whether last year is 52 weeks ago or as far as Easter has moved. */
function readOf(window: { readonly from: string; readonly to: string }, profile: DatasetProfile) {
  return datesRead(window, [yearAgo(profile)(window), daysOfYear(profile)]);
}

function historyOf(
  history: DataFrame | undefined,
  { origin }: JudgedFacts,
  { roles }: DatasetProfile,
): Omit<HistoryFacts, keyof JudgedFacts> {
  if (history === undefined || history.height === 0) {
    return { least: {}, leastBefore: null, categories: {}, days: [], missing: {} };
  }
  const columns = history.columns.filter((name) => name !== "unique_id" && name !== "ds");
  const isOf = (pattern: RegExp) => (name: string) => pattern.test(history.getColumn(name).dtype.variant);
  const amounts = columns.filter((name) => name === "y" || roles[name] === "observed").filter(
    isOf(/^(U?Int|Float|Decimal)/),
  );
  const least = (frame: DataFrame, name: string) => frame.getColumn(name).min() as number | null;
  return {
    least: Object.fromEntries(amounts.map((name) => [name, least(history, name)])),
    leastBefore: origin === null ? null : least(history.filter(dayBefore(origin)), "y"),
    categories: Object.fromEntries(
      columns.filter(isOf(/^(Utf8|String|Categorical|Enum)$/)).map((name) => [name, categoriesIn(history, name)]),
    ),
    days: (history.select("ds").unique().sort("ds").getColumn("ds").toArray() as unknown as Date[]).map(isoDate),
    missing: Object.fromEntries(columns.map((name) => [name, missingIn(history, name)])),
  };
}

function missingOf(told: readonly HistoryFacts[], column: string): MissingByDay {
  const days = new Map<string, [missing: number, rows: number]>();
  for (const { days: own, missing } of told) {
    own.forEach((day, at) => {
      const [gaps, rows] = days.get(day) ?? [0, 0], { missing: more, rows: count } = missing[column]!;
      days.set(day, [gaps + more[at]!, rows + count[at]!]);
    });
  }
  const sorted = [...days].toSorted(([a], [b]) => a < b ? -1 : 1).map(([, sums]) => sums);
  return { missing: sorted.map(([missing]) => missing), rows: sorted.map(([, rows]) => rows) };
}

const leastOf = (values: readonly (number | null)[]): number | null =>
  values.reduce((least, value) => value === null || (least !== null && least <= value) ? least : value, null);

const dayBefore = (iso: string) => pl.col("ds").lt(pl.lit(iso).str.strptime(pl.Date, "%Y-%m-%d"));

function requireSame(dataset: string, facts: JudgedFacts, { part, facts: found }: PartCard<JudgedFacts>): void {
  const odd = (Object.keys(facts) as (keyof JudgedFacts)[]).find((name) => facts[name] !== found[name]);
  if (odd === undefined) return;
  throw new DatasetError(
    `Cannot join what parts of ${dataset} keep for monitoring as they must be of the same days and forecasts: partition ` +
      `${part} has the ${odd} ${found[odd]}, wanted is ${
        facts[odd]
      }; make it again with \`deno task monitor --partition ${part}\``,
    { dataset },
  );
}
