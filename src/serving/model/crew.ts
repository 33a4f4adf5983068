/**
 * A few Workers that share a queue: what a person waits for goes first, and what came meanwhile is computed together.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { PlacedAsk } from "@/pipeline/planned_features.ts";
import type { Reply, Results, Task } from "@/serving/model/messages.ts";
import { Performer } from "@/serving/model/perform.ts";

/** Someone who performs one task at a time. */
interface Hand {
  perform(task: Task): Promise<unknown>;
  end(): void;
}

/** A forecast of one ask: a view of what was computed together. */
export interface Share {
  readonly values: Float64Array;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** A waiting ask. */
interface Waiting {
  readonly ask: PlacedAsk;
  readonly resolve: (share: Share) => void;
  readonly reject: (error: unknown) => void;
}

/** A task of another kind. */
interface Errand {
  readonly task: Task;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks that are computed together at most: a person's next ask should not wait longer than a blink. */
const TOGETHER = 48;

/** Hands that share a queue. */
export class Crew implements Disposable {
  readonly #hands: readonly Hand[];
  readonly #horizon: number;
  readonly #idle: Hand[] = [];
  readonly #errands: Errand[] = [];
  readonly #soon: Waiting[] = [];
  readonly #later: Waiting[] = [];
  #scheduled = false;

  private constructor(hands: readonly Hand[], horizon: number) {
    this.#hands = hands;
    this.#horizon = horizon;
  }

  /**
   * Gathers a crew, each with the model in hand.
   *
   * @param workers How many threads; 0 does the work where it is asked.
   */
  static async gather(workers: number, load: Task & { readonly kind: "load" }): Promise<Crew> {
    const hands = workers === 0 ? [hereHand()] : Array.from({ length: workers }, workerHand);
    const crew = new Crew(hands, load.table.horizon);
    try {
      await Promise.all(hands.map((hand) => hand.perform(load)));
    } catch (error) {
      crew[Symbol.dispose]();
      throw error;
    }
    crew.#idle.push(...hands);
    return crew;
  }

  /** Computes one ask, together with others of the same moment. */
  compute(ask: PlacedAsk, { later = false }: { readonly later?: boolean } = {}): Promise<Share> {
    return new Promise((resolve, reject) => {
      (later ? this.#later : this.#soon).push({ ask, resolve, reject });
      this.#wake();
    });
  }

  /** Has a task of another kind done. */
  do<Kind extends Exclude<Task["kind"], "compute">>(task: Task & { readonly kind: Kind }): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      this.#errands.push({ task, resolve, reject });
      this.#wake();
    });
  }

  /** At the end of this turn: whoever asks in the same turn is served together. */
  #wake(): void {
    if (this.#scheduled || this.#idle.length === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      while (this.#idle.length > 0 && this.#next()) { /* until nobody waits or nobody is idle */ }
    });
  }

  #next(): boolean {
    const hand = this.#idle[0]!;
    const errand = this.#errands.shift();
    if (errand !== undefined) {
      this.#busy(hand, errand.task, errand.resolve as (result: unknown) => void, errand.reject);
      return true;
    }
    const queue = this.#soon.length > 0 ? this.#soon : this.#later;
    const part = queue.splice(0, TOGETHER);
    if (part.length === 0) return false;
    const task: Task = { kind: "compute", asks: part.map(({ ask }) => ask) };
    this.#busy(hand, task, (result) => {
      const { values, high, low } = result as Results["compute"];
      let from = 0;
      for (const { ask, resolve } of part) {
        const to = from + (ask.only === undefined ? this.#horizon : 1);
        resolve({ values: values.subarray(from, to), high: high.subarray(from, to), low: low.subarray(from, to) });
        from = to;
      }
    }, (error) => {
      // One that cannot be computed must not fail the others that were computed with it.
      if (part.length === 1) return part[0]!.reject(error);
      for (const { ask, resolve, reject } of part) {
        hand.perform({ kind: "compute", asks: [ask] }).then((one) => resolve(one as Results["compute"]), reject);
      }
    });
    return true;
  }

  #busy(hand: Hand, task: Task, done: (result: unknown) => void, failed: (error: unknown) => void): void {
    this.#idle.splice(this.#idle.indexOf(hand), 1);
    hand.perform(task).then(done, failed).finally(() => {
      this.#idle.push(hand);
      this.#wake();
    });
  }

  [Symbol.dispose](): void {
    for (const hand of this.#hands) hand.end();
    const gone = new ModelUnavailableError("The model was taken out of service");
    for (const { reject } of [...this.#soon, ...this.#later, ...this.#errands]) reject(gone);
    this.#soon.length = this.#later.length = this.#errands.length = 0;
    this.#idle.length = 0;
  }
}

function hereHand(): Hand {
  const performer = new Performer();
  return { perform: (task) => performer.perform(task), end: () => performer[Symbol.dispose]() };
}

function workerHand(): Hand {
  const worker = new Worker(new URL("./worker.ts", import.meta.url).href, { type: "module" });
  const waiting: { readonly resolve: (result: unknown) => void; readonly reject: (error: unknown) => void }[] = [];
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const { resolve, reject } = waiting.shift()!;
    if (data.ok) resolve(data.result);
    else reject(Object.assign(new Error(data.message), { name: data.name }));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.splice(0)) {
      reject(new ModelUnavailableError(`The model's thread failed: ${event.message}`));
    }
  };
  return {
    perform(task) {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(task);
      });
    },
    end() {
      worker.terminate();
      for (const { reject } of waiting.splice(0)) {
        reject(new ModelUnavailableError("The model was taken out of service"));
      }
    },
  };
}
