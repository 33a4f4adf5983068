/**
 * The protocol's records that are committed, and the README's table that is made of them.
 *
 * @module
 */
import { MissingInputError, ParamsError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import type { ProtocolRecord } from "@/pipeline/backtest/record.ts";
import { scoreText } from "./score_text.ts";

/** Records of the protocol, and of what was tried on the way. */
const FOLDER = "docs/records/";
export const TRIALS = "docs/trials/";
const BEGIN = "<!-- accuracy: made of docs/records by `deno task claims` -->", END = "<!-- end of accuracy -->";

/** Keeps a record under a name such as `walmart_39_weeks`; where it came from on this machine is left out. */
export async function keepRecord(
  project: Store,
  name: string,
  record: ProtocolRecord,
  folder: string = FOLDER,
): Promise<void> {
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new ParamsError(`Cannot keep the record as "${name}": expected small letters, digits and _`);
  }
  const kept = { ...record, source: record.source.startsWith("synthetic") ? "synthetic" : "competition data" };
  await project.put(`${folder}${name}.json`, `${JSON.stringify(kept, null, 2)}\n`);
}

/** Reads the records that are kept: name → record, by name. */
export async function readRecords(project: Store, folder: string = FOLDER): Promise<Record<string, ProtocolRecord>> {
  const records: Record<string, ProtocolRecord> = {};
  for await (const key of project.list(folder)) {
    if (!key.endsWith(".json")) continue;
    records[key.slice(folder.length, -".json".length)] = JSON.parse(
      new TextDecoder().decode(await project.get(key)),
    );
  }
  return records;
}

/** The README's table: per record the champion, with its spread, beside seasonal naive and the best simple model. */
export function accuracyTable(records: Readonly<Record<string, ProtocolRecord>>): string {
  const head = [
    "protocol",
    "metric",
    "model",
    "mean, median of origins",
    "best to worst",
    "naive",
    "best simple model",
    "holdout",
  ];
  const rows = Object.entries(records).map(([name, record]) => {
    const { metric, horizon, models, champion, baseline, simple, origins, seeds, holdout } = record;
    const of = (model: string | null) => models.find((own) => own.model === model);
    const own = of(champion)!;
    const text = (value: number | null | undefined) => value == null ? "–" : scoreText(metric, value);
    const spread = own.rolling === null ? "–" : `${text(own.rolling.min)} to ${text(own.rolling.max)}`;
    return [
      `\`${name}\`: ${horizon} steps, ${origins.length} origins, ${seeds.length} seed${seeds.length === 1 ? "" : "s"}`,
      metric,
      champion,
      own.rolling === null ? "–" : `${text(own.rolling.mean)}, ${text(own.rolling.median)}`,
      spread,
      text(of(baseline)?.rolling?.mean ?? of(baseline)?.holdout),
      simple === null ? "–" : `${text(of(simple)?.rolling?.mean ?? of(simple)?.holdout)} (${simple})`,
      holdout === null ? "–" : `${text(own.holdout)} from ${holdout.from}`,
    ];
  });
  // Padded as `deno fmt` pads, so that a formatted page is left as it is.
  const widths = head.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, k) => cell.padEnd(widths[k]!)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/**
 * Puts the table between its markers in a page.
 *
 * @throws {MissingInputError} If the page has no markers.
 */
export function withAccuracyTable(page: string, records: Readonly<Record<string, ProtocolRecord>>): string {
  const from = page.indexOf(BEGIN), to = page.indexOf(END);
  if (from < 0 || to < from) throw new MissingInputError(`the markers of the accuracy table in README.md`, "claims");
  return `${page.slice(0, from)}${BEGIN}\n\n${accuracyTable(records)}\n\n${page.slice(to)}`;
}
