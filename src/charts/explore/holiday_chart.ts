/**
 * Sales on the days around a holiday.
 *
 * @module
 */
import type { Frequency } from "@/core/panel.ts";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatChange, formatCount, formatNumberOf } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** Sales so many steps from a holiday as a ratio to what is usual; null where nobody traded. */
export interface HolidayStep {
  /** Steps from the holiday: −1 is the step before it, 0 the holiday itself. */
  readonly offset: number;
  /** Sales over what is usual: 1.3 is 30 % more. */
  readonly ratio: number | null;
  /** Rows that the ratio is made of. */
  readonly rows: number;
}

/**
 * Draws how far sales are from usual before, on and after a holiday.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { holidayChart } from "@/charts/explore/holiday_chart.ts";
 *
 * const steps = [{ offset: -1, ratio: 1.3, rows: 9 }, { offset: 0, ratio: null, rows: 0 }, { offset: 1, ratio: 1, rows: 9 }];
 * const figure = holidayChart(steps, { event: "state_holiday", frequency: "1d" });
 * expect(figure.title).toBe("Sales are furthest from usual 1 day before a state holiday: +30\u00a0%");
 * ```
 */
export function holidayChart(
  steps: readonly HolidayStep[],
  { event, frequency }: { readonly event: string; readonly frequency: Frequency },
): Figure {
  const unit = frequency === "1w" ? "week" : "day";
  const named = event.replaceAll("_", " ").replace(/^is /, "");
  const known = steps.filter((step) => step.ratio !== null);
  const most = known.toSorted((a, b) => Math.abs(b.ratio! - 1) - Math.abs(a.ratio! - 1))[0];
  const place = (offset: number) =>
    offset === 0
      ? `on a ${named}`
      : `${formatNumberOf(Math.abs(offset), unit)} ${offset < 0 ? "before" : "after"} a ${named}`;
  return makeFigure({
    title: most
      ? `Sales are furthest from usual ${place(most.offset)}: ${formatChange(most.ratio! - 1)}`
      : `Nobody trades around a ${named}`,
    subtitle: `Sales v. the same series${
      unit === "day" ? " on the same weekday" : ""
    } far from any ${named}; days of trade only`,
    height: 240,
    data: [{
      type: "bar",
      x: steps.map(({ offset }) => offset),
      y: steps.map(({ ratio }) => ratio === null ? null : 100 * (ratio - 1)),
      text: steps.map(({ ratio, rows }) =>
        ratio === null ? "nobody trades" : `${formatChange(ratio - 1, 1)}, ${formatNumberOf(rows, "row")}`
      ),
      textposition: "none",
      hovertemplate: `%{x} ${unit}s: %{text}<extra></extra>`,
      marker: { color: steps.map(({ offset }) => offset === 0 ? lightColours.violet : lightColours.ghost) },
    }],
    layout: {
      bargap: 0.25,
      xaxis: {
        title: { text: `${unit === "day" ? "Days" : "Weeks"} from the ${named}` },
        dtick: steps.length > 11 ? 2 : 1,
        zeroline: false,
      },
      yaxis: {
        title: { text: "Sales v. usual (%)" },
        ticksuffix: "\u00a0%",
        zeroline: true,
        zerolinecolor: lightColours.muted,
        nticks: 6,
      },
      annotations: steps.filter(({ ratio }) => ratio === null).map(({ offset }) => ({
        text: "closed",
        x: offset,
        y: 0,
        yanchor: "bottom",
        showarrow: false,
        textangle: "-90",
        font: { color: lightColours.muted, size: 12 },
      })),
    },
    table: {
      columns: [`${unit}s from it`, "v. usual", "rows"],
      rows: steps.map(({ offset, ratio, rows }) => [
        String(offset).replace("-", "−"),
        ratio === null ? "nobody trades" : formatChange(ratio - 1, 1),
        formatCount(rows),
      ]),
    },
  });
}
