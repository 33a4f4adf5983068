/**
 * The frame of every task: flags in, one step, a summary out; and the single place where an error becomes a message and
 * an exit code.
 *
 * @module
 */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { DatasetError, GateError, GovernanceError, MissingInputError } from "@/core/errors.ts";
import {
  ModelUnavailableError,
  NativeLibraryError,
  ParamsError,
  StoreError,
  UnknownSeriesError,
} from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { peakRssMb } from "@/pipeline/peak_rss.ts";
import type { Overrides } from "@/pipeline/params.ts";
import { datasets } from "@/datasets/mod.ts";
import { explainDiskError } from "@/stores/mod.ts";
import { type Described, type Flag, printHelp } from "./help.ts";
import { openLogs } from "./logs.ts";
import { findingsTable, terminal } from "./terminal.ts";

export type { Flag };

/** The flags that every stage of the pipeline takes. */
export const COMMON_FLAGS = {
  dataset: {
    type: "string",
    value: "NAME",
    about: "rossmann, walmart or store-item",
    oneOf: Object.keys(datasets),
  },
  source: { type: "string", value: "FROM", about: "synthetic, kaggle, a folder or an https:// address" },
  "as-of": {
    type: "string",
    value: "DATE",
    about: "as if the data ended the day before (default: the end of the data)",
  },
  horizon: { type: "string", value: "N", about: "steps ahead: days, or weeks for weekly data" },
  models: { type: "string", value: "A,B", about: "the models that compete" },
  windows: { type: "string", value: "N", about: "backtest windows before the holdout" },
  series: { type: "string", value: "N", about: "series of the synthetic data" },
  steps: { type: "string", value: "N", about: "steps of history of the synthetic data" },
  params: { type: "string", value: "FILE", about: "another params file than tasks/params.yaml" },
  seed: { type: "string", value: "N", about: "seed of everything random" },
  workdir: {
    type: "string",
    value: "DIR",
    about: "holds data/, models/, mlruns/, reports/, logs/; or s3://bucket/prefix",
  },
  csv: { type: "boolean", about: "write panel and features as CSV too" },
  json: { type: "boolean", about: "print one JSON document on stdout; logs go to stderr" },
  trace: { type: "boolean", about: "show the stack trace of an error" },
  help: { type: "boolean", about: "show this help" },
} as const satisfies Record<string, Flag>;

/** The values of a task's flags, as typed on the command line. */
export type FlagValues = Readonly<Record<string, string | boolean | undefined>>;

/** What a task has to say when it is done. */
export interface Outcome {
  /** The document that `--json` prints. */
  readonly json: unknown;
  /** What a person reads. */
  readonly text: string;
  /** The exit code of a task whose answer may be no: 1 (default 0). */
  readonly code?: number;
}

/** A task, as its file describes it; `flags` are those beyond the common ones. */
export interface Command extends Described {
  run(context: Context, values: FlagValues): Promise<Outcome>;
}

/** Runs a task and ends the process with the exit code that its outcome calls for. */
export async function main(command: Command, args: readonly string[] = Deno.args): Promise<never> {
  const wantsJson = args.includes("--json"), wantsTrace = args.includes("--trace");
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) {
      terminal.stage("");
      Deno.exit(130);
    }
    terminal.say("Stopping after the current step; press Ctrl-C again to stop at once.");
    stop.abort(new DOMException("Stopped by Ctrl-C", "AbortError"));
  };
  Deno.addSignalListener("SIGINT", interrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", interrupt);
  let code = 0, dataset: string | undefined, folder: Context["store"] | undefined;
  const started = performance.now();
  try {
    const values = readFlags(command, args);
    if (values["help"]) {
      printHelp({ ...command, flags: { ...command.flags, ...COMMON_FLAGS, ...command.flags } }, args);
    } else {
      const context = await openContext({
        overrides: overridesOf(commonOf(values, command)),
        ...(values["workdir"] === undefined ? {} : { workdir: String(values["workdir"]) }),
        ...(values["params"] === undefined ? {} : { paramsFile: String(values["params"]) }),
        partitioned: values["partition"] !== undefined,
        signal: stop.signal,
        progress: (title) => terminal.progress(title),
        onDownload: terminal.download(),
        onStage: terminal.stage,
      });
      dataset = context.profile.name;
      folder = context.store;
      await using _logs = await openLogs(context.store, command.name);
      const outcome = await command.run(context, values).catch(async (error) => {
        // Reports that say why data was refused are for everybody to read.
        if (error instanceof GateError) await context.deliver();
        throw error;
      });
      await context.deliver();
      terminal.print(wantsJson ? JSON.stringify(outcome.json, null, 2) : outcome.text);
      code = outcome.code ?? 0;
    }
  } catch (thrown) {
    terminal.stage("");
    const error = diskErrorOf(thrown) ?? thrown;
    code = stop.signal.aborted ? 130 : exitCode(error);
    if (wantsJson) terminal.print(JSON.stringify(errorDocument(error), null, 2));
    terminal.say(errorText(error, code === 70 || wantsTrace));
  }
  if (dataset !== undefined) await leaveMetrics(command.name, dataset, folder!, code, performance.now() - started);
  // Background threads of native libraries must not keep a finished task alive.
  Deno.exit(code);
}

