/**
 * How fast the server answers, beside FastAPI with LightGBM doing the same kind of work.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MissingInputError, ParamsError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import type { FlagValues } from "../../command.ts";
import { markdownTable } from "../../markdown_table.ts";
import { table } from "../../terminal.ts";
import { machine } from "../machine.ts";
import { median } from "../statistics.ts";
import { load, type LoadFigure, type LoadOrder, medianLoad, residentMb } from "./load.ts";
import { wrkVersion } from "./wrk.ts";

/** What was measured of one server. */
interface ServerFigures {
  readonly readyMs: number;
  readonly idleMb: number;
  /** Right after the largest batches, and once it is quiet again. */
  readonly largestMb: number;
  readonly afterMb: number;
  /** What is sent → by number of connections. */
  readonly loads: Readonly<Record<string, readonly LoadFigure[]>>;
  readonly batchRows: number;
  readonly batchSeconds: number;
}

/** The record of a benchmark of serving. */
export interface ServingRecord {
  readonly time: string;
  readonly machine: ReturnType<typeof machine>;
  readonly dataset: string;
  readonly series: number;
  readonly intervals: number;
  readonly seconds: number;
  /** What sent the requests, to both servers: `wrk 4.1.0`, or the task itself. */
  readonly generator: string;
  readonly ours: ServerFigures & {
    /** A plan of the whole horizon with promotions changed, milliseconds. */
    readonly whatIf: { readonly p50: number; readonly p99: number };
  };
  readonly peer: ServerFigures | null;
  /** A server on Deno that does nothing, by number of connections; records of old have none. */
  readonly floor?: readonly LoadFigure[];
  readonly notes: readonly string[];
}

/** Until a server has given back what large batches took. */
const QUIET_MS = 10_000;
const CONNECTIONS = [1, 10, 50];
/** The rows of Kaggle's test.csv for Rossmann. */
const BATCH_ROWS = 41_088;

interface OwnServer {
  readonly url: string;
  readonly origin: string;
  readonly horizon: number;
  readonly series: readonly string[];
  readonly levels: readonly number[];
  readonly plans: readonly (readonly { readonly ds: string; readonly known: Readonly<Record<string, unknown>> }[])[];
}

/** V8's flags as `deno task serve` has them. */
async function serveFlags(project: Store): Promise<readonly string[]> {
  const config = await readJsonIfThere<{ readonly tasks: { readonly serve: { readonly command: string } } }>(
    project,
    "deno.json",
  );
  return config!.tasks.serve.command.split(" ").filter((word) => word.startsWith("--v8-flags="));
}

