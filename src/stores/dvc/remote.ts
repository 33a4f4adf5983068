/**
 * Where a team keeps its data: a folder, or S3 and what speaks its language (MinIO, DagsHub).
 *
 * @module
 */
import { join, resolve } from "node:path";
import { AwsClient } from "aws4fetch";
import { DvcError } from "@/stores/dvc/dvc_error.ts";
import { createAtomic } from "@/stores/atomic.ts";
import { copyFile, protect } from "@/stores/dvc/cache.ts";
import { type DvcProject, remoteSettings } from "@/stores/dvc/config.ts";
import { statOrNothing } from "@/stores/dvc/file_hash.ts";

/** Files under keys, elsewhere. */
export interface DvcRemote {
  /** Where it is, for people: a folder's path, or `s3://bucket/path`. */
  readonly url: string;
  /** Whether the remote has a file under the key. */
  has(key: string): Promise<boolean>;
  /** Copies a file to the remote. */
  push(path: string, key: string): Promise<void>;
  /** Copies a file from the remote. */
  pull(key: string, path: string): Promise<void>;
}

/**
 * Opens a project's remote.
 *
 * S3 takes its address from `endpointurl` and its keys from `access_key_id` and `secret_access_key` in the configuration, or
 * from the usual variables. Requires `--allow-read`, `--allow-write`, `--allow-net`.
 *
 * @param env Environment variables by name.
 * @throws {StoreError} If there is none of that name, or it is of another kind.
 */
export function openRemote(
  project: DvcProject,
  name: string | undefined,
  env: (name: string) => string | undefined,
): DvcRemote {
  const settings = remoteSettings(project, name);
  const { url } = settings;
  if (url.startsWith("s3://")) return s3Remote(settings, env);
  if (/^[a-z]+:\/\//.test(url) && !url.startsWith("file://")) {
    throw new DvcError(`Cannot use the DVC remote ${url} as it must be a folder or s3://bucket/path`);
  }
  // A relative folder is meant from the configuration file.
  return folderRemote(resolve(project.root, ".dvc", url.replace(/^file:\/\//, "")));
}

/** A remote that is a folder, of this machine or a mounted one. */
function folderRemote(folder: string): DvcRemote {
  return {
    url: folder,
    has: async (key) => await statOrNothing(join(folder, key)) !== undefined,
    async push(path, key) {
      await copyFile(path, join(folder, key));
      await protect(join(folder, key));
    },
    pull: (key, path) => copyFile(join(folder, key), path),
  };
}

/** A remote in S3. */
function s3Remote(
  settings: Readonly<Record<string, string>> & { readonly url: string },
  env: (name: string) => string | undefined,
): DvcRemote {
  const [bucket, ...rest] = settings.url.slice("s3://".length).split("/");
  const prefix = rest.filter(Boolean).join("/");
  const region = settings.region ?? env("AWS_REGION") ?? env("AWS_DEFAULT_REGION") ?? "us-east-1";
  const endpoint = (settings.endpointurl ?? env("AWS_ENDPOINT_URL") ?? `https://s3.${region}.amazonaws.com`)
    .replace(/\/$/, "");
  const accessKeyId = settings.access_key_id ?? env("AWS_ACCESS_KEY_ID");
  const secretAccessKey = settings.secret_access_key ?? env("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new DvcError(
      `Cannot open ${settings.url} as its keys are missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ` +
        `access_key_id and secret_access_key of the remote in .dvc/config.local`,
    );
  }
  const sessionToken = settings.session_token ?? env("AWS_SESSION_TOKEN");
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "s3",
    region,
  });
  const address = (key: string) => `${endpoint}/${bucket}/${prefix === "" ? "" : `${prefix}/`}${key}`;
  const ask = async (method: string, key: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> => {
    // Named first: the library's idea of a request is not always Deno's.
    const order: object = { method, ...(body === undefined ? {} : { body }) };
    const response = await client.fetch(address(key), order);
    if (response.ok || response.status === 404) return response;
    const said = (await response.text()).slice(0, 300);
    throw new DvcError(`Cannot ${method} ${address(key)}: ${response.status} ${response.statusText} ${said}`);
  };
  return {
    url: settings.url,
    async has(key) {
      const response = await ask("HEAD", key);
      await response.body?.cancel();
      return response.status !== 404;
    },
    async push(path, key) {
      const response = await ask("PUT", key, await Deno.readFile(path));
      if (response.status === 404) throw new DvcError(`Cannot PUT ${address(key)}: there is no bucket "${bucket}"`);
      await response.body?.cancel();
    },
    async pull(key, path) {
      const response = await ask("GET", key);
      if (response.status === 404) throw new DvcError(`Cannot GET ${address(key)}: it is not there`);
      await createAtomic(path, async (partial) => {
        using file = await Deno.open(partial, { write: true, create: true, truncate: true });
        for await (const chunk of response.body!) {
          for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
        }
      });
    },
  };
}
