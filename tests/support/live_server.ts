/**
 * A server on a port, with a small trained model that was approved and deployed.
 *
 * @module
 */
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { type Running, serve, type ServeOptions } from "@/serving/serve.ts";
import type { Context } from "@/pipeline/context.ts";
import { type Governed, governed, intoProduction } from "./governed.ts";

/** A running server, and the folder behind it. */
export interface LiveServer extends AsyncDisposable {
  readonly url: string;
  readonly running: Running;
  readonly shop: Governed;
  /** Sends a request; a body that is not text is sent as JSON. */
  ask(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Trains, approves, deploys and serves. */
export async function liveServer(
  { env = {}, watchMs = 200 }: { readonly env?: Readonly<Record<string, string>> } & Pick<ServeOptions, "watchMs"> = {},
): Promise<LiveServer> {
  const shop = await governed();
  await intoProduction(shop);
  const context: Context = { ...shop.context, env: (name) => env[name] ?? shop.context.env(name) };
  const running = serve(context, { source: deployedSource(context), port: 0, watchMs });
  await running.loaded;
  const { state } = running.services.models;
  if (!state.ready) throw new Error(`The server is not ready: ${state.why}`);
  const { url } = running;
  return {
    url,
    running,
    shop,
    ask: (path, body, headers = {}) =>
      fetch(
        url + path,
        body === undefined ? { headers } : {
          method: "POST",
          body: typeof body === "string" ? body : JSON.stringify(body),
          headers: { "content-type": "application/json", ...headers },
        },
      ),
    async [Symbol.asyncDispose]() {
      await running.stop();
      await shop[Symbol.asyncDispose]();
    },
  };
}
