/**
 * Files on an MLflow server, through the server itself: no other storage needs to be reachable.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import type { Files } from "@/core/regressor.ts";
import type { Bytes } from "@/core/store.ts";
import { checkArtifactPath } from "@/stores/mlflow/names.ts";
import { type MlflowClient, orMissing, ServerRefusalError } from "@/stores/mlflow/server/client.ts";

/** A place for files on the server: `mlflow-artifacts:/1/<run>/artifacts`. */
export interface ArtifactFolder {
  put(path: string, value: Bytes | string): Promise<void>;
  /** A file's bytes; undefined when there is no such file. */
  get(path: string): Promise<Bytes | undefined>;
  /** Paths of all files below a folder, relative to this place, sorted. */
  list(folder?: string): Promise<string[]>;
  /** All files below a folder, by their paths in it. */
  files(folder?: string): Promise<Files>;
}

/**
 * Opens a place by the address that MLflow gives for a run's or a model's artifacts.
 *
 * @throws {StoreError} If the server does not serve artifacts itself.
 */
export function artifactFolder(client: MlflowClient, uri: string): ArtifactFolder {
  const path = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(uri)?.[1]?.replace(/\/+$/, "");
  if (path === undefined) {
    throw new StoreError(
      `Cannot use the artifacts at ${uri} as ${client.url} does not serve them: start it with \`mlflow server ` +
        "--artifacts-destination DIR`, without --no-serve-artifacts, and use a new experiment",
      uri,
    );
  }
  const api = "/api/2.0/mlflow-artifacts/artifacts";
  const at = (file: string) => `${api}/${[path, file].join("/").split("/").map(encodeURIComponent).join("/")}`;

  async function get(file: string): Promise<Bytes | undefined> {
    try {
      return await orMissing(client.bytes("GET", at(checkArtifactPath(file))));
    } catch (error) {
      // Asked for a folder as if it were a file.
      if (error instanceof ServerRefusalError && error.status === 400) return undefined;
      throw error;
    }
  }

  async function list(folder = ""): Promise<string[]> {
    const query = { path: folder === "" ? path! : `${path}/${folder}` };
    const answer = await orMissing(client.bytes("GET", api, { query }));
    if (answer === undefined) return [];
    const { files = [] } = JSON.parse(new TextDecoder().decode(answer)) as {
      files?: { path: string; is_dir?: boolean }[];
    };
    const found: string[] = [];
    for (const { path: name, is_dir } of files) {
      const below = folder === "" ? name : `${folder}/${name}`;
      if (is_dir) found.push(...await list(below));
      else found.push(below);
    }
    return found.sort();
  }

  return {
    async put(file, value) {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      await client.bytes("PUT", at(checkArtifactPath(file)), { bytes });
    },
    get,
    list,
    async files(folder = "") {
      const found: Record<string, Bytes> = {};
      for (const file of await list(folder)) {
        const bytes = await get(file);
        if (bytes) found[folder === "" ? file : file.slice(folder.length + 1)] = bytes;
      }
      return found;
    },
  };
}
