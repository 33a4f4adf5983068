/**
 * A folder that keeps what a server could not take, until it can.
 *
 * ```text
 * <run>/run.json       which run of the server this is, once it is known
 * <run>/journal.jsonl  what happened, in order, one line each; locked by its writer
 * <run>/files/<n>      artifacts
 * <run>/register.json  the model version to make of it
 * ```
 *
 * @module
 */
import { join } from "node:path";
import type { Registry } from "@/core/registry.ts";
import type { Bytes } from "@/core/store.ts";
import type { DatasetInput } from "@/core/tracker.ts";
import { listFolders, readBytes, readText, writeWhole } from "@/stores/mlflow/meta.ts";
import { checkRunId } from "@/stores/mlflow/names.ts";
import type { SentPoint } from "@/stores/mlflow/server/server_run.ts";

/** One thing that happened in a run. */
export type Entry =
  | {
    readonly is: "start";
    readonly experiment: string;
    readonly name: string;
    readonly parent?: string;
    readonly at: number;
  }
  | { readonly is: "resume"; readonly at: number }
  | { readonly is: "params"; readonly values: Readonly<Record<string, string | number | boolean>> }
  | { readonly is: "points"; readonly points: readonly SentPoint[] }
  | { readonly is: "tags"; readonly values: Readonly<Record<string, string>> }
  | { readonly is: "input"; readonly dataset: DatasetInput }
  | { readonly is: "artifact"; readonly path: string; readonly file: string }
  | { readonly is: "end"; readonly error?: string; readonly at: number };

/** What the folder knows of a run. */
export interface SpooledState {
  /** The run's id on the server; absent until it is delivered for the first time. */
  readonly serverId?: string;
  readonly experiment?: string;
}

/** A model version to be made of a run's files. */
export interface WaitingRegistration {
  readonly name: string;
  readonly path: string;
  readonly options: NonNullable<Parameters<Registry["register"]>[2]>;
}

/** A journal that is open for writing. */
export interface Journal extends Disposable {
  /** Adds entries, in the order of the calls. */
  append(...entries: readonly Entry[]): Promise<void>;
  /** Keeps an artifact's bytes, and returns the name of their file. */
  keep(bytes: Bytes): Promise<string>;
}

const JOURNAL = "journal.jsonl", STATE = "run.json", REGISTRATION = "register.json";

/** The spool in a folder. */
export class Spool {
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }

  /** What is known of a run; undefined for one that was never here. */
  async state(id: string): Promise<SpooledState | undefined> {
    const text = await readText(join(this.#of(id), STATE));
    return text === undefined ? undefined : JSON.parse(text) as SpooledState;
  }

  async setState(id: string, state: SpooledState): Promise<void> {
    await writeWhole(join(this.#of(id), STATE), JSON.stringify(state), this.#of(id));
  }

  /** Whether a run has something to deliver. */
  async isWaiting(id: string): Promise<boolean> {
    return await readText(join(this.#of(id), JOURNAL)) !== undefined;
  }

  /** Runs that have something to deliver, those that began first at the front. */
  async waiting(): Promise<string[]> {
    const found: { readonly id: string; readonly at: number }[] = [];
    for (const id of await listFolders(this.folder)) {
      if (!await this.isWaiting(id)) continue;
      const [first] = await this.entries(id);
      found.push({ id, at: first && "at" in first ? first.at : 0 });
    }
    return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  }

  /** Opens a run's journal. Rejects when another process writes to it. */
  async open(id: string): Promise<Journal> {
    const folder = this.#of(id);
    const file = await this.#lock(id);
    if (!file) throw new RangeError(`Cannot record in the run ${id} as another process is recording in it`);
    let kept = (await Array.fromAsync(Deno.readDir(join(folder, "files")))).length;
    // A killed process may have left half a line: what follows begins a new one.
    const known = await readText(join(folder, JOURNAL)) ?? "";
    if (known !== "" && !known.endsWith("\n")) await file.write(new TextEncoder().encode("\n"));
    let queue: Promise<void> = Promise.resolve();
    return {
      append(...entries) {
        const bytes = new TextEncoder().encode(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
        // One after another: entries must not mix.
        const written = queue.then(async () => {
          for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
        });
        queue = written.catch(() => {});
        return written;
      },
      async keep(bytes) {
        const name = `files/${kept++}`;
        await writeWhole(join(folder, name), bytes, folder);
        return name;
      },
      [Symbol.dispose]: () => file.close(),
    };
  }

  /** Lets work have a run for itself; undefined when a process is recording in it. */
  async exclusively<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    const file = await this.#lock(id);
    if (!file) return undefined;
    try {
      return await work();
    } finally {
      file.close();
    }
  }

  /** What happened in a run. A line that a killed process did not finish is left out. */
  async entries(id: string): Promise<Entry[]> {
    const text = await readText(join(this.#of(id), JOURNAL)) ?? "";
    return text.split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
  }

  async file(id: string, name: string): Promise<Bytes> {
    return (await readBytes(join(this.#of(id), name)))!;
  }

  /** Forgets what was delivered, and remembers which run of the server it became. */
  async settle(id: string, state: SpooledState): Promise<void> {
    await this.setState(id, state);
    await Deno.remove(join(this.#of(id), JOURNAL));
    await Deno.remove(join(this.#of(id), "files"), { recursive: true });
  }

  /** Runs of which a model version is to be made. */
  async registrations(): Promise<string[]> {
    const found = await Promise.all(
      (await listFolders(this.folder)).map(async (id) => await this.registration(id) === undefined ? [] : [id]),
    );
    return found.flat().sort();
  }

  async registration(id: string): Promise<WaitingRegistration | undefined> {
    const text = await readText(join(this.#of(id), REGISTRATION));
    return text === undefined ? undefined : JSON.parse(text) as WaitingRegistration;
  }

  async setRegistration(id: string, registration: WaitingRegistration): Promise<void> {
    await writeWhole(join(this.#of(id), REGISTRATION), JSON.stringify(registration), this.#of(id));
  }

  async forgetRegistration(id: string): Promise<void> {
    await Deno.remove(join(this.#of(id), REGISTRATION));
  }

  async #lock(id: string): Promise<Deno.FsFile | undefined> {
    await Deno.mkdir(join(this.#of(id), "files"), { recursive: true });
    const file = await Deno.open(join(this.#of(id), JOURNAL), { create: true, append: true });
    if (await file.tryLock(true)) return file;
    file.close();
    return undefined;
  }

  #of(id: string): string {
    return join(this.folder, checkRunId(id));
  }
}
