/**
 * The real MLflow server, on a port of this machine and a database in a folder of its own.
 *
 * @module
 */
import { join } from "node:path";
import { type MlflowClient, mlflowClient, pages } from "@/stores/mlflow/server/client.ts";
import { INTEROP_BIN } from "./python.ts";

/** A server that runs until it is disposed. */
export interface RealServer extends AsyncDisposable {
  readonly url: string;
  readonly client: MlflowClient;
  /** Holds `mlflow.db` and the artifacts. */
  readonly folder: string;
  /** Makes it look like a new server: old experiments get other names, registered models go. */
  empty(): Promise<void>;
}

/** A port that nobody listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
}

/** Starts `mlflow server` and waits until it answers. */
export async function startMlflow(
  { port = freePort(), folder }: { readonly port?: number; readonly folder?: string } = {},
): Promise<RealServer> {
  const own = folder ?? await Deno.makeTempDir({ prefix: "shelfcast mlflow " });
  const url = `http://127.0.0.1:${port}`;
  const said: Uint8Array[] = [];
  const child = new Deno.Command(join(INTEROP_BIN, "mlflow"), {
    args: [
      "server",
      ...["--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", `sqlite:///${join(own, "mlflow.db")}`],
      ...["--artifacts-destination", join(own, "artifacts")],
    ],
    env: { MLFLOW_DISABLE_TELEMETRY: "true", MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false", PYTHONWARNINGS: "ignore" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const drained = [child.stdout, child.stderr].map(async (stream) => {
    for await (const chunk of stream) said.push(chunk);
  });
  const client = mlflowClient(url);
  let ended = false;
  child.status.then(() => ended = true);
  for (
    let waited = 0;
    !await fetch(`${url}/health`).then((answer) => answer.text().then(() => answer.ok), () => false);
  ) {
    if (ended || waited++ > 600) {
      if (!ended) child.kill("SIGTERM");
      throw new Error(`Cannot start the MLflow server: ${await new Blob(said as BlobPart[]).text()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    url,
    client,
    folder: own,
    async empty() {
      for await (const page of pages(client, "GET", "experiments/search", { max_results: 1_000 })) {
        for (const { experiment_id, name } of page.experiments ?? []) {
          if (name === "Default" || name.startsWith("old ")) continue;
          const new_name = `old ${experiment_id} ${name}`;
          await client.call("POST", "experiments/update", { json: { experiment_id, new_name } });
        }
      }
      for await (const page of pages(client, "GET", "registered-models/search", { max_results: 1_000 })) {
        for (const { name } of page.registered_models ?? []) {
          await client.call("DELETE", "registered-models/delete", { json: { name } });
        }
      }
    },
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGTERM");
      await child.status;
      await Promise.all(drained);
      if (folder === undefined) await Deno.remove(own, { recursive: true });
    },
  };
}
