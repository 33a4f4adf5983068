/**
 * The protocol's records that are committed, and the README's table that is made of them.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import type { ProtocolRecord } from "@/pipeline/backtest/record.ts";
import { keep, keptSource, readKept, withPart } from "./made_part.ts";
import { markdownTable } from "./markdown_table.ts";
import { scoreText } from "./score_text.ts";

/** Records of the protocol, and of what was tried on the way. */
const FOLDER = "docs/records/";
export const TRIALS = "docs/trials/";

/** Keeps a record under a name such as `walmart_39_weeks`; where it came from on this machine is left out. */
export async function keepRecord(
  project: Store,
  name: string,
  record: ProtocolRecord,
  folder: string = FOLDER,
): Promise<void> {
  const kept = { ...record, source: keptSource(record.source) };
  await keep(project, folder, name, kept);
}

/** Reads the records that are kept: name → record, by name. */
export function readRecords(
  project: Store,
  folder: string = FOLDER,
): Promise<Readonly<Record<string, ProtocolRecord>>> {
  return readKept(project, folder);
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
  return markdownTable(head, rows);
}

/**
 * Puts the table between its markers in a page.
 *
 * @throws {MissingInputError} If the page has no markers.
 */
export function withAccuracyTable(page: string, records: Readonly<Record<string, ProtocolRecord>>): string {
  return withPart(page, { page: "README.md", name: "accuracy", of: "docs/records" }, accuracyTable(records));
}
