/**
 * The groups of a slice in words.
 *
 * @module
 */
import type { DatasetProfile } from "@/core/panel.ts";

const WEEKDAYS = ["", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "",
  ..."January February March April May June July August September October November December".split(" "),
];

/** Names a group: `Monday`, `a`, `yes`. */
export function levelName(slice: string, code: number, { levels, events }: DatasetProfile): string {
  const name = levels[slice]?.[code];
  if (name !== undefined) return name === "0" ? "none" : name;
  if (slice === "day_of_week") return WEEKDAYS[code] ?? String(code);
  if (slice === "month") return MONTHS[code] ?? String(code);
  if (events.includes(slice)) return code === 0 ? "no" : "yes";
  return String(code);
}
