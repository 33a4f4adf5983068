/**
 * The calendar as a heat map: weekday by month, or year by week.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatChange, formatPercent, levelName } from "@/charts/format.ts";
import { lightColours, okabeIto } from "@/charts/theme.ts";

/** Values by two parts of the calendar; null where there is no data. */
export interface CalendarValues {
  /** What rows are: weekdays (1 is Monday) or years. */
  readonly rowsAre: "day_of_week" | "year";
  /** What columns are: months (1 to 12) or weeks of the year (1 to 53). */
  readonly columnsAre: "month" | "week_of_year";
  /** The rows' weekdays or years, from top to bottom. */
  readonly rows: readonly number[];
  /** The columns' months or weeks, from left to right. */
  readonly columns: readonly number[];
  /** One array per row, one value per column: a ratio to the average, or a share from 0 to 1. */
  readonly values: readonly (readonly (number | null)[])[];
}

const WORDS = { day_of_week: "Weekday", year: "Year", month: "Month", week_of_year: "Week of the year" } as const;

/** From low to high over the page's own shade, so that what is usual is quiet: blue and vermillion, safe for the colour-blind. */
const DIVERGING: [number, string][] = [[0, okabeIto.blue], [0.5, lightColours.raised], [1, okabeIto.vermillion]];
const SEQUENTIAL: [number, string][] = [[0, lightColours.raised], [1, lightColours.ghost]];

/** What a calendar shows: mean sales as ratios, the share of days that are closed, or of rows without sales. */
export type CalendarMeasure = "sales" | "closed" | "missing";

/** What is shown: its colour bar, its subtitle, and how it is said in one sentence. */
const SHOWN = {
  sales: {
    bar: "v. average<br>",
    subtitle: "Mean sales on days of trade as a ratio to each series' own average",
    finding: extremes,
  },
  closed: { bar: "closed<br>", subtitle: "Share of the series' days that are closed", finding: closedFinding },
  missing: {
    bar: "missing<br>",
    subtitle: "Share of the expected rows, from each series' first to the last date, that have no sales",
    finding: missingFinding,
  },
} as const;

/**
 * Draws where in the calendar sales are above and below the average (`sales`), how often shops are shut (`closed`), or how
 * many rows have no sales (`missing`).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calendarHeatMap } from "@/charts/explore/calendar_heat_map.ts";
 *
 * const grid = {
 *   rowsAre: "day_of_week",
 *   columnsAre: "month",
 *   rows: [1, 2],
 *   columns: [11, 12],
 *   values: [[1, 1.5], [0.8, null]],
 * } as const;
 * expect(calendarHeatMap(grid, { show: "sales" }).title)
 *   .toBe("Sales are highest on Mondays in December (+50\u00a0%) and lowest on Tuesdays in November (−20\u00a0%)");
 * ```
 */
