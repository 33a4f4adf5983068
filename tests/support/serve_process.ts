/**
 * `deno task serve` as people run it: a process of its own, which can be killed.
 *
 * @module
 */
import { startTask } from "./command_line.ts";

/** A serving process that is ready. */
export interface ServeProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from its start to its first ready answer. */
  readonly readyMs: number;
  /** Ends it as a crash would. */
  crash(): Promise<void>;
  /** Ends it as Ctrl-C would; returns its exit code. */
  stop(): Promise<number>;
}

/** Starts a process, and waits until it is ready. */
export async function serveProcess(
  flags: Readonly<Record<string, string>>,
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ServeProcess> {
  const started = performance.now();
  const child = startTask("serve", { port: "0", ...flags }, { env });
  const drained = child.stdout.pipeTo(new WritableStream());
  let said = "", ended = false;
  const status = child.status.then((status) => (ended = true, status));
  const decoder = new TextDecoder();
  const listening = (async () => {
    for await (const part of child.stderr) said += decoder.decode(part, { stream: true });
  })();
  const until = async <Result>(look: () => Result | undefined | Promise<Result | undefined>): Promise<Result> => {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (ended) throw new Error(`deno task serve ended before it was ready:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]);
  await until(async () => {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok ? true : undefined;
  });
  const readyMs = performance.now() - started;
  const end = async (signal: Deno.Signal) => {
    if (!ended) child.kill(signal);
    const { code } = await status;
    await Promise.all([drained, listening]);
    return code;
  };
  return {
    url,
    pid: child.pid,
    readyMs,
    crash: async () => void await end("SIGKILL"),
    stop: () => end("SIGINT"),
    [Symbol.asyncDispose]: async () => void await end("SIGKILL"),
  };
}

/** Resident memory of a process in MB (Linux). */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) / 1024;
}
