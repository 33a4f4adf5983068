/**
 * Runs one training in a Worker of its own, and listens to it.
 *
 * @module
 */
import { NativeLibraryError } from "@/core/errors.ts";
import { type Floats, type Sample, sharedFloats } from "@/core/matrix.ts";
import type { FitOptions } from "@/core/regressor.ts";
import type { Job, Order, Peers, Report } from "@/models/native/job.ts";
import { findLibrary } from "@/models/native/library.ts";
import { outputAside } from "@/models/native/output_aside.ts";

/** A finished training: the model's bytes, and how many rounds it has. */
export interface Trained {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
}

/** What `train` may be told besides the job. `program` replaces the Worker's program in tests. */
export interface TrainOptions extends Pick<FitOptions, "onRound" | "signal"> {
  readonly program?: URL;
}

const PROGRAM = new URL("./train_worker.ts", import.meta.url);

/**
 * Trains in a Worker, which ends with the training, however that ends. Floats that are not in shared memory are copied
 * there first.
 *
 * @throws {NativeLibraryError} If the library is missing or refuses the job, or the Worker breaks down.
 * @throws The signal's reason, when it aborted; whatever `onRound` threw.
 */
export async function train(job: Job, { onRound, signal, program = PROGRAM }: TrainOptions = {}): Promise<Trained> {
  signal?.throwIfAborted();
  findLibrary(job.library); // here rather than in the Worker, so that the caller sees this error first-hand
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const order: Order = { ...job, ...shared(job), stop };
  const { promise, resolve, reject } = Promise.withResolvers<Trained>();

  const aside = job.peers === undefined ? undefined : outputAside();
  // A machine that is lost leaves the library waiting, or asking, for ever: who waits for it has to keep the time.
  const { peers } = job;
  let watch: ReturnType<typeof setTimeout> | undefined, heard = "the machines did not find one another";
  const heardOf = (what: string) => {
    if (peers === undefined) return;
    clearTimeout(watch);
    heard = what;
    watch = setTimeout(() => reject(lostPeer(peers, heard)), peers.timeout * 1_000);
  };
  heardOf(heard);

  // Whoever wants to stop lets the round end, so that the Worker can free its native memory before it goes.
  let stopReason: unknown;
  const askToStop = (reason: unknown) => {
    if (Atomics.exchange(stop, 0, 1) === 0) stopReason = reason;
  };
  const onAbort = () => askToStop(signal?.reason);

  const worker = new Worker(program.href, { type: "module" });
  try {
    worker.onmessage = ({ data: report }: MessageEvent<Report>) => {
      switch (report.kind) {
        case "round":
          heardOf(`the last round was ${report.round.round} of ${report.round.rounds}`);
          if (Atomics.load(stop, 0) !== 0) return;
          try {
            onRound?.(report.round);
          } catch (error) {
            askToStop(error);
          }
          return;
        case "done":
          return Atomics.load(stop, 0) === 0 ? resolve(report) : reject(stopReason);
        case "stopped":
          return reject(stopReason);
        case "failed":
          return reject(new NativeLibraryError(report.message, { tried: report.tried }));
      }
    };
    worker.onerror = (event) => {
      event.preventDefault(); // otherwise the whole process ends
      reject(new NativeLibraryError(`Cannot train ${job.library} as its worker broke down: ${event.message}`));
    };
    worker.onmessageerror = () =>
      reject(new NativeLibraryError(`Cannot train ${job.library} as a message of its worker is unreadable`));
    signal?.addEventListener("abort", onAbort);
    worker.postMessage(order);
    return await promise;
  } finally {
    clearTimeout(watch);
    aside?.[Symbol.dispose]();
    signal?.removeEventListener("abort", onAbort);
    worker.terminate();
  }
}

function lostPeer({ machines, timeout }: Peers, heard: string): NativeLibraryError {
  return new NativeLibraryError(
    `Cannot go on training on ${machines.length} machines (${
      machines.join(", ")
    }) as nothing was heard for ${timeout} ` +
      `seconds: ${heard}. See whether all of them run and reach one another, and start all of them again`,
  );
}

function shared(job: Job): Pick<Job, "train" | "valid"> {
  const train = sharedSample(job.train);
  return job.valid === undefined ? { train } : { train, valid: sharedSample(job.valid) };
}

function sharedSample({ x, y, weight }: Sample): Sample {
  return {
    x: { ...x, data: toShared(x.data) },
    y: toShared(y),
    ...(weight !== undefined && { weight: toShared(weight) }),
  };
}

function toShared(floats: Floats): Floats {
  if (floats.buffer instanceof SharedArrayBuffer) return floats;
  const copy = sharedFloats(floats.length);
  copy.set(floats);
  return copy;
}
