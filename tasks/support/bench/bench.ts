/**
 * A benchmark: our stages and the peer's, turn and turn about, then the curve of growth, then the record.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { ParamsError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { runSource } from "@/pipeline/ingest.ts";
import type { Overrides } from "@/pipeline/params.ts";
import type { Flag, FlagValues } from "../command.ts";
import { benchContracts } from "./contracts.ts";
import { curveOf, peerFigures, stageFigures } from "./figures.ts";
import { keptBenches } from "./kept.ts";
import type { Job, Measured, StagesJob, StepsJob } from "./job.ts";
import { machine } from "./machine.ts";
import { type Peer, type PeerRun, PEERS, runPeer, runSameMatrix, SAME_MATRIX } from "./peers.ts";
import {
  type BenchRecord,
  compareRecords,
  type Comparison,
  type Curve,
  previousRecord,
  writeRecord,
} from "./record.ts";
import { runChild } from "./run_child.ts";
import { median } from "./statistics.ts";
import type { Seconds } from "./stopwatch.ts";

/** The flags of a benchmark, beyond the common ones. */
export const BENCH_FLAGS = {
  quick: { type: "boolean", about: "fewer trees, repetitions and sizes: under a minute on the embedded data" },
  serving: {
    type: "boolean",
    about: "the server instead: the newest registered model beside FastAPI (peers' folder serving/)",
  },
  drift: {
    type: "boolean",
    about: "two tables of a million rows beside Evidently, and monitoring a day of 1,115 stores",
  },
  decisions: { type: "boolean", about: "reconciliation of 3,331 series, and the page Decisions for 1,115 stores" },
  curve: { type: "boolean", about: "also the cost of 10 to 10,000 made-up series" },
  rounds: { type: "string", value: "N", about: "trees that LightGBM grows (default: 100)" },
  repetitions: { type: "string", value: "N", about: "how often each stage is measured (default: 3)" },
  peers: { type: "string", value: "DIR", about: "folder of peer_*.py (default: ../shared/peers where it is)" },
  "peer-python": { type: "string", value: "PATH", about: "a Python that has what they need (SHELFCAST_PEER_PYTHON)" },
  engine: { type: "string", value: "NAME", about: "pandas or polars, where the peer has both (default: pandas)" },
  record: {
    type: "string",
    value: "NAME",
    about: "keep the record in docs/benchmarks/NAME.json; deno task claims tells it",
  },
} as const satisfies Record<string, Flag>;

/** Steps of history of each made-up series of the curve. */
const CURVE_STEPS = 200;
const CURVE_SIZES = [10, 100, 1_000, 10_000], QUICK_SIZES = [10, 100, 1_000];

/** What `bench` found out, and where it is kept. */
export interface Benchmark {
  readonly record: BenchRecord;
  /** With the record before, where there is one of the same work. */
  readonly comparison?: Comparison;
  readonly key: string;
}

