/**
 * S3 on this machine: the real protocol, spoken by moto.
 *
 * @module
 */
import { join } from "node:path";
import { freePort } from "./mlflow_server.ts";
import { INTEROP_BIN } from "./python.ts";

/** A server that runs until it is disposed; it keeps everything in memory. */
export interface RealS3 extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What a program needs in its environment to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes an empty bucket of a new name, and returns its address. */
  bucket(): Promise<string>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/** Starts `moto_server` and waits until it answers. */
export async function startS3({ port = freePort() }: { readonly port?: number } = {}): Promise<RealS3> {
  const url = `http://127.0.0.1:${port}`;
  const child = new Deno.Command(join(INTEROP_BIN, "moto_server"), {
    args: ["-H", "127.0.0.1", "-p", String(port)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = child.status.then(() => ended = true);
  const alive = () => fetch(`${url}/moto-api/`).then((answer) => answer.text().then(() => true), () => false);
  for (let tries = 0; !await alive();) {
    if (ended || tries++ > 300) throw new Error("moto_server does not answer");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const kill = async () => {
    if (!ended) child.kill("SIGKILL");
    await status;
  };
  return {
    url,
    port,
    env: {
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: url,
    },
    async bucket() {
      const name = `b-${crypto.randomUUID()}`;
      const answer = await fetch(`${url}/${name}`, { method: "PUT" });
      await answer.text();
      if (!answer.ok) throw new Error(`moto_server made no bucket: ${answer.status}`);
      return `s3://${name}`;
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
