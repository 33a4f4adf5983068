/**
 * Raw files from the embedded generator.
 *
 * @module
 */
import type { SyntheticOptions } from "@/core/dataset.ts";
import { ParamsError } from "@/core/errors.ts";
import type { Source, SourceFile } from "@/core/source.ts";
import { byBytes } from "@/stores/key.ts";
import { matches } from "@/stores/sources/patterns.ts";

/**
 * Gives a generator's files as a source, so that made-up data takes the same way as real data from the first step on.
 *
 * @param generate A dataset's generator: path → CSV text.
 * @throws {ParamsError} From `files`, if the generator cannot make as much as it is asked for.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { syntheticSource } from "@/stores/sources/synthetic.ts";
 *
 * const source = syntheticSource(() => ({ "train.csv": "Store,Sales\n1,5263\n" }), { series: 1, seed: 7 });
 * expect(source.name).toBe("synthetic (1 series, seed 7)");
 * const [file] = await Array.fromAsync(source.files(["*.csv"]));
 * expect(new TextDecoder().decode(file?.bytes)).toBe("Store,Sales\n1,5263\n");
 * ```
 */
export function syntheticSource(
  generate: (options: SyntheticOptions) => Readonly<Record<string, string>>,
  options: SyntheticOptions,
): Source {
  const steps = options.steps === undefined ? "" : `, ${options.steps} steps`;
  return {
    name: `synthetic (${options.series} series${steps}, seed ${options.seed})`,
    async *files(patterns: readonly string[]): AsyncIterable<SourceFile> {
      const texts = await Promise.resolve(generated(generate, options));
      for (const path of Object.keys(texts).sort(byBytes)) {
        if (!patterns.some((pattern) => matches(path, pattern))) continue;
        yield { path, bytes: new TextEncoder().encode(texts[path]) };
      }
    },
  };
}

/** What a generator refuses to make is a choice of the user's, who can make another one. */
function generated(generate: Parameters<typeof syntheticSource>[0], options: SyntheticOptions) {
  try {
    return generate(options);
  } catch (error) {
    if (error instanceof RangeError) throw new ParamsError(error.message);
    throw error;
  }
}
