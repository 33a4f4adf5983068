/**
 * A lineage record as a table.
 *
 * @module
 */
import type { FigureTable } from "@/charts/mod.ts";
import type { LineageRecord } from "@/stores/lineage.ts";

/** Lays a lineage record out for people: one row per file. */
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
