/**
 * The images' health check: exit code 0 when a path of the server in this container answers with 2xx.
 *
 * ```sh
 * deno run --allow-net=127.0.0.1:8000 deploy/docker/healthcheck.ts /health/live
 * ```
 *
 * @module
 */
const [path = "/health/live", port = "8000"] = Deno.args;
const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(4_000) })
  .catch(() => undefined);
Deno.exit(answer?.ok ? 0 : 1);
