/**
 * Registered models and their versions, in MLflow's words.
 *
 * @module
 */
import type { Files } from "@/core/regressor.ts";

/** MLflow's stages of a model version. */
export type Stage = "None" | "Staging" | "Production" | "Archived";

/** One version of a registered model. */
export interface ModelVersion {
  /** The registered model's name. */
  readonly name: string;
  /** 1 for the first. */
  readonly version: number;
  /** Where it stands; `None` until it is given one. */
  readonly stage: Stage;
  /** The run that made it. */
  readonly runId: string;
  /** A text for people; empty when nobody wrote one. */
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Tag → its text. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Where model versions are kept. */
export interface Registry {
  /** Adds the next version of a model (made when it is not there) from a run that holds its files under `path`. */
  register(
    name: string,
    from: { readonly runId: string; readonly path: string },
    options?: {
      readonly stage?: Stage;
      readonly description?: string;
      readonly tags?: Readonly<Record<string, string>>;
    },
  ): Promise<ModelVersion>;
  /** All versions, oldest first; empty when there is no such model. */
  versions(name: string): Promise<readonly ModelVersion[]>;
  /** A version's files. */
  files(version: ModelVersion): Promise<Files>;
  /**
   * Moves a version to a stage; with `archive`, the versions that were there go to Archived. What may go to Production is
   * not decided here: see `pipeline/deploy.ts`.
   */
  transition(
    name: string,
    version: number,
    stage: Stage,
    options?: { readonly archive?: boolean },
  ): Promise<ModelVersion>;
  /** Adds tags to a version; those of the same name are replaced. */
  tag(name: string, version: number, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Gives a version an alias, and takes it from the version that had it: `champion`, `challenger`. */
  alias(name: string, alias: string, version: number): Promise<void>;
  /** Takes an alias away; nothing happens when no version has it. */
  unalias(name: string, alias: string): Promise<void>;
  /** The version that has the alias; undefined when none has. */
  byAlias(name: string, alias: string): Promise<ModelVersion | undefined>;
  /** Every alias of a model → its version's number; empty when there is no such model. */
  aliases(name: string): Promise<Readonly<Record<string, number>>>;
  /** The names of all registered models, sorted. */
  models(): Promise<readonly string[]>;
}
