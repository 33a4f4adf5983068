/**
 * Everything that can go wrong in a way that a user can mend. Each error carries data; `tasks/` and `serving/` each have
 * one place that turns it into an exit code or a response.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";

/** Where in the raw data something is wrong. */
export interface DataPlace {
  /** The dataset's name: `rossmann`. */
  readonly dataset?: string;
  /** The file; a raw one by its path inside the source: `train.csv`. */
  readonly file?: string;
  /** 1 for the first row after the header. */
  readonly row?: number;
  /** The column's name in the file. */
  readonly column?: string;
}

/** Raw data is not as the dataset promises. */
export class DatasetError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "DatasetError";
  /** Where in the raw data it is, as far as known; empty when nothing is. */
  readonly place: DataPlace;
  /** Takes the message for a person, the place, and the cause where there is one. */
  constructor(message: string, place: DataPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.place = place;
  }
}

/** The params file, or a flag, is invalid. */
export class ParamsError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "ParamsError";
  /** Every problem that was found, one sentence each; empty where the message says it all. */
  readonly problems: readonly string[];
  /** Takes the message for a person, and all problems. */
  constructor(message: string, problems: readonly string[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** A step's input is not there yet: names the file, and the task that makes it. */
export class MissingInputError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "MissingInputError";
  /** The file, or in words the thing, that is not there. */
  readonly file: string;
  /** The task that makes it, with its flags: `ingest`. */
  readonly task: string;
  /** Makes the message of the file and the task. */
  constructor(file: string, task: string) {
    super(`Cannot find ${file}: run \`deno task ${task}\` first`);
    this.file = file;
    this.task = task;
  }
}

/** A gate refused; it carries every finding, not only the first. */
export class GateError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "GateError";
  /** Every finding of the gate, in the order of its checks. */
  readonly findings: readonly Finding[];
  /** Takes the message for a person, and the findings. */
  constructor(message: string, findings: readonly Finding[]) {
    super(message);
    this.findings = findings;
  }
}

/** An approver is unknown, or a signature or the audit chain is invalid. */
export class GovernanceError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "GovernanceError";
  /** The rule that was broken, in a word or two: `role`, `signature`. */
  readonly rule: string | undefined;
  /** Who was refused, where it was somebody. */
  readonly user: string | undefined;
  /** Takes the message for a person, the rule and the user where they are known, and the cause. */
  constructor(message: string, { rule, user, cause }: { rule?: string; user?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.rule = rule;
    this.user = user;
  }
}

/** There is no such series; names the nearest ones. */
export class UnknownSeriesError extends RangeError {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "UnknownSeriesError";
  /** The id that was asked for. */
  readonly id: string;
  /** The known ids that look most like it, the nearest first. */
  readonly nearest: readonly string[];
  /** Makes the message of the id and the nearest known ones. */
  constructor(id: string, nearest: readonly string[]) {
    super(`Cannot find series "${id}": the nearest are ${nearest.join(", ")}`);
    this.id = id;
    this.nearest = nearest;
  }
}

/** No model can be handed out: none is registered, its card is unreadable, or a checksum is wrong. */
export class ModelUnavailableError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "ModelUnavailableError";
}

/** A native library is missing or failed; says which paths were tried and the one command that fixes it. */
export class NativeLibraryError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "NativeLibraryError";
  /** Paths of the library that were looked at, in order; empty where it was found and failed later. */
  readonly tried: readonly string[];
  /** Takes the message for a person, the paths that were tried, and the cause. */
  constructor(message: string, { tried = [], cause }: { tried?: readonly string[]; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.tried = tried;
  }
}

/** A store cannot keep or give what it was asked to: a read-only folder, a full disk. */
export class StoreError extends Error {
  /** The name of the class, as `String(error)` shows it. */
  override readonly name = "StoreError";
  /** The file that could not be written or read. */
  readonly path: string;
  /** Takes the message for a person, the file's path, and the cause where there is one. */
  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}
