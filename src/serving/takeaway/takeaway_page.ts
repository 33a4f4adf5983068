/**
 * A take-away as one HTML file that needs nothing but a browser.
 *
 * @module
 */
// Under another name, since the formatter lays `html` out anew and changes the text.
import { html as markup, raw } from "hono/html";
import { stylesheet } from "@/charts/mod.ts";
import script from "@/serving/takeaway/takeaway.js" with { type: "text" };
import { takeawayScorer } from "@/serving/takeaway/takeaway_scorer.ts";
import type { Takeaway } from "@/serving/takeaway/takeaway_data.ts";

/** What the page says of the model. */
export interface TakeawayFacts {
  readonly model: string;
  readonly version: string;
  readonly champion: string;
  readonly approvals: readonly { readonly by: string; readonly at: string }[];
  /** The day after the newest data. */
  readonly origin: string;
  readonly made: string;
  readonly metric: string;
  readonly unit: string;
  readonly frequency: "1d" | "1w";
  /** What a series is: `store`. */
  readonly word: string;
}

const STYLE = `
#chart { width: 100%; height: 340px; display: block; }
#chart text { fill: var(--muted); font: 12px system-ui, sans-serif; }
#chart path { fill: none; stroke-width: 1.5; }
#chart .band95 { fill: var(--band95); stroke: none; } #chart .band80 { fill: var(--band80); stroke: none; }
#chart .band50 { fill: var(--band50); stroke: none; }
#chart .sold { stroke: var(--ink); } #chart .forecast { stroke: var(--accent); stroke-width: 2; }
#chart .ghost { stroke: var(--ghost); stroke-dasharray: 5 3; } #chart .dotted { stroke-dasharray: 2 3; }
#chart .grid { stroke: var(--hairline); } #chart .zero { stroke: var(--muted); }
#chart .closed { fill: var(--hatch); opacity: 0.35; } #chart .hover { fill: transparent; }
#chart .promotion { stroke: var(--amber); stroke-width: 3; } #chart .holiday { stroke: var(--violet); stroke-width: 3; }
#calendar { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 4px; }
#calendar fieldset { border: 1px solid var(--hairline); border-radius: 6px; margin: 0; padding: 4px 6px; min-width: 0;
  font-size: 13px; }
#picker, #calendar + p { margin-top: 16px; }
#takeaway-table th.number { text-align: right; }
button, select { font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--hairline);
  border-radius: 6px; padding: 4px 12px; }
#calendar legend { padding: 0; font-weight: 600; float: left; width: 100%; }
#calendar label { display: block; clear: both; }
@media (max-width: 640px) { #calendar { grid-template-columns: repeat(3, minmax(0, 1fr)); } #calendar .gap { display: none; }
  .page { padding: 24px 16px; } .answer { grid-template-columns: 1fr; } }
`;

/** Writes the page. */
export async function takeawayPage(takeaway: Takeaway, facts: TakeawayFacts): Promise<string> {
  const { unit, frequency, word } = facts;
  const data = await packed({ ...takeaway, unit, frequency, word });
  const approvals = facts.approvals.map(({ by, at }) => `${by} on ${at.slice(0, 10)}`).join(", ") || "nobody";
  const title = `What if: ${word} ${takeaway.series.map(({ id }) => id).slice(0, 3).join(", ")}`;
  const columns = frequency === "1d" ? 7 : 4;
  return `<!doctype html>\n${await markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(stylesheet() + STYLE)}</style>
</head>
<body>
<main class="page">
<p class="eyebrow">${facts.model} version ${facts.version}, data up to the day before ${facts.origin}</p>
<h1 id="headline" aria-live="polite">One moment</h1>
<dl class="answer">
<div><dt>As planned</dt><dd class="figure" id="before">–</dd></div>
<div><dt>With your plan</dt><dd class="figure" id="after">–</dd><dd class="detail" id="took"></dd></div>
<div><dt>Difference</dt><dd class="figure" id="difference">–</dd></div>
</dl>
<p id="picker"><label>${word[0]!.toUpperCase() + word.slice(1)} <select id="series"></select></label></p>
<figure>
<figcaption class="quiet">Sales (${unit}): sold, forecast with the ranges that hold 50, 80 and 95 of 100 outcomes, the year
before dotted; grey: closed. Ticks below mark promotions and holidays.</figcaption>
<svg id="chart" role="img" aria-label="Sales and forecast; the table below has the same numbers"></svg>
</figure>
<section id="plan">
<h2>The plan</h2>
<p>Switch days on and off; the forecast follows at once, computed in this page by the same model.</p>
<div id="calendar" style="--columns: ${columns}"></div>
<p><button id="reset" type="button">Back to the plan</button></p>
</section>
<details>
<summary>All numbers</summary>
<div class="scroll" tabindex="0" role="region" aria-label="All numbers"><table id="takeaway-table">
<thead><tr><th>date</th><th class="number">as planned</th><th class="number">with your plan</th><th class="number">80 % interval</th><th>calendar</th></tr></thead>
<tbody id="rows"></tbody>
</table></div>
</details>
<section>
<h2>Where these numbers come from</h2>
<p>Model ${facts.model} version ${facts.version} (${facts.champion}), approved by ${approvals}. ${facts.metric}
It knows sales up to the day before ${facts.origin}; this page was made on ${
    facts.made.slice(0, 10)
  } and knows nothing newer. It
asks no server for anything.</p>
</section>
</main>
<script type="application/octet-stream" id="takeaway">${raw(data)}</script>
<script>
${raw(takeawayScorer.toString())}
${raw(script)}
</script>
</body>
</html>
`}`;
}

const KINDS = [
  ["f32", Float32Array],
  ["f64", Float64Array],
  ["i32", Int32Array],
  ["u32", Uint32Array],
  ["u8", Uint8Array],
] as const;

/** JSON with its typed arrays as bytes, compressed, as text. */
async function packed(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (_, part) => {
    const kind = KINDS.find(([, type]) => part instanceof type)?.[0];
    if (kind === undefined) return part;
    return { kind, bytes: new Uint8Array(part.buffer, part.byteOffset, part.byteLength).toBase64() };
  });
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}
