/**
 * The stylesheet of reports and pages, made from the tokens.
 *
 * @module
 */
import { type Colours, lightColours, nightColours, type } from "@/charts/theme.ts";

function variables(colours: Colours): string {
  return Object.entries(colours).map(([name, value]) => `--${name}: ${value};`).join(" ");
}

/**
 * Returns the stylesheet: light and dark by the reader's choice, from a phone to a wide screen.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { stylesheet } from "@/charts/stylesheet.ts";
 * import { lightColours } from "@/charts/theme.ts";
 *
 * expect(stylesheet()).toContain(`--accent: ${lightColours.accent};`);
 * ```
 */
export function stylesheet(): string {
  const space = (steps: number) => `${steps * type.step}px`;
  return `
:root { color-scheme: light dark; ${variables(lightColours)} }
@media (prefers-color-scheme: dark) { :root { ${variables(nightColours)} } }
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: ${space(4)}; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--surface); color: var(--ink); font: ${type.body}px/1.5 ${type.family};
  overflow-wrap: break-word; }
.page { max-width: 1120px; margin: 0 auto; padding: ${space(8)} ${space(8)} ${space(16)}; }
h1 { font-size: 32px; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; max-width: 26em;
  margin: ${space(2)} 0 ${space(6)}; text-wrap: balance; }
h2 { font-size: 22px; line-height: 1.3; font-weight: 650; margin: 0 0 ${space(2)}; }
h3 { font-size: ${type.chartTitle}px; line-height: 1.35; font-weight: 600; margin: 0; text-wrap: pretty; }
section > h3 { margin: ${space(8)} 0 ${space(1)}; }
p { margin: 0 0 ${space(3)}; max-width: 70ch; }
section { margin-top: ${space(12)}; padding-top: ${space(6)}; border-top: 1px solid var(--hairline); }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.eyebrow, .quiet { color: var(--muted); font-size: ${type.small}px; }
.eyebrow { margin: 0; }
.number, td.number, th.number { font-variant-numeric: tabular-nums; }
nav ul { display: flex; flex-wrap: wrap; gap: ${space(1)} ${space(5)}; list-style: none; padding: 0;
  margin: ${space(6)} 0 0; font-size: ${type.small}px; }
.answer { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: ${space(4)}; margin: 0; }
.answer > div { border: 1px solid var(--hairline); border-radius: 6px; padding: ${space(4)} ${space(5)}; }
.answer dt { color: var(--muted); font-size: ${type.small}px; }
.answer dd { margin: 0; }
.answer dd.figure { font-size: 24px; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
.answer dd.detail { color: var(--muted); font-size: ${type.small}px; }
.notes { margin: ${space(4)} 0 0; padding: ${space(2)} ${space(4)}; border-left: 3px solid var(--amber);
  list-style: none; color: var(--muted); font-size: ${type.small}px; }
.good { color: var(--good); } .alert { color: var(--alert); } .amber { color: var(--amber); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: ${space(8)} ${
    space(8)
  }; }
figure { margin: ${space(6)} 0 0; min-width: 0; }
.pair > figure { margin-top: ${space(4)}; }
figcaption .quiet { margin: ${space(1)} 0 ${space(2)}; }
.plot { width: 100%; min-width: 0; }
.plot .js-plotly-plot, .plot .svg-container { max-width: 100%; }
details { margin-top: ${space(2)}; }
summary { cursor: pointer; color: var(--accent); font-size: ${type.small}px; padding: ${
    space(1)
  } 0; width: fit-content; }
summary.block { color: var(--ink); font-size: ${type.body}px; font-weight: 600; }
.scroll { position: relative; overflow-x: auto; max-width: 100%; border: 1px solid var(--hairline); border-radius: 6px; }
.scroll.tall { max-height: 480px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: ${type.small}px; }
caption { text-align: left; padding: ${space(2)} ${space(3)}; color: var(--muted); font-size: ${type.small}px; }
caption span { position: sticky; left: ${space(3)}; display: inline-block; max-width: min(100%, calc(100vw - 60px)); }
th, td { padding: ${space(2)} ${space(3)}; text-align: left; vertical-align: top;
  border-top: 1px solid var(--hairline); }
thead th { background: var(--raised); font-weight: 600; white-space: nowrap; position: sticky; top: 0; }
tbody th { font-weight: 500; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
.star { margin-left: ${space(1)}; font-size: 11px; }
td.best { font-weight: 700; color: var(--good); }
tr.champion > th, tr.champion > td { background: color-mix(in srgb, var(--accent) 8%, var(--surface)); }
td.wide { min-width: 18em; }
.tag { display: inline-block; margin-left: ${space(2)}; padding: 0 ${space(2)}; border: 1px solid currentColor;
  border-radius: 999px; font-size: 12px; line-height: 18px; font-weight: 500; color: var(--muted); }
.tag.accent { color: var(--accent); }
.controls { display: flex; flex-wrap: wrap; gap: ${space(3)} ${space(5)}; align-items: end; margin: ${space(4)} 0;
  padding: ${space(3)} ${space(4)}; background: var(--raised); border-radius: 6px; }
.controls label { display: grid; gap: ${space(1)}; font-size: ${type.small}px; color: var(--muted); min-width: 0; }
.controls .grow { flex: 1 1 240px; }
.controls select { font: inherit; font-size: ${type.body}px; color: var(--ink); background: var(--surface);
  border: 1px solid var(--hairline); border-radius: 4px; padding: ${space(1)} ${space(2)}; min-height: 36px;
  max-width: 100%; }
.controls input[type="range"] { width: 100%; min-height: 36px; margin: 0; accent-color: var(--accent); }
.controls output { color: var(--ink); font-variant-numeric: tabular-nums; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: ${space(1)} ${space(6)};
  font-size: ${type.small}px; margin: ${space(4)} 0; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code, .mono { font-family: ${type.mono}; font-size: 0.92em; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
@media (max-width: 640px) {
  .page { padding: ${space(5)} ${space(4)} ${space(12)}; }
  h1 { font-size: 25px; }
  .answer { grid-template-columns: minmax(0, 1fr); gap: ${space(2)}; }
  .answer > div { padding: ${space(3)} ${space(4)}; }
  .answer dd.figure { font-size: 22px; }
  .controls { padding: ${space(3)}; } .controls label { flex: 1 1 140px; } .controls select { width: 100%; }
  dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; } dl.facts dd { margin-bottom: ${space(2)}; }
}
@media print { nav, .controls { display: none; } section { break-inside: avoid-page; } }
`;
}
