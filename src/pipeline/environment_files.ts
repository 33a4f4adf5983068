/**
 * What a run needs to be made again elsewhere: the packages, pinned, and the machine that it ran on.
 *
 * @module
 */
import os from "node:os";
import type { LocalStore } from "@/core/store.ts";
import { libraryVersion } from "@/models/mod.ts";

/** The project's own lock files: npm packages, and the wheels that carry Deno and the native libraries. */
const LOCKS: Readonly<Record<string, string>> = {
  "deno.json": "deno.json",
  "deno.lock": "deno.lock",
  "requirements.txt": "requirements/runtime.txt",
};

/** The folder of these files among a run's artifacts. */
const ENVIRONMENT = "environment";

/**
 * Gathers a run's environment as files: `machine.json` (versions, system, processors, memory) and the lock files.
 *
 * @param project The project's own files; a lock file that is not there is left out.
 * @returns Name → text, below `environment/`.
 */
export async function environmentFiles(project: LocalStore): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {
    [`${ENVIRONMENT}/machine.json`]: `${JSON.stringify(machine(), null, 2)}\n`,
  };
  for (const [name, key] of Object.entries(LOCKS)) {
    const bytes = await project.get(key);
    if (bytes !== undefined) files[`${ENVIRONMENT}/${name}`] = new TextDecoder().decode(bytes);
  }
  return files;
}

/** No name of the machine or of its user: a run is shown to others. */
function machine() {
  const version = (name: "lightgbm" | "xgboost") => {
    try {
      return libraryVersion(name);
    } catch {
      return "not installed";
    }
  };
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    lightgbm: version("lightgbm"),
    xgboost: version("xgboost"),
    system: `${Deno.build.os} ${os.release()}`,
    architecture: Deno.build.arch,
    processors: navigator.hardwareConcurrency,
    memoryMegabytes: Math.round(os.totalmem() / 1e6),
  };
}
