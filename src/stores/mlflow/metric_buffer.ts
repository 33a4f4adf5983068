/**
 * Metric lines on their way to their files: a boosting run reports thousands of values, and a file is opened once for many.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { keyClash } from "@/stores/mlflow/names.ts";

/** How much text may wait in memory, and for how long, before it is written. */
const FULL = 64 * 1024, STALE_MS = 1_000;

/** Collects lines per file and appends them in bulk. */
export class MetricBuffer {
  readonly #folder: string;
  readonly #now: () => number;
  #lines = new Map<string, string[]>();
  #size = 0;
  #written: number;
  // One write after another, so that the lines of a metric stay in order.
  #queue: Promise<void> = Promise.resolve();

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    this.#written = now();
  }

  /** Adds one value; non-finite ones are skipped. */
  add(metric: string, value: number, step: number): void {
    if (!Number.isFinite(value)) return;
    const line = `${this.#now()} ${value} ${step}\n`;
    const waiting = this.#lines.get(metric);
    if (waiting) waiting.push(line);
    else this.#lines.set(metric, [line]);
    this.#size += line.length;
  }

  /** Writes when much is waiting, or has waited for a while. */
  async settle(): Promise<void> {
    if (this.#size >= FULL || this.#now() - this.#written >= STALE_MS) await this.flush();
  }

  /** Writes everything that is waiting. One metric that cannot be written does not keep the others from it. */
  flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = new Map();
    this.#size = 0;
    this.#written = this.#now();
    const written = this.#queue.then(async () => {
      const failures: unknown[] = [];
      for (const [metric, text] of lines) {
        const file = join(this.#folder, metric);
        try {
          if (metric.includes("/")) await Deno.mkdir(dirname(file), { recursive: true });
          await Deno.writeTextFile(file, text.join(""), { append: true });
        } catch (error) {
          failures.push(keyClash("metric", metric, error));
        }
      }
      if (failures.length > 0) throw failures[0];
    });
    this.#queue = written.catch(() => {});
    return written;
  }
}
