/**
 * Load on an HTTP server, from this machine: connections that stay open, each with one request in the air.
 *
 * @module
 */
import { median } from "../statistics.ts";
import { loadByWrk } from "./wrk.ts";

/** What a load came to. */
export interface LoadFigure {
  readonly connections: number;
  readonly requests: number;
  /** Answers that were not 2xx. */
  readonly failed: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** As a client that asks at an even pace would have seen it; absent where only what requests took is known. */
  readonly pacedP99?: number;
  /** CPU microseconds of the server's process per request. */
  readonly cpuUs: number;
}

/** What is sent, over and over. */
export interface LoadOrder {
  readonly url: string;
  readonly path: string;
  readonly bodies: readonly unknown[];
  readonly connections: number;
  readonly seconds: number;
  /** The server's process. */
  readonly pid: number;
}

/** Sends requests for some seconds, by wrk where that is wanted. */
export async function load(order: LoadOrder, { wrk }: { readonly wrk: boolean }): Promise<LoadFigure> {
  const before = cpuSeconds(order.pid), figure = await (wrk ? loadByWrk(order) : loadFromHere(order));
  return { ...figure, cpuUs: 1e6 * (cpuSeconds(order.pid) - before) / figure.requests };
}

/** Sends requests from this process. The bytes are made beforehand: the generator shares the machine with the server. */
async function loadFromHere(
  { url, path, bodies, connections, seconds }: LoadOrder,
): Promise<Omit<LoadFigure, "cpuUs">> {
  const { hostname, port } = new URL(url);
  const encoder = new TextEncoder();
  const requests = bodies.map((body) => {
    const bytes = encoder.encode(JSON.stringify(body));
    const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${bytes.length}\r\n\r\n`;
    return encoder.encode(head + JSON.stringify(body));
  });
  const times: number[] = [];
  let next = 0, failed = 0;
  const began = performance.now(), until = began + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    using connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay(true);
    const buffer = new Uint8Array(65_536);
    while (performance.now() < until) {
      const sent = performance.now();
      await writeAll(connection, requests[next++ % requests.length]!);
      if (!await readAnswer(connection, buffer)) failed++;
      times.push(performance.now() - sent);
    }
  }));
  const took = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  return {
    connections,
    requests: times.length,
    failed,
    perSecond: times.length / took,
    p50: times[Math.floor(times.length / 2)]!,
    p99: times[Math.floor(times.length * 0.99)]!,
  };
}

/** The medians of several loads of the same kind. */
export function medianLoad(figures: readonly LoadFigure[]): LoadFigure {
  const of = (name: Exclude<keyof LoadFigure, "pacedP99">) => median(figures.map((figure) => figure[name]));
  const paced = figures.flatMap(({ pacedP99 }) => pacedP99 === undefined ? [] : [pacedP99]);
  return {
    connections: figures[0]!.connections,
    requests: figures.reduce((sum, { requests }) => sum + requests, 0),
    failed: figures.reduce((sum, { failed }) => sum + failed, 0),
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    ...paced.length > 0 && { pacedP99: median(paced) },
    cpuUs: of("cpuUs"),
  };
}

/** CPU seconds that a process and its threads have used (Linux counts them in hundredths). */
export function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in MB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) / 1024;
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

const decoder = new TextDecoder();

/** Reads one answer; whether it is a 2xx. */
async function readAnswer(connection: Deno.Conn, buffer: Uint8Array): Promise<boolean> {
  let size = 0;
  for (;;) {
    const read = await connection.read(buffer.subarray(size));
    if (read === null) throw new Error("The server closed the connection");
    size += read;
    const text = decoder.decode(buffer.subarray(0, size)), end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (size >= end + 4 + length) return text.startsWith("HTTP/1.1 2");
  }
}