/** Measures the newest registered model of the working folder, served. */
export async function benchServing(
  context: Context,
  values: FlagValues,
): Promise<{ readonly record: ServingRecord; readonly text: string; readonly key: string }> {
  const { registry, store, profile, now, params } = context;
  if (Deno.build.os !== "linux") throw new ParamsError("Cannot measure serving here: it reads /proc, which Linux has");
  if ((await registry.versions(registeredName(context))).length === 0) {
    throw new MissingInputError("a registered model", "pipeline");
  }
  const quick = values["quick"] === true, seconds = quick ? 1 : 4, repetitions = quick ? 1 : 3;
  const notes: string[] = [];
  const generator = await wrkVersion(), send = (order: LoadOrder) => load(order, { wrk: generator !== undefined });
  await using theirs = await startPeer(context, values, notes);
  await using bare = await startOwn<{ readonly url: string }>(["--allow-net=127.0.0.1"], "floor_child.ts");
  const v8Flags = await serveFlags(context.project);
  const overrides = { dataset: profile.name, source: params.source };
  const start = () =>
    startOwn<OwnServer>(
      ["-A", ...v8Flags],
      "serve_child.ts",
      JSON.stringify({ overrides, workdir: store.location }),
    );
  // The first start makes the table of the horizon, once for this data and model.
  await (await start())[Symbol.asyncDispose]();
  await using own = await start();
  const { url, series, plans, levels, horizon } = own.said;
  const planned = plans.flatMap((days, k) =>
    days.map(({ ds, known }) => ({ unique_id: series[k], ds, ...withoutNulls(known) }))
  );
  const [toggle] = Object.keys(profile.roles).filter((name) =>
    profile.roles[name] === "known" && name !== profile.openColumn && profile.levels[name] === undefined
  );
  const bodies: Record<string, readonly unknown[]> = { "a row as planned": planned };
  if (toggle !== undefined) {
    bodies["a row under another plan, asked again and again"] = planned.slice(0, 1_000).map((row) => ({
      ...row,
      [toggle]: (row as Record<string, unknown>)[toggle] === 1 ? 0 : 1,
    }));
  }
  const idleMb = residentMb(own.pid);
  const peerRows = Array.from({ length: 1_000 }, (_, k) => peerRow(k));
  const loads: Record<string, LoadFigure[]> = {}, peerLoads: LoadFigure[] = [], floor: LoadFigure[] = [];
  const peerIdle = theirs === undefined ? 0 : residentMb(theirs.pid);
  for (const [at, connections] of CONNECTIONS.entries()) {
    const runs: Record<string, LoadFigure[]> = {}, peerRuns: LoadFigure[] = [], bareRuns: LoadFigure[] = [];
    for (let run = 0; run <= repetitions; run++) {
      for (const [name, rows] of Object.entries(bodies)) {
        const figure = await send({ url, path: "/predict", bodies: rows, connections, seconds, pid: own.pid });
        // The first round warms both up.
        if (run > 0) (runs[name] ??= []).push(figure);
      }
      const order = { path: "/predict", connections, seconds };
      const nothing = await send({ ...order, url: bare.url, bodies: planned, pid: bare.pid });
      if (run > 0) bareRuns.push(nothing);
      if (theirs === undefined) continue;
      const figure = await send({ ...order, url: theirs.url, bodies: peerRows, pid: theirs.pid });
      if (run > 0) peerRuns.push(figure);
    }
    for (const [name, figures] of Object.entries(runs)) (loads[name] ??= [])[at] = medianLoad(figures);
    floor[at] = medianLoad(bareRuns);
    if (peerRuns.length > 0) peerLoads[at] = medianLoad(peerRuns);
  }
  const plan = (k: number) => ({
    unique_id: series[k % series.length],
    plan: toggle === undefined
      ? []
      : plans[k % plans.length]!.filter((_, step) => (step + k) % 3 === 0).map(({ ds }, step) => ({
        ds,
        [toggle]: (step + k) % 2,
      })),
  });
  const whatIf = await send({
    url,
    path: "/forecast",
    bodies: Array.from({ length: 300 }, (_, k) => plan(k)),
    connections: 1,
    seconds,
    pid: own.pid,
  });
  const batch = planned.length === 0
    ? []
    : series.flatMap((unique_id) =>
      Array.from({ length: horizon }, (_, step) => ({
        unique_id,
        ds: Temporal.PlainDate.from(own.said.origin)
          .add({ days: step * (profile.frequency === "1w" ? 7 : 1) }).toString(),
      }))
    ).slice(0, BATCH_ROWS);
  const batchSeconds = await timeBatch(url, batch, quick ? 1 : 5);
  const peerBatch = theirs === undefined ? NaN : await timeBatch(
    theirs.url,
    Array.from({ length: batch.length }, (_, k) => peerRow(k)),
    quick ? 1 : 5,
  );
  const theirsLargestMb = theirs === undefined ? 0 : residentMb(theirs.pid);
  const largestMb = residentMb(own.pid);
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  const record: ServingRecord = {
    time: now().toString(),
    machine: machine(),
    dataset: profile.name,
    series: series.length,
    intervals: levels.length,
    seconds,
    generator: generator ?? "this task",
    ours: {
      readyMs: own.readyMs,
      idleMb,
      largestMb,
      afterMb: residentMb(own.pid),
      loads,
      batchRows: batch.length,
      batchSeconds,
      whatIf: { p50: whatIf.p50, p99: whatIf.p99 },
    },
    peer: theirs === undefined ? null : {
      readyMs: theirs.readyMs,
      idleMb: peerIdle,
      largestMb: theirsLargestMb,
      afterMb: residentMb(theirs.pid),
      loads: { "a row": peerLoads },
      batchRows: batch.length,
      batchSeconds: peerBatch,
    },
    floor,
    notes,
  };
  const key = `logs/bench/serving-${record.time.slice(0, 19).replaceAll(":", "")}Z.json`;
  await store.put(key, JSON.stringify(record, null, 2));
  return { record, text: servingSummary(record, store.path(key)), key };
}