/** Runs a benchmark in processes of its own. Its files are temporary, but for the record in `logs/bench/`. */
export async function bench(context: Context, values: FlagValues): Promise<Benchmark> {
  const { params, store, profile, signal, now } = context;
  const quick = values["quick"] === true;
  const rounds = whole(values, "rounds", quick ? 20 : 100), repetitions = whole(values, "repetitions", quick ? 2 : 3);
  const temporary = await Deno.makeTempDir({ prefix: "shelfcast-bench-" });
  try {
    const folder = await rawFolder(context, join(temporary, "raw"));
    const overrides: Overrides = {
      dataset: profile.name,
      source: folder,
      seed: params.seed,
      ...(params.asOf === undefined ? {} : { asOf: params.asOf }),
      ...(params.horizon === undefined ? {} : { horizon: params.horizon }),
    };
    const paramsFile = values["params"] === undefined ? {} : { paramsFile: resolve(String(values["params"])) };
    const base = { overrides, ...paramsFile };
    const total = 2 * repetitions, bar = context.progress("bench");
    let done = 0;
    const measure = async (job: StagesJob | StepsJob, note: string) => {
      // A folder of its own, as writing over a file is another piece of work than making one.
      const workdir = join(temporary, `work-${done}`);
      const measured = await runChild({ ...base, ...job, workdir }, signal);
      await Deno.remove(workdir, { recursive: true });
      bar.update(++done, total, note);
      return measured;
    };
    const notes: string[] = [];
    const found = findPeer(context, values, notes);
    const peer = PEERS[profile.name], reads = peer?.reads ?? ["train"];
    const exchange = join(temporary, "exchange");
    if (found !== undefined) await Deno.mkdir(exchange, { recursive: true });

    const stages: Measured[] = [], steps: Measured[] = [], theirs: PeerRun[] = [];
    const same: Readonly<Record<string, Seconds>>[] = [], gaps: number[] = [];
    for (let run = 0; run < repetitions; run++) {
      const job = { kind: "stages", folder, reads, rounds, ...(found === undefined ? {} : { exchange }) } as const;
      const own = await measure(job, "stages");
      stages.push(own);
      // Their turn, under the same weather.
      if (found !== undefined) {
        const order = { ...found, data: folder, rounds, signal };
        const { origin, lastDate } = own.facts;
        const answer = await runPeer(found.peer, { ...order, start: String(origin), lastDate: String(lastDate) });
        if (typeof answer === "string") notes.push(`no comparison with ${found.peer.script}: ${answer}`);
        else theirs.push(answer);
        const alike = await runSameMatrix(order, exchange);
        if (typeof alike === "string") notes.push(`no comparison on the same matrix: ${alike}`);
        else {
          same.push(alike.stages);
          gaps.push(alike.largestDifference);
        }
      }
      steps.push(await measure({ kind: "steps", folder }, "steps"));
    }
    bar.end();
    const curve = values["curve"] === true
      ? await measureCurve(context, { ...base, workdir: temporary }, quick ? QUICK_SIZES : CURVE_SIZES)
      : null;

    const contracts = await benchContracts({ ...base, workdir: temporary }, {
      rows: quick ? 100_000 : 1_000_000,
      folder: temporary,
      python: interopPython(context),
      signal,
      notes,
    });

    const own = stages.map((at) => at.stages);
    const record: BenchRecord = {
      time: now().toString(),
      machine: machine(),
      dataset: profile.name,
      source: sourceLabel(context),
      facts: Object.fromEntries(Object.entries(stages[0]!.facts)),
      rounds,
      repetitions,
      calibration: median([...stages, ...steps].map(({ calibration }) => calibration)),
      stages: stageFigures(stages),
      steps: stageFigures(steps),
      peakRssMb: {
        stages: Math.max(...stages.map(({ peakRssMb }) => peakRssMb)),
        steps: Math.max(...steps.map(({ peakRssMb }) => peakRssMb)),
      },
      peer: theirs.length === 0 && same.length === 0 ? null : {
        script: found!.peer.script,
        engine: found!.engine ?? null,
        peakMb: Math.max(...theirs.map(({ peakMb }) => peakMb), 0),
        rows: theirs[0]?.rows ?? 0,
        figures: [
          ...peerFigures(found!.peer.stages, own, theirs.map((at) => at.stages)),
          ...peerFigures(SAME_MATRIX, own, same),
        ],
        largestDifference: gaps.length === 0 ? null : Math.max(...gaps),
      },
      contracts,
      curve,
      notes: [...new Set(notes.map((note) => withoutPlaces(note, [folder, temporary, found?.scripts, found?.python])))],
    };
    const before = await previousRecord(store, record, await keptBenches(context.project));
    const key = await writeRecord(store, record);
    return { record, key, ...before !== undefined && { comparison: compareRecords(record, before) } };
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/** The folder of raw files: the source itself, or a temporary one that its files are put into. */
async function rawFolder(context: Context, temporary: string): Promise<string> {
  const { params, dataset } = context;
  if (isFolder(params.source)) return resolve(params.source);
  for await (const { path, bytes } of runSource(context).files(dataset.tables.map(({ file }) => file))) {
    const to = join(temporary, path);
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.writeFile(to, bytes);
  }
  return temporary;
}

/** What the source is, without where it is. */
function sourceLabel(context: Context): string {
  const { source } = context.params;
  if (source === "synthetic" || source === "kaggle") return runSource(context).name;
  return isFolder(source) ? "a folder" : "an address";
}

/** The peer that can be run here: its script, a Python, an engine. Says in a note what is missing. */
function findPeer(
  { project, profile, env }: Context,
  values: FlagValues,
  notes: string[],
): { peer: Peer; scripts: string; python: string; engine?: string } | undefined {
  const asked = values["peers"], peer = PEERS[profile.name];
  const scripts = asked === undefined ? resolve(project.location, "../shared/peers") : resolve(String(asked));
  if (peer === undefined || !isFolder(scripts)) {
    if (asked !== undefined) throw new ParamsError(`Cannot find peers in --peers ${asked}: it is no folder`);
    return undefined;
  }
  const python = values["peer-python"] === undefined ? env("SHELFCAST_PEER_PYTHON") : String(values["peer-python"]);
  if (python === undefined) {
    notes.push("no comparison with the peers: --peer-python or SHELFCAST_PEER_PYTHON names a Python that can run them");
    return undefined;
  }
  if (profile.horizon !== peer.horizon) {
    notes.push(`no comparison with ${peer.script}: it forecasts ${peer.horizon} steps, this run ${profile.horizon}`);
    return undefined;
  }
  const engine = String(values["engine"] ?? "pandas");
  if (peer.engines.length > 0 && !peer.engines.includes(engine)) {
    throw new ParamsError(`Cannot use --engine ${engine}: ${peer.script} has ${peer.engines.join(" and ")}`);
  }
  return { peer, scripts, python, ...(peer.engines.length === 0 ? {} : { engine }) };
}

/** The Python of `make interop`, where it was made. */
function interopPython({ project }: Context): string | undefined {
  const program = Deno.build.os === "windows" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const path = join(project.location, ".venv-interop", ...program);
  return isFile(path) ? path : undefined;
}

async function measureCurve(
  { params, profile, progress, signal }: Context,
  base: Pick<Job, "overrides" | "paramsFile" | "workdir">,
  sizes: readonly number[],
): Promise<Curve> {
  const bar = progress("curve"), runs: Measured[] = [];
  const overrides = { dataset: profile.name, source: "synthetic", seed: params.seed };
  for (const [at, series] of sizes.entries()) {
    runs.push(await runChild({ ...base, overrides, kind: "size", series, steps: CURVE_STEPS }, signal));
    bar.update(at + 1, sizes.length, `${series} series`);
  }
  bar.end();
  return curveOf(CURVE_STEPS, runs);
}

/** What a program said, without the places of this machine, as records travel. */
function withoutPlaces(text: string, places: readonly (string | undefined)[]): string {
  return places.reduce<string>((kept, place) => place === undefined ? kept : kept.replaceAll(place, "…"), text);
}

function whole(values: FlagValues, name: string, usual: number): number {
  const text = values[name];
  if (text === undefined) return usual;
  if (!/^[1-9]\d*$/.test(String(text))) throw new ParamsError(`Cannot use --${name} ${text}: expected a whole number`);
  return Number(text);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
