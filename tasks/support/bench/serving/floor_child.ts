/**
 * A server that reads a row and answers with a constant: what Deno's HTTP server alone takes of the machine, and how evenly
 * the machine lets it.
 *
 * @module
 */
import { terminal } from "../../terminal.ts";

const headers = { "content-type": "application/json" };
const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => terminal.print(JSON.stringify({ url: `http://127.0.0.1:${port}` })),
}, async (request) => {
  await request.json();
  return new Response('{"prediction":0}', { headers });
});
Deno.addSignalListener("SIGTERM", () => void server.shutdown().then(() => Deno.exit(0)));
