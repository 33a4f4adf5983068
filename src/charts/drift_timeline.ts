/**
 * How far sales were from what the calendar lets expect, day by day, and when that was too far.
 *
 * @module
 */
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatDate } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** One look. */
export interface DriftLook {
  /** The day of the look, `YYYY-MM-DD`. */
  readonly date: string;
  /** The distance, and from where on it counts; null where nobody could tell. */
  readonly distance: number | null;
  /** The distance from which on it counts. */
  readonly threshold: number | null;
  /** Whether a new model was asked for. */
  readonly due: boolean;
}

/**
 * Draws the distance of sales from what was to be expected over time; red marks are looks that asked for a new model.
 *
 * @param options.changed When the world changed, where that is known.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { driftTimeline } from "@/charts/drift_timeline.ts";
 *
 * const look = { date: "2015-06-03", distance: 0.3, threshold: 0.1, due: true };
 * expect(driftTimeline([look], { changed: "2015-06-01" }).title).toBe("Noticed after 2 days");
 * ```
 */
export function driftTimeline(
  looks: readonly DriftLook[],
  { changed }: { readonly changed?: string } = {},
): Figure {
  const first = looks.find(({ due, date }) => due && (changed === undefined || date >= changed));
  const days = first === undefined || changed === undefined
    ? undefined
    : Temporal.PlainDate.from(changed).until(first.date, { largestUnit: "day" }).days;
  const x = looks.map(({ date }) => date), due = looks.filter((look) => look.due);
  const line = (name: string, y: readonly (number | null)[], color: string, dash: "solid" | "dot") => ({
    type: "scatter" as const,
    mode: "lines" as const,
    name,
    x,
    y: [...y],
    line: { color, width: 2, dash },
    hovertemplate: "%{y:.3f}",
  });
  const text = (value: number | null) => value === null ? "–" : value.toPrecision(3);
  return makeFigure({
    title: days !== undefined
      ? `Noticed after ${days} days`
      : first === undefined
      ? "Nothing was noticed"
      : `A new model was asked for on ${formatDate(first.date)}`,
    subtitle: `Distance of sales from what the calendar lets expect, look by look${
      changed === undefined ? "" : `; the world changed on ${formatDate(changed)}`
    }`,
    height: 260,
    data: looks.length === 0 ? [] : [
      line("distance", looks.map(({ distance }) => distance), lightColours.accent, "solid"),
      line("too far from here on", looks.map(({ threshold }) => threshold), lightColours.ghost, "dot"),
      {
        type: "scatter",
        mode: "markers",
        name: "asks for a new model",
        x: due.map(({ date }) => date),
        y: due.map(({ distance }) => distance),
        marker: { color: lightColours.alert, size: 8, symbol: "x" },
        hovertemplate: "%{x}",
      },
    ],
    layout: {
      showlegend: true,
      xaxis: { title: { text: "Morning of the look" }, type: "date", nticks: 8 },
      yaxis: { title: { text: "Distance (units of the test)" }, rangemode: "tozero", nticks: 6 },
      shapes: changed === undefined ? [] : [{
        type: "line",
        x0: changed,
        x1: changed,
        yref: "paper",
        y0: 0,
        y1: 1,
        line: { color: lightColours.amber, width: 1, dash: "dash" },
      }],
    },
    table: {
      columns: ["look", "distance", "too far from", "asks for a new model"],
      rows: looks.map(({ date, distance, threshold, due }) => [
        formatDate(date),
        text(distance),
        text(threshold),
        due ? "yes" : "no",
      ]),
    },
  });
}
