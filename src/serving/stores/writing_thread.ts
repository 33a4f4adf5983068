/**
 * The hand of the thread that writes to an SQLite file; it is started when there is something to write.
 *
 * @module
 */
import type { SqliteCell } from "@/serving/stores/sqlite_file.ts";
import type { WriterOrder, WriterReply } from "@/serving/stores/sqlite_writer.ts";

/** Somebody who waits for a reply. */
interface Waiting {
  readonly resolve: (changed: number) => void;
  readonly reject: (error: Error) => void;
}

/** Writes rows elsewhere than on this thread. */
export class WritingThread implements AsyncDisposable {
  readonly #path: string;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Runs a statement for every row, in one transaction. Gives how many rows it changed. */
  async write(text: string, rows: readonly (readonly SqliteCell[])[]): Promise<number> {
    this.#worker ??= this.#start();
    return await this.#send({ kind: "write", path: this.#path, text, rows });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./sqlite_writer.ts", import.meta.url).href, { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<WriterReply>) => {
      const { resolve, reject } = this.#waiting.shift()!;
      if (data.ok) resolve(data.changed);
      else reject(new Error(data.message));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#worker = undefined;
      for (const { reject } of this.#waiting.splice(0)) {
        reject(new Error(`the thread that writes failed: ${event.message}`));
      }
    };
    return worker;
  }

  #send(order: WriterOrder): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker!.postMessage(order);
    });
  }

  /** Writes what was asked for, then lets go of the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    await this.#send({ kind: "close" });
    this.#worker = undefined;
    worker.terminate();
  }
}
