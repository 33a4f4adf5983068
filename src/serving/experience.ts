/**
 * What a series has lived through: a model cannot know what it never saw.
 *
 * @module
 */
import { formatDate } from "@/charts/mod.ts";
import { knownColumns } from "@/serving/rows.ts";
import type { Changes, Day, Known, ServedModel } from "@/serving/served_model.ts";

/** A change of the plan that leaves what the series has seen. */
export interface Beyond {
  readonly step: number;
  readonly ds: string;
  /** The column that is changed: `promo`. */
  readonly column: string;
  /** Why nobody knows: `never had “promotion” on a Sunday`. */
  readonly why: string;
}

/** What a column is called where people read it. */
export const PLAN_WORDS: Readonly<Record<string, string>> = {
  open: "open",
  promo: "promotion",
  is_holiday: "holiday",
  state_holiday: "public holiday",
};

/** Whether an event is on: a flag that is set, a holiday of whatever kind. */
export const isOn = (value: Known[string] | undefined): boolean =>
  value !== undefined && value !== null && !["0", "", "none"].includes(String(value));

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const weekdayOf = (ds: string) => WEEKDAYS[new Date(`${ds}T00:00:00Z`).getUTCDay()]!;

/** The columns of a plan that are on or off, and holidays of whatever kind; other words are left to the API. */
export function switchesOf({ profile }: Pick<ServedModel, "profile">): string[] {
  return knownColumns(profile).filter((name) => profile.levels[name] === undefined || name.includes("holiday"));
}

/**
 * Finds the changes of a plan that leave the range of what a series was trained on: an event on a weekday that never had
 * it, or one that lasts longer than it ever did. Closing is always known: nothing is sold.
 *
 * @param plan The whole horizon under the changed plan.
 */
export function beyondExperience(
  model: Pick<ServedModel, "profile" | "history">,
  id: string,
  changes: Changes,
  plan: readonly Day[],
): Beyond[] {
  const { openColumn, frequency } = model.profile, columns = switchesOf(model);
  const day = (ds: string) => frequency === "1d" ? weekdayOf(ds) : "";
  const open = (known: Known) => openColumn === undefined || isOn(known[openColumn] ?? 1);
  const history = model.history(id), seen = new Set<string>();
  for (const { ds, y, known } of history) {
    if (y === null || !open(known)) continue;
    for (const column of columns) if (isOn(known[column])) seen.add(`${column} ${day(ds)}`);
  }
  const longest = new Map(columns.map((column) => [column, Math.max(0, ...runsOf(history, column))]));
  const lengths = new Map(columns.map((column) => [column, runsOf(plan, column)]));
  const found: Beyond[] = [];
  for (const [step, values] of changes) {
    const { ds, known } = plan[step]!;
    if (!open(known)) continue;
    for (const column of Object.keys(values)) {
      if (!columns.includes(column) || !isOn(values[column])) continue;
      const what = PLAN_WORDS[column] ?? column.replaceAll("_", " ");
      const run = lengths.get(column)![step]!, most = longest.get(column)!;
      if (!seen.has(`${column} ${day(ds)}`)) {
        found.push({ step, ds, column, why: `never had “${what}”${frequency === "1d" ? ` on a ${day(ds)}` : ""}` });
      } else if (column !== openColumn && run > most) {
        const unit = frequency === "1d" ? "days" : "weeks";
        found.push({
          step,
          ds,
          column,
          why: `never had “${what}” for ${run} ${unit} in a row: ${most} is the longest`,
        });
      }
    }
  }
  return found;
}

/** Of every day how many days in a row have the event, the day among them; 0 where it is off. */
function runsOf(days: readonly Day[], column: string): number[] {
  const runs = new Array<number>(days.length).fill(0);
  for (let from = 0; from < days.length;) {
    let to = from;
    while (to < days.length && isOn(days[to]!.known[column])) to++;
    runs.fill(to - from, from, to);
    from = Math.max(to, from + 1);
  }
  return runs;
}

/** The same in sentences, one per kind, with some of the dates. */
export function beyondSentences(found: readonly Beyond[], name: string): string[] {
  return [...Map.groupBy(found, ({ why }) => why)].map(([why, own]) => {
    const dates = own.map(({ ds }) => formatDate(ds));
    return `${name} ${why} (${dates.slice(0, 3).join(", ")}${dates.length > 3 ? ", …" : ""})`;
  });
}
