/**
 * A sentence where there is nothing to draw.
 *
 * @module
 */
import { type Displayable, displayable } from "@/charts/display.ts";

/**
 * Shows a sentence: why there is no figure here, or what went as it should.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showNotice } from "@/charts/show/show_notice.ts";
 *
 * expect(showNotice("a < b")[Symbol.for("Jupyter.display")]!()["text/html"]).toBe('<p class="quiet">a &lt; b</p>');
 * ```
 */
export function showNotice(sentence: string): Displayable {
  const safe = sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return displayable({ "text/html": `<p class="quiet">${safe}</p>`, "text/plain": sentence });
}
