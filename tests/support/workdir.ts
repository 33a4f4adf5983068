/**
 * Working folders for tests of whole stages: raw files on disk, and contexts with few trees.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { datasets } from "@/datasets/mod.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import type { Overrides } from "@/pipeline/params.ts";

/** The params file with few trees. */
export const FAST_PARAMS = fileURLToPath(new URL("./fast_params.yaml", import.meta.url));

/** A folder that is removed at the end of the block. */
export interface Workdir extends AsyncDisposable {
  readonly path: string;
  /** Opens a context on this folder, with few trees. */
  context(overrides?: Overrides): Promise<Context>;
  /** Writes raw files into a folder beside, and returns its path: what `--source` takes. */
  source(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
  /** Reads a file of the folder as text. */
  read(key: string): Promise<string>;
}

/** Makes an empty working folder. */
export async function workdir(): Promise<Workdir> {
  const path = await Deno.makeTempDir({ prefix: "shelfcast-" });
  return {
    path,
    context: (overrides = {}) => openContext({ overrides, workdir: join(path, "work"), paramsFile: FAST_PARAMS }),
    async source(name, files) {
      for (const [file, content] of Object.entries(files)) {
        await Deno.mkdir(dirname(join(path, name, file)), { recursive: true });
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        await Deno.writeFile(join(path, name, file), bytes);
      }
      await Deno.mkdir(join(path, name), { recursive: true });
      return join(path, name);
    },
    read: (key) => Deno.readTextFile(join(path, "work", key)),
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** Raw files of a dataset as the generator makes them, few and short. */
export function rawFiles(dataset: string, { series = 6, steps = 420, seed = 1 } = {}): Record<string, string> {
  return { ...datasets[dataset]!.generate({ series, steps, seed }) };
}
