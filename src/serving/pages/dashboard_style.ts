/**
 * What the dashboard needs beyond the stylesheet of reports.
 *
 * @module
 */

/** Appended to the stylesheet; only tokens of it are used. */
export const DASHBOARD_STYLE = `
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 24px; border-bottom: 1px solid var(--hairline);
  padding: 12px 32px; }
.top .brand { font-weight: 650; text-decoration: none; color: var(--ink); }
.top nav ul { margin: 0; }
.top nav a { color: var(--muted); text-decoration: none; padding: 4px 0; }
.top nav a[aria-current] { color: var(--ink); border-bottom: 2px solid var(--accent); }
.top .model { margin-left: auto; }
.state { border: 1px solid var(--hairline); border-radius: 6px; padding: 24px; margin: 24px 0; max-width: 70ch; }
#lost { border-color: var(--alert); margin: 24px auto; }
.controls select { font-size: 14px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; background: var(--surface); padding: 8px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: var(--muted); margin-top: 12px; }
.controls input:not([type="checkbox"]):not([type="range"]) { font: inherit; color: var(--ink); background: var(--surface);
  border: 1px solid var(--hairline); border-radius: 4px; padding: 4px 8px; min-height: 36px; width: 100%; }
button, .button { font: inherit; font-size: 14px; color: var(--ink); background: var(--surface); cursor: pointer;
  border: 1px solid var(--hairline); border-radius: 4px; padding: 4px 12px; min-height: 36px; display: inline-flex;
  align-items: center; text-decoration: none; }
button:hover, .button:hover { border-color: var(--muted); }
.htmx-request.page, .page.htmx-request { opacity: 0.55; transition: opacity 150ms 150ms; }
.plan .calendar { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 4px; margin: 16px 0; }
.plan fieldset { border: 1px solid var(--hairline); border-radius: 4px; padding: 4px 8px 8px; margin: 0; min-width: 0; }
.plan legend { font-size: 13px; font-weight: 600; padding: 0 4px; }
.plan label { display: flex; gap: 6px; align-items: center; font-size: 13px; color: var(--muted); min-height: 24px; }
.plan input { accent-color: var(--accent); margin: 0; flex: none; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 24px; }
.multiples.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); }
.tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 72px)); gap: 4px; margin: 16px 0; }
.tiles a { display: grid; place-content: center; text-align: center; aspect-ratio: 1; border-radius: 4px; font-size: 13px;
  text-decoration: none; color: var(--ink); border: 1px solid var(--hairline); font-variant-numeric: tabular-nums; }
.tiles a[aria-current] { outline: 2px solid var(--accent); }
.tiles .none { color: var(--muted); border-style: dashed; }
.meter { position: relative; height: 10px; background: var(--raised); border: 1px solid var(--hairline); border-radius: 5px;
  max-width: 320px; margin: 4px 0; }
.meter > span { position: absolute; inset: 0 auto 0 0; background: var(--accent); border-radius: 5px; }
.tree { min-width: 480px; font-size: 14px; font-variant-numeric: tabular-nums; }
.tree ul { list-style: none; margin: 0; padding: 0; }
.tree ul ul { padding-left: 16px; }
.tree .head { font-weight: 600; margin: 0; max-width: none; }
.tree .head, .tree .leaf, .tree summary { display: flex; gap: 16px; padding: 4px 8px 4px 24px; align-items: baseline;
  border-bottom: 1px solid var(--hairline); position: relative; }
.tree summary { color: var(--ink); font-size: 14px; list-style: none; max-width: none; width: auto; }
.tree summary::-webkit-details-marker { display: none; }
.tree summary::before { content: "▸"; position: absolute; left: 8px; color: var(--muted); }
.tree details[open] > summary::before { content: "▾"; }
.tree .name { flex: 1; }
.tree .number { width: 96px; text-align: right; }
@media (max-width: 640px) {
  .top { padding: 12px 16px; } .top .model { margin-left: 0; }
  .plan .calendar { grid-template-columns: repeat(2, minmax(0, 1fr)); } .plan .gap { display: none; }
  .tiles { grid-template-columns: repeat(6, minmax(0, 1fr)); }
}
`;
