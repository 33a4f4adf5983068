/**
 * An SQLite file and how rows are written to it: the same on the main thread and on the one that writes the log.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A value of a cell. */
export type SqliteCell = string | number | null;

/**
 * Opens a file.
 *
 * @param synchronous `FULL`: what was committed survives a power cut. `NORMAL`: its last rows may not, and nobody waits
 * for the disk.
 */
export function openSqliteFile(path: string, synchronous: "FULL" | "NORMAL"): DatabaseSync {
  const opened = new DatabaseSync(path);
  // Readers and one writer do not wait for one another.
  opened.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = 5000`);
  return opened;
}

/** Runs a statement for every row, in one transaction. Returns how many rows it changed. */
export function runForAll(
  database: DatabaseSync,
  statement: StatementSync,
  rows: readonly (readonly SqliteCell[])[],
): number {
  database.exec("BEGIN IMMEDIATE");
  try {
    let changed = 0;
    for (const row of rows) changed += Number(statement.run(...row).changes);
    database.exec("COMMIT");
    return changed;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
