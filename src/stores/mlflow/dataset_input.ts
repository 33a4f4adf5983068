/**
 * A table that a run used, as MLflow keeps it.
 *
 * @module
 */
import type { DatasetInput } from "@/core/tracker.ts";

/** Longest digest of a dataset that MLflow's databases take. */
const DIGEST_LIMIT = 36;

/** MLflow's fields of a dataset; `source` and `profile` are JSON. */
export type MlflowDataset = {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly profile: string;
};

/**
 * Writes a table's fields as MLflow does.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlflowDataset, readMlflowDataset } from "@/stores/mlflow/dataset_input.ts";
 *
 * const table = { name: "train", digest: "ab".repeat(32), source: "data/raw", rows: 10, context: "training" } as const;
 * expect(mlflowDataset(table).digest).toHaveLength(36);
 * expect(readMlflowDataset(mlflowDataset(table), "training")).toEqual(table);
 * ```
 */
export function mlflowDataset({ name, digest, source, rows }: DatasetInput): MlflowDataset {
  return {
    name,
    digest: digest.slice(0, DIGEST_LIMIT),
    source_type: "local",
    source: JSON.stringify({ uri: source, sha256: digest }),
    profile: JSON.stringify({ num_rows: rows }),
  };
}

/** Reads the fields of a dataset, ours or another program's. */
export function readMlflowDataset(fields: Readonly<Record<string, unknown>>, context: unknown): DatasetInput {
  const text = (name: string) => fields[name] === null || fields[name] === undefined ? "" : String(fields[name]);
  const source = jsonFields(text("source")), profile = jsonFields(text("profile"));
  return {
    name: text("name"),
    digest: String(source.sha256 ?? text("digest")),
    source: String(source.uri ?? source.url ?? text("source")),
    rows: Number(profile.num_rows ?? 0),
    context: context === "validation" || context === "testing" ? context : "training",
  };
}

function jsonFields(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
