/**
 * From the text of `--source` to a source.
 *
 * @module
 */
import type { Dataset, SyntheticOptions } from "@/core/dataset.ts";
import { ParamsError } from "@/core/errors.ts";
import type { Progress, Source } from "@/core/source.ts";
import { folderSource } from "@/stores/sources/folder.ts";
import { kaggleSource } from "@/stores/sources/kaggle.ts";
import type { Environment } from "@/stores/sources/kaggle_credentials.ts";
import { syntheticSource } from "@/stores/sources/synthetic.ts";
import type { Network } from "@/stores/sources/transfer.ts";
import { urlSource } from "@/stores/sources/url.ts";

/** What the sources need besides their text. */
export interface SourceOptions {
  /** The dataset whose files are wanted: it has a generator, and a competition on Kaggle. */
  readonly dataset: Pick<Dataset, "generate" | "competition">;
  /** What the generator is asked for. */
  readonly synthetic: SyntheticOptions;
  /** Environment variables, for Kaggle's token. */
  readonly env: Environment;
  /** The folder that keeps downloads between runs. */
  readonly cache: string;
  /** Is told how far a download is. */
  readonly onProgress?: (progress: Progress) => void;
  /** How the network is met; the real one when left out. */
  readonly network?: Partial<Network>;
}

/**
 * Opens the place that a user names: `synthetic`, `kaggle`, a web address, or a folder (or an archive) on the disk.
 *
 * Nothing is read before the files are asked for. A folder that is really called `kaggle` is given as `./kaggle`.
 *
 * @throws {ParamsError} If the text is empty, or an address of another kind.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openSource } from "@/stores/sources/open_source.ts";
 *
 * const options = {
 *   dataset: { competition: "rossmann-store-sales", generate: () => ({ "train.csv": "Store,Sales\n" }) },
 *   synthetic: { series: 100, seed: 1 },
 *   env: {},
 *   cache: ".cache/kaggle",
 * };
 * expect(openSource("synthetic", options).name).toBe("synthetic (100 series, seed 1)");
 * expect(openSource("kaggle", options).name).toBe("kaggle (rossmann-store-sales)");
 * expect(openSource("https://example.org/rossmann.zip", options).name).toBe("https://example.org/rossmann.zip");
 * expect(openSource("downloads/rossmann", options).name).toBe("downloads/rossmann");
 * ```
 */
export function openSource(text: string, options: SourceOptions): Source {
  const { dataset, synthetic, env, cache, onProgress } = options;
  const network = { ...options.network, ...(onProgress === undefined ? {} : { onProgress }) };
  if (text === "synthetic") return syntheticSource(dataset.generate, synthetic);
  if (text === "kaggle") return kaggleSource(dataset.competition, { ...network, env, cache });
  // One letter and a colon is a Windows drive, not an address.
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https") return urlSource(text, network);
  if (text.trim() === "" || scheme !== undefined) {
    throw new ParamsError(
      `Cannot open the source "${text}" as it needs to be synthetic, kaggle, an https address, or a folder`,
    );
  }
  return folderSource(text);
}
