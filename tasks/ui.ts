// Open MLflow's own pages on our runs and models.
import { join } from "node:path";
import { ParamsError } from "@/core/errors.ts";
import { serverOf } from "@/pipeline/tracking.ts";
import { main } from "./support/command.ts";
import { runProgram } from "./support/run_program.ts";
import { terminal } from "./support/terminal.ts";

const WINDOWS = Deno.build.os === "windows";

await main({
  name: "ui",
  about: "Open MLflow's own pages on the runs and models in mlruns, on this machine only; Ctrl-C ends it.",
  example: "deno task ui --port 5001",
  flags: { port: { type: "string", value: "N", about: "the port on 127.0.0.1 (default: 5000)" } },
  async run({ env, store, project, signal }, values) {
    const server = serverOf(env);
    if (server) return { json: { url: server.url }, text: `The runs are on the server: open ${server.url}` };
    const port = Number(values["port"] ?? 5000);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new ParamsError(`Cannot use --port ${values["port"]}: expected a whole number from 1 to 65535`);
    }
    const mlflow = project.path(join(".venv-interop", WINDOWS ? "Scripts" : "bin", WINDOWS ? "mlflow.exe" : "mlflow"));
    if (!await isFile(mlflow)) {
      throw new ParamsError("Cannot open MLflow's pages as MLflow is not installed: run `make interop` first");
    }
    if (!isFree(port)) {
      throw new ParamsError(`Cannot open MLflow's pages as port ${port} is in use: choose another with --port`);
    }
    const mlruns = store.path("mlruns");
    await Deno.mkdir(mlruns, { recursive: true });
    terminal.say(`MLflow shows ${mlruns} at http://127.0.0.1:${port} in a few seconds. Ctrl-C ends it.`);
    const code = await runProgram(mlflow, [
      "server",
      ...["--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", mlruns, "--default-artifact-root", mlruns],
    ], {
      // MLflow 3 opens its own file format only when told that it may.
      env: {
        MLFLOW_ALLOW_FILE_STORE: "true",
        MLFLOW_DISABLE_TELEMETRY: "true",
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      },
      quiet: values["json"] === true,
      signal,
    });
    if (!signal.aborted && code !== 0) throw new ParamsError(`MLflow ended with exit code ${code}: see above`);
    return { json: { port, code }, text: "MLflow has ended" };
  },
});

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