/** Tells Prometheus how the task went, where somebody wants to know. */
async function leaveMetrics(task: string, dataset: string, store: Context["store"], code: number, ms: number) {
  const wanted = ["SHELFCAST_PUSHGATEWAY", "SHELFCAST_TEXTFILE_DIR", "SHELFCAST_EMF"];
  if (!wanted.some((name) => Deno.env.get(name))) return;
  const { batchDestinations, leaveBatchMetrics } = await import("@/pipeline/batch_metrics.ts");
  const { emfLogKey } = await import("@/pipeline/emf.ts");
  const run = {
    task,
    dataset,
    succeeded: code === 0,
    seconds: ms / 1000,
    peakBytes: peakRssMb() * 1e6,
    endedAt: Temporal.Now.instant(),
  };
  const emf = Deno.env.get("SHELFCAST_EMF") === "1" ? store.path(emfLogKey(run.endedAt)) : undefined;
  const problems = await leaveBatchMetrics(run, { ...batchDestinations((name) => Deno.env.get(name)), emf });
  for (const problem of problems) terminal.say(`warning: ${problem}`);
}

/** The exit code that an error calls for: 1 refused, 2 mend the input, 3 not approved, 70 our bug. */
export function exitCode(error: unknown): number {
  if (error instanceof GateError) return 1;
  if (error instanceof GovernanceError) return 3;
  const mendable = [
    ParamsError,
    DatasetError,
    MissingInputError,
    NativeLibraryError,
    ModelUnavailableError,
    StoreError,
    UnknownSeriesError,
  ];
  return mendable.some((type) => error instanceof type) ? 2 : 70;
}

/** What the system says of a disk that refuses, wherever it was met: a user can mend that. */
const DISK_CODES: Readonly<Record<string, string>> = {
  1: "EPERM",
  13: "EACCES",
  20: "ENOTDIR",
  28: "ENOSPC",
  30: "EROFS",
  36: "ENAMETOOLONG",
  122: "EDQUOT",
};

function diskErrorOf(error: unknown): StoreError | undefined {
  if (!(error instanceof Error) || Deno.build.os === "windows") return undefined;
  // Deno and Polars both end with it: `Permission denied (os error 13): mkdir '/shop/logs'`.
  const [, number, path = "the working folder"] = /\(os error (\d+)\)(?:: \w+ '([^']+)')?/.exec(error.message) ?? [];
  const code = DISK_CODES[number ?? ""];
  if (code === undefined || exitCode(error) !== 70) return undefined;
  return explainDiskError("write", path, Object.assign(new Error(error.message, { cause: error }), { code }));
}

function errorText(error: unknown, trace: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const findings = error instanceof GateError ? `\n${findingsTable(error.findings)}` : "";
  const detail = trace && error.stack ? `\n${error.stack}` : "";
  return `error: ${error.message}${findings}${detail}`;
}

function errorDocument(error: unknown): unknown {
  if (!(error instanceof Error)) return { error: { name: "Error", message: String(error) } };
  const findings = error instanceof GateError ? { findings: error.findings } : {};
  const place = error instanceof DatasetError ? { place: error.place } : {};
  return { error: { name: error.name, message: error.message, ...place, ...findings } };
}

function readFlags(command: Command, args: readonly string[]): FlagValues {
  const flags: Record<string, Flag> = { ...COMMON_FLAGS, ...command.flags };
  const options = Object.fromEntries(Object.entries(flags).map(([name, { type }]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: options as ParseArgsOptionsConfig,
      strict: true,
      allowPositionals: command.positional !== undefined,
    });
    const { name } = command.positional ?? {};
    if (positionals.length > 1) throw new RangeError(`"${positionals[1]}" is one word more than ${name} needs`);
    if (name === undefined || values["help"]) return values as FlagValues;
    const word = positionals[0] ?? values[name];
    if (word !== undefined) return { ...values, [name]: word } as FlagValues;
    const shown = name.toUpperCase(), { about } = command.positional!;
    throw new RangeError(`${shown} is missing (${about}): deno task ${command.name} ${shown}`);
  } catch (error) {
    const unknown = /Unknown option '--?([^'= ]+)/.exec((error as Error).message)?.[1];
    if (unknown === undefined) {
      const sentence = (error as Error).message.replaceAll(/\s*\n\s*/g, " ");
      throw new ParamsError(`Cannot read the flags: ${sentence}`);
    }
    throw new ParamsError(`Cannot read the flag --${unknown}: ${didYouMean(unknown, Object.keys(flags))}`);
  }
}

/** The values of the common flags; one that a task has taken for something else is not among them. */
function commonOf(values: FlagValues, { flags = {} }: Command): FlagValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !(name in flags)));
}

/** Whole numbers and lists are typed as text; the params schema judges them. */
function overridesOf(values: FlagValues): Overrides {
  const number = (name: string) => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^-?\d+$/.test(String(text))) throw new ParamsError(`Cannot use --${name} ${text}: expected a whole number`);
    return Number(text);
  };
  const models = values["models"];
  return {
    dataset: values["dataset"],
    source: values["source"],
    asOf: values["as-of"],
    horizon: number("horizon"),
    windows: number("windows"),
    series: number("series"),
    steps: number("steps"),
    seed: number("seed"),
    csv: values["csv"],
    models: models === undefined ? undefined : String(models).split(",").map((name) => name.trim()).filter(Boolean),
  };
}
