/**
 * The Worker that trains: native calls block this thread, so the main one stays free for progress bars and Ctrl-C.
 *
 * Calls are synchronous on purpose. On a pool of threads the library's last error and its log level, which belong to a
 * thread, would be lost.
 *
 * @module
 */
import { NativeLibraryError } from "@/core/errors.ts";
import { boost, type Trainer } from "@/models/native/boost.ts";
import type { Job, Order, Report } from "@/models/native/job.ts";
import type { LibraryName } from "@/models/native/library.ts";
import { lightgbmTrainer } from "@/models/native/lightgbm/trainer.ts";
import { xgboostTrainer } from "@/models/native/xgboost/trainer.ts";

const TRAINERS: Readonly<Record<LibraryName, (job: Job) => Trainer>> = {
  lightgbm: lightgbmTrainer,
  xgboost: xgboostTrainer,
};

/** The part of a Worker's global scope that is used; the compiler's library for Workers excludes that of the main thread. */
interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(report: Report): void;
}
const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: order }) => scope.postMessage(carryOut(order));

function carryOut(order: Order): Report {
  const { rounds, patience, stop } = order;
  const stopped = () => Atomics.load(stop, 0) !== 0;
  try {
    using trainer = TRAINERS[order.library](order);
    const onRound = (round: Parameters<Parameters<typeof boost>[1]["onRound"]>[0]) =>
      scope.postMessage({ kind: "round", round });
    const kept = boost(trainer, { rounds, patience, stopped, onRound });
    return kept === undefined ? { kind: "stopped" } : { kind: "done", bytes: trainer.bytes(kept), rounds: kept };
  } catch (error) {
    return {
      kind: "failed",
      message: error instanceof Error ? error.message : String(error),
      tried: error instanceof NativeLibraryError ? error.tried : [],
    };
  }
}
