/**
 * A thread that writes to an SQLite file: whoever asks for a forecast does not wait while the last ones are logged.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openSqliteFile, runForAll, type SqliteCell } from "@/serving/stores/sqlite_file.ts";

/** What the thread is told. */
export type WriterOrder =
  | {
    readonly kind: "write";
    readonly path: string;
    readonly text: string;
    readonly rows: readonly (readonly SqliteCell[])[];
  }
  | { readonly kind: "close" };

/** What it answers, in the order of what it was told. */
export type WriterReply =
  | { readonly ok: true; readonly changed: number }
  | { readonly ok: false; readonly message: string };

let database: DatabaseSync | undefined;
const statements = new Map<string, StatementSync>();

self.onmessage = ({ data }: MessageEvent<WriterOrder>) => {
  let reply: WriterReply;
  try {
    reply = { ok: true, changed: carriedOut(data) };
  } catch (error) {
    reply = { ok: false, message: (error as Error).message };
  }
  self.postMessage(reply);
};

function carriedOut(order: WriterOrder): number {
  if (order.kind === "close") {
    statements.clear();
    database?.close();
    return 0;
  }
  // Its last rows may be lost when the power fails: nobody waits for the disk.
  database ??= openSqliteFile(order.path, "NORMAL");
  let statement = statements.get(order.text);
  if (statement === undefined) statements.set(order.text, statement = database.prepare(order.text));
  return runForAll(database, statement, order.rows);
}
