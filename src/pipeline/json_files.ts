/**
 * JSON documents under keys.
 *
 * @module
 */
import { MissingInputError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";

/** Writes a JSON document, indented so that a person can read it. */
export async function writeJson(store: Store, key: string, document: unknown): Promise<void> {
  await store.put(key, `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads a JSON document that may be there: undefined where it is not. */
export async function readJsonIfThere<Document>(store: Store, key: string): Promise<Document | undefined> {
  const bytes = await store.get(key);
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}

/**
 * Reads a JSON document that an earlier stage wrote.
 *
 * @param task The task that writes it, for the message.
 * @throws {MissingInputError} If it is not there, or not JSON (a file that somebody else damaged is rebuilt the same way).
 */
export async function readJson<Document>(store: Store, key: string, task: string): Promise<Document> {
  const bytes = await store.get(key);
  if (bytes === undefined) throw new MissingInputError(key, task);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new MissingInputError(`${key} as JSON`, task);
  }
}
