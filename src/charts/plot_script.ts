/**
 * The script that draws figures on our own pages.
 *
 * @module
 */
import plot from "@/charts/report/plot.js" with { type: "text" };
import { darkColours, figureTemplate } from "@/charts/theme.ts";

/**
 * Returns a script for pages that draw figures as they come: `plotting` of the house, given its look as `drawing`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { plotScript } from "@/charts/plot_script.ts";
 *
 * expect(plotScript()).toContain("const drawing = plotting(");
 * ```
 */
export function plotScript(): string {
  const look = JSON.stringify({ template: figureTemplate(), dark: darkColours() });
  return `${plot}\n// deno-lint-ignore no-unused-vars -- pages use it\nconst drawing = plotting(${look});\n`;
}