export function calendarHeatMap(grid: CalendarValues, { show }: { readonly show: CalendarMeasure }): Figure {
  const { rowsAre, columnsAre, rows, columns, values } = grid;
  const name = (part: keyof typeof WORDS, code: number) => levelName(part, String(code));
  const rowNames = rows.map((code) => name(rowsAre, code));
  const columnNames = columns.map((code) => columnsAre === "month" ? name("month", code).slice(0, 3) : String(code));
  const told = (value: number | null) =>
    value === null ? "no data" : show === "sales" ? `${formatChange(value - 1)} v. average` : formatPercent(value, 0);
  const drawn = values.map((row) =>
    row.map((value) => value === null ? null : 100 * (show === "sales" ? value - 1 : value))
  );
  // One Christmas week must not make everything else look the same.
  const sizes = drawn.flat().filter((value) => value !== null).map(Math.abs).sort((a, b) => a - b);
  const limit = Math.max(1, sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 1);
  const data: Data = {
    type: "heatmap",
    x: columnNames,
    y: rowNames,
    z: drawn,
    text: values.map((row) => row.map(told)) as unknown as string[],
    hovertemplate: "%{y}, %{x}: %{text}<extra></extra>",
    colorscale: show === "sales" ? DIVERGING : SEQUENTIAL,
    zmin: show === "sales" ? -limit : 0,
    zmax: show === "sales" ? limit : 100,
    xgap: columns.length > 20 ? 0 : 2,
    ygap: 2,
    colorbar: {
      title: { text: SHOWN[show].bar, side: "top" },
      ticksuffix: "\u00a0%",
      thickness: 12,
      outlinewidth: 0,
      nticks: 5,
    },
  } as Data;
  return makeFigure({
    title: SHOWN[show].finding(grid),
    subtitle: SHOWN[show].subtitle,
    height: Math.max(120, rows.length * 34),
    margins: { left: 24, right: 12, bottom: 56 },
    data: [data],
    layout: {
      xaxis: {
        type: "category",
        title: { text: WORDS[columnsAre] },
        ticks: "",
        ...(columns.length > 20 ? { nticks: 14 } : {}),
      },
      yaxis: { type: "category", autorange: "reversed", title: { text: WORDS[rowsAre] }, ticks: "", showgrid: false },
    },
    table: {
      columns: [WORDS[rowsAre].toLowerCase(), ...columnNames],
      rows: rows.map((_, r) => [
        rowNames[r]!,
        ...values[r]!.map((value) =>
          value === null ? "–" : show === "sales" ? formatChange(value - 1) : formatPercent(value, 0)
        ),
      ]),
    },
  });
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

function cells({ rows, columns, values }: CalendarValues): Cell[] {
  return rows.flatMap((row, r) =>
    columns.flatMap((column, c) => {
      const value = values[r]![c];
      return value === null || value === undefined ? [] : [{ row, column, value }];
    })
  );
}

function placeName({ rowsAre, columnsAre }: CalendarValues, { row, column }: Cell): string {
  const first = rowsAre === "day_of_week" ? `on ${levelName(rowsAre, String(row))}s in ` : "";
  if (columnsAre === "month") return first + levelName("month", String(column));
  return `in week ${column} of ${row}`;
}

function extremes(grid: CalendarValues): string {
  const ranked = cells(grid).toSorted((a, b) => b.value - a.value);
  const top = ranked[0], bottom = ranked.at(-1);
  if (top === undefined || bottom === undefined) return "There are no sales to average yet";
  return `Sales are highest ${placeName(grid, top)} (${formatChange(top.value - 1)}) and lowest ${
    placeName(grid, bottom)
  } (${formatChange(bottom.value - 1)})`;
}

function closedFinding(grid: CalendarValues): string {
  const { rows, values, rowsAre } = grid;
  const shares = rows.map((row, r) => {
    const known = values[r]!.filter((value) => value !== null);
    return { row, share: known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length) };
  }).toSorted((a, b) => b.share - a.share);
  const [most, next] = shares;
  if (most === undefined || most.share === 0) return "No series is ever closed";
  const named = (row: number) => rowsAre === "day_of_week" ? `${levelName(rowsAre, String(row))}s` : String(row);
  const rest = next === undefined ? "" : `; next are ${named(next.row)} with ${formatPercent(next.share, 0)}`;
  return `${named(most.row)} are closed ${formatPercent(most.share, 0)} of the time${rest}`;
}

function missingFinding(grid: CalendarValues): string {
  const [most] = cells(grid).toSorted((a, b) => b.value - a.value);
  if (most === undefined) return "There are no rows to look for yet";
  if (most.value === 0) return "No row is missing";
  return `Most rows are missing ${
    grid.columnsAre === "month" && grid.rowsAre === "year"
      ? `in ${placeName(grid, most)} ${most.row}`
      : placeName(grid, most)
  }: ${formatPercent(most.value, 1)}`;
}
