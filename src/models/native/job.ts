/**
 * What the training Worker is asked, and what it answers.
 *
 * @module
 */
import type { Sample } from "@/core/matrix.ts";
import type { Round } from "@/core/regressor.ts";
import type { LibraryName } from "@/models/native/library.ts";

/** One training to run. All floats live in shared memory, so that handing the job over copies nothing. */
export interface Job {
  readonly library: LibraryName;
  readonly train: Sample;
  /** Its matrix has the training matrix's columns, in the same order. */
  readonly valid?: Sample;
  /** The library's own parameters, checked and complete. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly patience: number;
  /** The machines that train together, each on rows of its own; only LightGBM can. */
  readonly peers?: Peers;
}

/** Machines that grow the same trees, each on its own rows. */
export interface Peers {
  /** `address:port` of every machine, this one included, in the same order everywhere. */
  readonly machines: readonly string[];
  /** The port that this machine listens on: it says which of several on one address it is. */
  readonly port: number;
  /** Seconds without a round after which a machine is taken for lost. */
  readonly timeout: number;
}

/** The job as the Worker receives it: a non-zero `stop[0]` ends it after the round that is running. */
export interface Order extends Job {
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What the Worker says. The last three end the conversation. */
export type Report =
  | { readonly kind: "round"; readonly round: Round }
  | { readonly kind: "done"; readonly bytes: Uint8Array<ArrayBuffer>; readonly rounds: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string; readonly tried: readonly string[] };
