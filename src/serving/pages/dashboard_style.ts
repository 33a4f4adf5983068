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
.skip { position: absolute; left: -9999px; } .skip:focus { left: 8px; top: 8px; background: var(--surface); padding: 8px; }
pre { overflow-x: auto; }
@media (max-width: 560px) { .top { padding: 12px 16px; } .page { padding: 16px; } .top .model { margin-left: 0; } }
`;
