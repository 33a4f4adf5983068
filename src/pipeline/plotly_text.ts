/**
 * The drawing library as text, for pages that carry it inside.
 *
 * @module
 */

/**
 * Reads the text of one of Plotly's browser builds, as it was installed.
 *
 * @param build `basic` draws lines, bars and dots in 1.1 MB; `cartesian` also heat maps and histograms in 1.5 MB.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { plotlyText } from "@/pipeline/plotly_text.ts";
 *
 * expect((await plotlyText("basic")).length).toBeGreaterThan(1_000_000);
 * ```
 */
export async function plotlyText(build: "basic" | "cartesian"): Promise<string> {
  // Written out, both: a name that is put together is not found by tools that look for imports.
  const file = build === "basic"
    ? import.meta.resolve("plotly.js-basic-dist-min")
    : import.meta.resolve("plotly.js-cartesian-dist-min");
  return await Deno.readTextFile(new URL(file));
}
