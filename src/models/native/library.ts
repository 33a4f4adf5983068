/**
 * Finds the shared libraries of LightGBM and XGBoost, and opens them on first use.
 *
 * They come inside the Python wheels that `make setup` puts into `.venv`; no Python runs.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";
import { NativeLibraryError } from "@/core/errors.ts";

/** The native libraries that we bind. */
export type LibraryName = "lightgbm" | "xgboost";

/** What the search asks of the machine; a test can describe another one. */
export interface Surroundings {
  /** The operating system, in Deno's words: `linux`, `darwin`, `windows`. */
  readonly os: string;
  /** The project's folder. */
  readonly root: string;
  /** An environment variable's value. */
  readonly env: (name: string) => string | undefined;
  /** The names in a folder; empty when there is no such folder. */
  readonly list: (folder: string) => readonly string[];
  readonly exists: (path: string) => boolean;
}

interface Whereabouts {
  readonly title: string;
  readonly variable: string;
  /** File name by operating system; every other system than these is Unix-like and takes linux's. */
  readonly files: Readonly<Record<"linux" | "darwin" | "windows", string>>;
  /** Folders inside the Python package, as the wheels have them. */
  readonly folders: readonly string[];
  readonly versionFile: string;
}

const WHEREABOUTS: Readonly<Record<LibraryName, Whereabouts>> = {
  lightgbm: {
    title: "LightGBM",
    variable: "SHELFCAST_LIGHTGBM",
    files: { linux: "lib_lightgbm.so", darwin: "lib_lightgbm.dylib", windows: "lib_lightgbm.dll" },
    // The Windows wheel keeps its DLL in bin; lib holds only the import library there.
    folders: ["lib", "bin"],
    versionFile: "VERSION.txt",
  },
  xgboost: {
    title: "XGBoost",
    variable: "SHELFCAST_XGBOOST",
    files: { linux: "libxgboost.so", darwin: "libxgboost.dylib", windows: "xgboost.dll" },
    folders: ["lib"],
    versionFile: "VERSION",
  },
};

/**
 * Finds the file of a native library: where its environment variable points, else in the project's `.venv`, else in the
 * Python environment that is active.
 *
 * @throws {NativeLibraryError} If it is in none of them; names every path tried and the command that mends it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { findLibrary } from "@/models/native/library.ts";
 *
 * const file = "C:\\shop\\.venv\\Lib\\site-packages\\lightgbm\\bin\\lib_lightgbm.dll";
 * const found = findLibrary("lightgbm", {
 *   os: "windows",
 *   root: "C:\\shop",
 *   env: () => undefined,
 *   list: () => [],
 *   exists: (path) => path === file,
 * });
 * expect(found).toBe(file);
 * ```
 */
export function findLibrary(name: LibraryName, surroundings: Surroundings = here()): string {
  const { title, variable } = WHEREABOUTS[name];
  const named = surroundings.env(variable);
  if (named) {
    if (surroundings.exists(named)) return named;
    throw new NativeLibraryError(
      `Cannot find the ${title} library: ${variable} names ${named}, where there is no file. ` +
        "Correct the variable, or unset it and run `make setup`",
      { tried: [named] },
    );
  }
  const tried = candidates(name, surroundings);
  const found = tried.find(surroundings.exists);
  if (found !== undefined) return found;
  throw new NativeLibraryError(
    `Cannot find the ${title} library: run \`make setup\`, or name its file in ${variable}. ` +
      `Tried:\n${tried.map((path) => `  ${path}`).join("\n")}`,
    { tried },
  );
}

/**
 * The version that stands beside a library in its package, or `unknown` for a library from elsewhere.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { libraryVersion } from "@/models/mod.ts";
 *
 * expect(libraryVersion("lightgbm")).toMatch(/^\d+\.\d+|unknown/);
 * ```
 */
export function libraryVersion(name: LibraryName): string {
  const path = findLibrary(name);
  const { dirname, join } = Deno.build.os === "windows" ? win32 : posix;
  const file = join(dirname(dirname(path)), WHEREABOUTS[name].versionFile);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "unknown";
}

/**
 * Opens a native library.
 *
 * @throws {NativeLibraryError} If it is missing, or is not a library of this machine, or lacks a function.
 */
export function openLibrary<S extends Deno.ForeignLibraryInterface>(
  name: LibraryName,
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  const path = findLibrary(name);
  // Idle OpenMP threads otherwise spin and starve everyone on a busy machine. libgomp reads this when it is loaded.
  if (Deno.env.get("OMP_WAIT_POLICY") === undefined) Deno.env.set("OMP_WAIT_POLICY", "passive");
  try {
    return Deno.dlopen(path, symbols).symbols;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new NativeLibraryError(`Cannot open ${path}: ${said}. ${remedy(said)}`, { tried: [path], cause });
  }
}

function remedy(said: string): string {
  if (said.includes("libgomp")) return "Install libgomp1 (on Debian or Ubuntu: `apt-get install libgomp1`)";
  if (said.includes("libomp")) return "Install libomp (on macOS: `brew install libomp`)";
  if (said.includes("--allow-ffi")) return "Allow it: `--allow-ffi`";
  return "Install it anew: `make setup`";
}

function candidates(name: LibraryName, { os, root, env, list }: Surroundings): string[] {
  const { files, folders } = WHEREABOUTS[name];
  const { join } = os === "windows" ? win32 : posix;
  const file = os === "windows" || os === "darwin" ? files[os] : files.linux;
  const venvs = [join(root, ".venv"), env("VIRTUAL_ENV")].filter((venv) => venv !== undefined && venv !== "");
  const packages = [...new Set(venvs as string[])].flatMap((venv) => {
    if (os === "windows") return [join(venv, "Lib", "site-packages", name)];
    const pythons = list(join(venv, "lib")).filter((entry) => /^python3\.\d+$/.test(entry)).toSorted();
    return (pythons.length > 0 ? pythons : ["python3.*"]).map((p) => join(venv, "lib", p, "site-packages", name));
  });
  return packages.flatMap((folder) => folders.map((inner) => join(folder, inner, file)));
}

function here(): Surroundings {
  return {
    os: Deno.build.os,
    root: fileURLToPath(new URL("../../../", import.meta.url)),
    env: (name) => Deno.env.get(name),
    list: (folder) => existsSync(folder) ? readdirSync(folder) : [],
    exists: existsSync,
  };
}
