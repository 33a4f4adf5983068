/**
 * A real SMTP server (aiosmtpd) on a port of this machine, which keeps what it is sent.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { TextLineStream } from "./lines.ts";
import { INTEROP_BIN } from "./python.ts";

/** A message, as the server understood it. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Who logged in; null without. */
  readonly user: string | null;
}

/** A running server. */
export interface SmtpServer extends AsyncDisposable {
  /** `127.0.0.1:2525` */
  readonly address: string;
  /** Messages so far. */
  readonly mails: readonly Mail[];
  /** Messages once there are so many, or after ten seconds: the server tells of one while it answers its sender. */
  arrived(count: number): Promise<readonly Mail[]>;
}

/** Starts a server; with a login, it takes mail from nobody else. */
export async function startSmtp(login?: { readonly user: string; readonly password: string }): Promise<SmtpServer> {
  const script = fileURLToPath(new URL("smtp_server.py", import.meta.url));
  const child = new Deno.Command(join(INTEROP_BIN, "python"), {
    args: [script, ...login === undefined ? [] : [login.user, login.password]],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const mails: Mail[] = [];
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
  const { value: first } = await lines.read();
  if (first === undefined) throw new Error("Cannot start the SMTP server: it ended at once");
  const { port } = JSON.parse(first) as { port: number };
  const drained = (async () => {
    for (let next = await lines.read(); !next.done; next = await lines.read()) mails.push(JSON.parse(next.value));
  })();
  return {
    address: `127.0.0.1:${port}`,
    mails,
    async arrived(count) {
      const patience = Date.now() + 10_000;
      while (mails.length < count && Date.now() < patience) await new Promise((resolve) => setTimeout(resolve, 10));
      return mails;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}
