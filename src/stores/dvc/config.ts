/**
 * DVC's configuration: `.dvc/config`, and `.dvc/config.local` for what stays on one machine.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { DvcError } from "@/stores/dvc/dvc_error.ts";
import { writeAtomic } from "@/stores/atomic.ts";
import { statOrNothing } from "@/stores/dvc/file_hash.ts";

/** A project that DVC keeps data for. */
export interface DvcProject {
  /** The project's folder, absolute. */
  readonly root: string;
  /** The folder of the cache, absolute. */
  readonly cache: string;
  /** Sections of the configuration: `core`, `remote "storage"`. */
  readonly config: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Opens a project's DVC settings; a project without any is given the files that `dvc init` makes.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openDvc } from "@/stores/dvc/mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * expect((await openDvc(root)).cache).toBe(`${root}/.dvc/cache`);
 * expect((await Deno.stat(`${root}/.dvc/config`)).isFile).toBe(true);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function openDvc(root: string): Promise<DvcProject> {
  const folder = join(root, ".dvc");
  if (await statOrNothing(join(folder, "config")) === undefined) {
    const git = await statOrNothing(join(root, ".git")) !== undefined;
    await writeAtomic(join(folder, "config"), git ? "" : "[core]\n    no_scm = True\n");
    await writeAtomic(join(folder, ".gitignore"), "/config.local\n/tmp\n/cache\n");
  }
  const config: Record<string, Record<string, string>> = {};
  for (const name of ["config", "config.local"]) {
    const text = await Deno.readTextFile(join(folder, name)).catch(() => "");
    for (const [section, values] of Object.entries(readIni(text))) {
      config[section] = { ...config[section], ...values };
    }
  }
  return { root: resolve(root), cache: resolve(folder, config.cache?.dir ?? "cache"), config };
}

/** The URL and the settings of a remote: the one that is named, or the default one. */
export function remoteSettings(
  { config, root }: DvcProject,
  name: string | undefined = config.core?.remote,
): Readonly<Record<string, string>> & { readonly url: string } {
  const known = Object.keys(config).flatMap((section) => /^remote "(.*)"$/.exec(section)?.[1] ?? []);
  const settings = config[`remote "${name}"`];
  if (name === undefined || settings?.url === undefined) {
    throw new DvcError(
      `Cannot find the DVC remote ${name ?? "(no default is set)"} in ${join(root, ".dvc/config")}: there are ${
        known.join(", ") || "none"
      }. Add one: [core] remote = storage, ['remote "storage"'] url = s3://bucket/path, or a folder`,
    );
  }
  return { ...settings, url: settings.url };
}

/** Reads an INI file: sections in brackets (with quotes around them where DVC puts some), `key = value`. */
function readIni(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(.*?)\s*\]\s*$/.exec(line)?.[1]?.replace(/^'(.*)'$/, "$1");
    if (section !== undefined) current = sections[section] ??= {};
    const pair = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (section === undefined && pair !== null && current !== undefined) current[pair[1]!] = pair[2]!;
  }
  return sections;
}
