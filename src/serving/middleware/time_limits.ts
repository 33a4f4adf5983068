/**
 * How long a request may take, body included: one timer looks after all of them.
 *
 * @module
 */
import { UnavailableError } from "@/serving/errors.ts";

/** Work that is under way. */
interface Pending {
  readonly until: number;
  readonly ms: number;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds between looks: by so much a client may be told late that its time is up. */
const EVERY = 50;

/** Limits the time of work; a timer of its own for each request would cost more than many requests do. */
export class TimeLimits {
  readonly #pending = new Set<Pending>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Gives what the work comes to.
   *
   * @param ms Milliseconds that it may take.
   * @param started When it began, in milliseconds of `performance.now()`.
   * @throws {UnavailableError} When the time is up; what the work comes to then is nobody's business any more.
   *
   * @example
   * ```ts
   * import { expect } from "@std/expect";
   * import { TimeLimits } from "@/serving/middleware/time_limits.ts";
   *
   * const limits = new TimeLimits();
   * expect(await limits.within(1_000, Promise.resolve(5))).toBe(5);
   * await expect(limits.within(10, new Promise(() => {}))).rejects.toThrow("within 0.01 seconds");
   * ```
   */
  within<Result>(ms: number, work: Promise<Result>, started = performance.now()): Promise<Result> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { until: started + ms, ms, reject };
      this.#pending.add(pending);
      this.#timer ??= setInterval(() => this.#look(), EVERY);
      work.then((result) => {
        this.#pending.delete(pending);
        resolve(result);
      }, (error) => {
        this.#pending.delete(pending);
        reject(error);
      });
    });
  }

  #look(): void {
    const now = performance.now();
    for (const pending of this.#pending) {
      if (pending.until > now) continue;
      this.#pending.delete(pending);
      pending.reject(new UnavailableError(`Cannot answer within ${pending.ms / 1000} seconds`, { kind: "timeout" }));
    }
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