/** The loads as a table: ours and the peer's, and what a server that does nothing comes to. */
export function loadTable({ ours, peer, floor = [] }: ServingRecord): readonly [head: string[], rows: string[][]] {
  const peerLoads = peer?.loads["a row"] ?? [];
  const row = (name: string, k: number, figure: LoadFigure) => {
    const other = peerLoads[k], ratio = (value: number) => other === undefined ? "–" : value.toFixed(2);
    return [
      name,
      String(figure.connections),
      Math.round(figure.perSecond).toLocaleString("en"),
      figure.p50.toFixed(2),
      figure.p99.toFixed(2),
      figure.pacedP99?.toFixed(2) ?? "–",
      figure.cpuUs.toFixed(0),
      ratio(figure.perSecond / (other?.perSecond ?? NaN)),
      ratio((other?.cpuUs ?? NaN) / figure.cpuUs),
      ratio(figure.p99 / (other?.p99 ?? NaN)),
      String(figure.failed),
    ];
  };
  const servers: [string, readonly LoadFigure[]][] = [
    ...Object.entries(ours.loads),
    ["FastAPI + LightGBM", peerLoads],
    ["Deno alone, a constant", floor],
  ];
  const head = [
    "POST /predict",
    "conn.",
    "req/s",
    "p50 ms",
    "p99 ms",
    "paced p99",
    "CPU µs",
    "throughput×",
    "CPU×",
    "p99 ratio",
    "failed",
  ];
  return [head, servers.flatMap(([name, figures]) => figures.map((figure, k) => row(name, k, figure)))];
}

/** What was measured, as a person reads it. */
export function servingSummary(record: ServingRecord, kept: string): string {
  const { ours, peer, machine, dataset, series, intervals, seconds, generator } = record;
  const batch = peer === null
    ? ""
    : `, FastAPI ${peer.batchSeconds.toFixed(2)} s (ratio ${(ours.batchSeconds / peer.batchSeconds).toFixed(2)})`;
  const peerMemory = peer === null ? "" : `; FastAPI ${peer.idleMb.toFixed(0)} and ${peer.afterMb.toFixed(0)} MB`;
  return [
    `${dataset}: ${
      series.toLocaleString("en")
    } series, ${intervals} levels of intervals; validation, log and metrics on; ` +
    `${seconds} s a load, in turns with the peer, the generator (${generator}) on the same machine`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.os}, Deno ${machine.deno}`,
    `\n${table(...loadTable(record))}\n`,
    `batch of ${ours.batchRows.toLocaleString("en")} rows: ${ours.batchSeconds.toFixed(2)} s${batch}`,
    `what-if over the horizon: p50 ${ours.whatIf.p50.toFixed(1)} ms, p99 ${ours.whatIf.p99.toFixed(1)} ms`,
    `start to ready: ${(ours.readyMs / 1000).toFixed(2)} s${
      peer === null ? "" : `; FastAPI ${(peer.readyMs / 1000).toFixed(2)} s`
    }`,
    `memory: ${ours.idleMb.toFixed(0)} MB when ready, ${ours.largestMb.toFixed(0)} MB right after the batches, ` +
    `${ours.afterMb.toFixed(0)} MB when it is quiet again${peerMemory}`,
    ...record.notes.map((note) => `note: ${note}`),
    `record: ${kept}`,
  ].join("\n");
}

/** The same as a part of docs/serving.md. */
export function servingPart(record: ServingRecord): string {
  const { time, ours, peer, machine, dataset, series, generator } = record,
    seconds = (ms: number) => (ms / 1000).toFixed(1);
  const beside = (text: string | undefined) => text === undefined ? "" : ` (FastAPI ${text})`;
  return [
    `Measured on ${time.slice(0, 10)} by \`deno task bench --serving --dataset ${dataset}\`: ${machine.cores} cores, ` +
    `${
      series.toLocaleString("en")
    } series, validation, log and metrics on; ${generator} on the same machine, in turns. ` +
    "Ratios are to FastAPI with LightGBM; what Deno's server takes to answer with a constant stands last.",
    markdownTable(...loadTable(record)),
    "p99 is of the requests as they were. A client that asks at an even pace waits longer while one answer is late: the paced " +
    "p99, of all servers alike, counts what it would have asked meanwhile (wrk's correction of coordinated omission).",
    [
      `- ${ours.batchRows.toLocaleString("en")} rows by \`/predict_batch\`: ${ours.batchSeconds.toFixed(2)} s` +
      beside(peer === null ? undefined : `${peer.batchSeconds.toFixed(2)} s`),
      `- what-if over the horizon: p50 ${ours.whatIf.p50.toFixed(1)} ms, p99 ${ours.whatIf.p99.toFixed(1)} ms`,
      `- start to ready: ${seconds(ours.readyMs)} s${beside(peer === null ? undefined : `${seconds(peer.readyMs)} s`)}`,
      `- memory: ${ours.idleMb.toFixed(0)} MB when ready, ${ours.afterMb.toFixed(0)} MB after the loads` +
      beside(peer === null ? undefined : `${peer.idleMb.toFixed(0)} and ${peer.afterMb.toFixed(0)} MB`),
    ].join("\n"),
  ].join("\n\n");
}

