/**
 * A page inside a notebook.
 *
 * @module
 */
import { type Displayable, displayable } from "@/charts/display.ts";

/**
 * Shows a self-contained HTML page in a frame of its own, so that its style and the notebook's do not mix.
 *
 * @param html The page's text; it may load nothing from elsewhere.
 * @param options `title` names it for those who cannot see it; `height` is in pixels.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showPage } from "@/charts/show/show_page.tsx";
 *
 * const shown = showPage("<h1>Kept</h1>", { title: "Data docs" });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/html"]).toContain('srcdoc="&lt;h1&gt;Kept');
 * ```
 */
export function showPage(
  html: string,
  { title, height = 420 }: { readonly title: string; readonly height?: number },
): Displayable {
  const style =
    `width:100%;height:${height}px;border:1px solid color-mix(in srgb,currentColor 22%,transparent);border-radius:6px`;
  const frame = <iframe title={title} srcdoc={html} sandbox="allow-same-origin" style={style} loading="lazy"></iframe>;
  return displayable({ "text/html": frame.toString(), "text/plain": `${title}: a page of ${html.length} characters` });
}
