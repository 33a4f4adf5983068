/**
 * A lineage record as a table.
 *
 * @module
 */
import type { FigureTable } from "@/charts/mod.ts";
import type { LineageRecord } from "@/stores/lineage.ts";

/**
 * Lays a lineage record out for people: one row per file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lineageRows } from "@/pipeline/lineage_rows.ts";
 *
 * const about = { source: "kaggle", archive: null, time: "2026-11-01T05:30:00Z", sha256: "ab".repeat(32) };
 * const table = { rows: 1_017_209, columns: ["Store"], first: "2013-01-01", last: "2015-07-31" };
 * const { rows } = lineageRows({ files: [{ path: "train.csv", bytes: 38_057_952, ...about, ...table }] });
 * expect(rows[0]!.slice(0, 4)).toEqual(["train.csv", "38,057,952", "1,017,209", "1"]);
 * ```
 */
export function lineageRows({ files }: Pick<LineageRecord, "files">): FigureTable {
  return {
    columns: ["file", "bytes", "rows", "columns", "from", "to", "sha256"],
    rows: files.map(({ path, bytes, rows, columns, first, last, sha256 }) => [
      path,
      bytes.toLocaleString("en"),
      rows === null ? "–" : rows.toLocaleString("en"),
      columns === null ? "–" : String(columns.length),
      first ?? "–",
      last ?? "–",
      `${sha256.slice(0, 12)}…`,
    ]),
  };
}