/** A process that serves, until it is disposed of. */
interface Started<Said> extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly readyMs: number;
  readonly said: Said;
}

/** Starts one of this folder's servers; its first line says, as JSON, where it serves. */
async function startOwn<Said extends { readonly url: string }>(
  flags: readonly string[],
  script: string,
  ...words: readonly string[]
): Promise<Started<Said>> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, fileURLToPath(new URL(`./${script}`, import.meta.url)), ...words],
    cwd: fileURLToPath(new URL("../../../../", import.meta.url)),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  });
  const began = performance.now(), child = command.spawn(), decoder = new TextDecoder();
  let text = "";
  const reader = child.stdout.getReader();
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The server ended before it was ready, with exit code ${(await child.status).code}`);
    text += decoder.decode(value, { stream: true });
  }
  const readyMs = performance.now() - began, said: Said = JSON.parse(text.split("\n", 1)[0]!);
  reader.releaseLock();
  const drained = child.stdout.pipeTo(new WritableStream());
  return {
    url: said.url,
    pid: child.pid,
    readyMs,
    said,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}

/** The peer, where its script and a Python that can run it are at hand. */
async function startPeer(
  { project, env }: Context,
  values: FlagValues,
  notes: string[],
): Promise<Omit<Started<unknown>, "said"> | undefined> {
  const folder = values["peers"] === undefined
    ? resolve(project.location, "../shared/peers/serving")
    : resolve(String(values["peers"]), "serving");
  const python = values["peer-python"] === undefined ? env("SHELFCAST_PEER_PYTHON") : String(values["peer-python"]);
  const there = await Deno.stat(join(folder, "app.py")).then(() => true, () => false);
  if (!there || python === undefined) {
    notes.push("no comparison with FastAPI: --peers has no serving/app.py, or --peer-python names no Python for it");
    return undefined;
  }
  const temporary = await Deno.makeTempDir({ prefix: "shelfcast-peer-" });
  const common = {
    cwd: folder,
    env: { ARTEFACTS: temporary, PYTHONDONTWRITEBYTECODE: "1", OMP_WAIT_POLICY: "passive" },
    stdin: "null",
    stdout: "null",
  } as const;
  const clean = () => Deno.remove(temporary, { recursive: true });
  const trained = await new Deno.Command(python, { ...common, args: ["train.py", temporary], stderr: "piped" })
    .output();
  if (!trained.success) {
    notes.push(`no comparison with FastAPI: ${new TextDecoder().decode(trained.stderr).trim().split("\n").at(-1)}`);
    await clean();
    return undefined;
  }
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const began = performance.now(), url = `http://127.0.0.1:${port}`;
  const child = new Deno.Command(python, {
    ...common,
    args: [
      ...["-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--log-level", "warning", "--no-access-log"],
    ],
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = child.status.then(() => ended = true);
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) break;
    if (ended) {
      notes.push("no comparison with FastAPI: uvicorn cannot be run with this Python");
      await clean();
      return undefined;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  return {
    url,
    pid: child.pid,
    readyMs: performance.now() - began,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await status;
      await clean();
    },
  };
}

/** A row in the peer's names: 1,115 stores, as Rossmann has. */
function peerRow(k: number): Readonly<Record<string, unknown>> {
  return {
    store: 1 + k * 7919 % 1115,
    date: Temporal.PlainDate.from("2015-08-01").add({ days: k % 48 }).toString(),
    open: true,
    promo: k % 5 < 2,
    state_holiday: "0",
    school_holiday: k % 5 === 0,
    store_type: "abcd"[k % 4],
    assortment: "abc"[k % 3],
    competition_distance: k % 9 === 0 ? null : 20 + k * 37 % 70_000,
    promo2: k % 2 === 0,
  };
}

async function timeBatch(url: string, rows: readonly unknown[], times: number): Promise<number> {
  const body = JSON.stringify(rows), took: number[] = [];
  for (let k = 0; k <= times; k++) {
    const began = performance.now();
    const answer = await fetch(`${url}/predict_batch`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The batch was refused with ${answer.status}`);
    if (k > 0) took.push((performance.now() - began) / 1000);
  }
  return median(took);
}

function withoutNulls(known: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
}
