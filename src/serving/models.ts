/**
 * Who answers: the deployed model, a shadow that only listens, a canary that gets a share of the series.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import type { ServedModel } from "@/serving/served_model.ts";

/** The model that answers, or why none does. */
export type State =
  | { readonly ready: true; readonly model: ServedModel }
  | { readonly ready: false; readonly why: string };

/** What a swap came to. */
export interface Swap {
  readonly outcome: "swapped" | "unchanged" | "refused";
  readonly version?: string;
  /** Why it was refused. */
  readonly why?: string;
  readonly at: string;
}

/** How far the shadow's answers are from those that were given. */
export interface ShadowReport {
  readonly version: string;
  readonly predictions: number;
  /** Mean and largest difference, as a share of the answer. */
  readonly meanDifference: number;
  readonly largestDifference: number;
  readonly errors: number;
}

/** Loads a model: verifies it, and gives it ready to answer. `which` names one; the source's own choice otherwise. */
export type LoadModel = (which?: string) => Promise<ServedModel>;

/** The model as of now, its companions, and the swap from one to the next. */
export class Models implements AsyncDisposable {
  #state: State;
  #shadow: ServedModel | undefined;
  #canary: { readonly model: ServedModel; readonly share: number } | undefined;
  #swaps: Swap[] = [];
  #swapping: Promise<Swap> | undefined;
  #shadowed = { predictions: 0, sum: 0, largest: 0, errors: 0 };
  readonly #leases = new Map<ServedModel, number>();
  readonly #retired = new Set<ServedModel>();
  readonly #load: LoadModel;
  readonly #now: () => Temporal.Instant;

  constructor(load: LoadModel, { now = () => Temporal.Now.instant(), why = "No model was loaded yet" }: {
    readonly now?: () => Temporal.Instant;
    readonly why?: string;
  } = {}) {
    this.#load = load;
    this.#now = now;
    this.#state = { ready: false, why };
  }

  get state(): State {
    return this.#state;
  }

  get swaps(): readonly Swap[] {
    return this.#swaps;
  }

  get shadow(): ServedModel | undefined {
    return this.#shadow;
  }

  get canary(): { readonly model: ServedModel; readonly share: number } | undefined {
    return this.#canary;
  }

  /**
   * The model that answers for a series (the canary's share goes by a hash of the series, so that a series always has
   * the same answerer).
   *
   * @throws {ModelUnavailableError} If there is none; says why.
   */
  answerer(id?: string): ServedModel {
    if (!this.#state.ready) throw new ModelUnavailableError(this.#state.why);
    const canary = this.#canary;
    if (canary !== undefined && id !== undefined && shareOf(id) < canary.share && canary.model.has(id)) {
      return canary.model;
    }
    return this.#state.model;
  }

  /** Uses a model: as long as the work lasts it is not freed, even when another has taken its place. */
  async using<Result>(model: ServedModel, work: (model: ServedModel) => Promise<Result>): Promise<Result> {
    this.#leases.set(model, (this.#leases.get(model) ?? 0) + 1);
    try {
      return await work(model);
    } finally {
      const left = this.#leases.get(model)! - 1;
      if (left > 0) this.#leases.set(model, left);
      else this.#leases.delete(model);
      if (left === 0 && this.#retired.delete(model)) this.#free(model);
    }
  }

  /**
   * Loads and verifies a model in the background, then lets it take over; a bad one is refused and the old one goes on.
   * Calls at the same time share one swap.
   */
  async swap(which?: string): Promise<Swap> {
    return await (this.#swapping ??= this.#swap(which).finally(() => this.#swapping = undefined));
  }

  async #swap(which?: string): Promise<Swap> {
    const at = this.#now().toString();
    const note = (swap: Swap): Swap => {
      this.#swaps = [...this.#swaps.slice(-49), swap];
      return swap;
    };
    try {
      const model = await this.#load(which);
      const old = this.#state;
      this.#state = { ready: true, model };
      if (old.ready) this.#retire(old.model);
      return note({ outcome: "swapped", version: model.version, at });
    } catch (error) {
      const why = (error as Error).message;
      if (!this.#state.ready) this.#state = { ready: false, why };
      return note({ outcome: "refused", ...which !== undefined && { version: which }, why, at });
    }
  }

  /** Stops answering, for a reason that clients are told. */
  unload(why: string): void {
    const old = this.#state;
    this.#state = { ready: false, why };
    if (old.ready) this.#retire(old.model);
  }

  /** Lets a version listen to copies of requests; without one, the shadow goes. */
  async setShadow(which?: string): Promise<void> {
    const model = which === undefined ? undefined : await this.#load(which);
    const old = this.#shadow;
    this.#shadow = model;
    this.#shadowed = { predictions: 0, sum: 0, largest: 0, errors: 0 };
    if (old !== undefined) this.#retire(old);
  }

  /** Gives a version a share of the series, from 0 to 1; without one, the canary goes. */
  async setCanary(which?: string, share = 0): Promise<void> {
    if (!(share >= 0 && share <= 1)) {
      throw new RangeError(`Cannot set a canary as its share must be from 0 to 1: current value is ${share}`);
    }
    const model = which === undefined ? undefined : await this.#load(which);
    const old = this.#canary;
    this.#canary = model === undefined ? undefined : { model, share };
    if (old !== undefined) this.#retire(old.model);
  }

  /** Notes how far the shadow was from an answer that was given. */
  noteShadow(answered: number, shadow: number | undefined): void {
    const noted = this.#shadowed;
    if (shadow === undefined) {
      noted.errors++;
      return;
    }
    const difference = Math.abs(shadow - answered) / Math.max(1, Math.abs(answered));
    noted.predictions++;
    noted.sum += difference;
    noted.largest = Math.max(noted.largest, difference);
  }

  get shadowReport(): ShadowReport | undefined {
    if (this.#shadow === undefined) return undefined;
    const { predictions, sum, largest, errors } = this.#shadowed;
    return {
      version: this.#shadow.version,
      predictions,
      meanDifference: predictions === 0 ? 0 : sum / predictions,
      largestDifference: largest,
      errors,
    };
  }

  #retire(model: ServedModel): void {
    if (this.#leases.has(model)) this.#retired.add(model);
    else this.#free(model);
  }

  /** A model's tables are megabytes that V8 does not see. */
  #free(model: ServedModel): void {
    model[Symbol.dispose]();
    releaseMemory();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#swapping;
    await this.setShadow();
    await this.setCanary();
    this.unload("The server is shutting down");
  }
}

/** A number from 0 to 1 that a series always has: FNV-1a over its name. */
export function shareOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // The last bits of short names differ little: mix them.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
