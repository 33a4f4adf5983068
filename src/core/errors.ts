/**
 * Everything that can go wrong in a way that a user can mend. Each error carries data; `tasks/` and `serving/` each have
 * one place that turns it into an exit code or a response.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";

/** Where in the raw data something is wrong. */
export interface DataPlace {
  readonly dataset?: string;
  readonly file?: string;
  /** 1 for the first row after the header. */
  readonly row?: number;
  readonly column?: string;
}

/** Raw data is not as the dataset promises. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly place: DataPlace;
  constructor(message: string, place: DataPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.place = place;
  }
}

/** The params file, or a flag, is invalid. */
export class ParamsError extends Error {
  override readonly name = "ParamsError";
  readonly problems: readonly string[];
  constructor(message: string, problems: readonly string[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** A step's input is not there yet: names the file, and the task that makes it. */
export class MissingInputError extends Error {
  override readonly name = "MissingInputError";
  readonly file: string;
  readonly task: string;
  constructor(file: string, task: string) {
    super(`Cannot find ${file}: run \`deno task ${task}\` first`);
    this.file = file;
    this.task = task;
  }
}

/** A gate refused; it carries every finding, not only the first. */
export class GateError extends Error {
  override readonly name = "GateError";
  readonly findings: readonly Finding[];
  constructor(message: string, findings: readonly Finding[]) {
    super(message);
    this.findings = findings;
  }
}

/** An approver is unknown, or a signature or the audit chain is invalid. */
export class GovernanceError extends Error {
  override readonly name = "GovernanceError";
  /** The rule that was broken, in a word or two: `role`, `signature`. */
  readonly rule: string | undefined;
  /** Who was refused, where it was somebody. */
  readonly user: string | undefined;
  constructor(message: string, { rule, user, cause }: { rule?: string; user?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.rule = rule;
    this.user = user;
  }
}

/** There is no such series; names the nearest ones. */
export class UnknownSeriesError extends RangeError {
  override readonly name = "UnknownSeriesError";
  readonly id: string;
  readonly nearest: readonly string[];
  constructor(id: string, nearest: readonly string[]) {
    super(`Cannot find series "${id}": the nearest are ${nearest.join(", ")}`);
    this.id = id;
    this.nearest = nearest;
  }
}

/** No model can be handed out: none is registered, its card is unreadable, or a checksum is wrong. */
export class ModelUnavailableError extends Error {
  override readonly name = "ModelUnavailableError";
}

/** A native library is missing or failed; says which paths were tried and the one command that fixes it. */
export class NativeLibraryError extends Error {
  override readonly name = "NativeLibraryError";
  readonly tried: readonly string[];
  constructor(message: string, { tried = [], cause }: { tried?: readonly string[]; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.tried = tried;
  }
}

/** A store cannot keep or give what it was asked to: a read-only folder, a full disk. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** The file that could not be written or read. */
  readonly path: string;
  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}
