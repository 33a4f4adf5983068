/**
 * What others published about Rossmann's stores: the state of each, the weather there, and what was searched for.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { RawTables, TableSpec } from "@/core/dataset.ts";
import { nearestNames } from "@/core/names.ts";
import { calendarDay } from "@/datasets/calendar_day.ts";
import { quoted, refusal } from "@/datasets/refusal.ts";

/** Germany's states by code, with the name of their weather file. `HB,NI` is how the file of states writes Bremen. */
const WEATHER_FILE: Readonly<Record<string, string>> = {
  BB: "Brandenburg",
  BE: "Berlin",
  BW: "BadenWuerttemberg",
  BY: "Bayern",
  HB: "Bremen",
  "HB,NI": "Niedersachsen",
  HE: "Hessen",
  HH: "Hamburg",
  MV: "MecklenburgVorpommern",
  NI: "Niedersachsen",
  NW: "NordrheinWestfalen",
  RP: "RheinlandPfalz",
  SH: "SchleswigHolstein",
  SL: "Saarland",
  SN: "Sachsen",
  ST: "SachsenAnhalt",
  TH: "Thueringen",
};

/** The codes of the states, `HB,NI` among them. */
export const STATES: readonly string[] = Object.keys(WEATHER_FILE);

/** Weather columns: name in the panel → name in the file. */
const WEATHER: Readonly<Record<string, string>> = {
  max_temperature: "Max_TemperatureC",
  mean_temperature: "Mean_TemperatureC",
  min_temperature: "Min_TemperatureC",
  mean_humidity: "Mean_Humidity",
  mean_wind_speed: "Mean_Wind_SpeedKm_h",
  precipitation: "Precipitationmm",
};

/** The weather columns of a panel. */
export const WEATHER_COLUMNS: readonly string[] = Object.keys(WEATHER);

/** The optional files. */
export const externalTables: readonly TableSpec[] = [
  {
    name: "store_states",
    file: "external/store_states.csv",
    optional: true,
    key: ["Store"],
    columns: [
      { name: "Store", type: "integer", min: 1, max: 1_000_000 },
      { name: "State", type: "text", values: STATES },
    ],
  },
  {
    name: "weather",
    file: "external/weather/*.csv",
    optional: true,
    separator: ";",
    key: ["file", "Date"],
    columns: [
      { name: "Date", type: "date" },
      ...Object.values(WEATHER).map((name) =>
        ({ name, type: "number", nullable: true, min: -100, max: 1_000 }) as const
      ),
    ],
  },
  {
    name: "googletrend",
    file: "external/googletrend/*.csv",
    optional: true,
    key: ["file", "Woche"],
    columns: [
      { name: "Woche", type: "text" },
      { name: "Dez. 2012 - Sep. 2015", type: "integer", min: 0, max: 100 },
    ],
  },
];

/** Per state and day: the weather, from the file of the state's name. */
function weatherByState(weather: DataFrame): DataFrame {
  const files = Object.entries(WEATHER_FILE);
  const known = new Set(Object.values(WEATHER_FILE));
  const stranger = (weather.getColumn("file").unique().toArray() as string[]).find((file) => !known.has(file));
  if (stranger !== undefined) {
    const nearest = nearestNames(stranger, known, 1)[0]!;
    throw refusal(
      { dataset: "rossmann", file: `external/weather/${stranger}.csv` },
      "a German state as the file's name",
      `${quoted(stranger)} (the nearest is ${quoted(nearest)})`,
    );
  }
  const states = pl.DataFrame({ state: files.map(([state]) => state), file: files.map(([, file]) => file) });
  return states.join(weather, { on: "file" }).select(
    pl.col("state"),
    pl.col("Date").alias("ds"),
    ...Object.entries(WEATHER).map(([name, column]) => pl.col(column).cast(pl.Float32).alias(name)),
  );
}

/** Per state and week: the index of searches for the retailer's name, under the day after the week's end. */
function trendByState(trend: DataFrame): DataFrame {
  const weeks = trend.getColumn("Woche").toArray() as string[];
  const files = trend.getColumn("file").toArray() as string[];
  const values = trend.getColumn("Dez. 2012 - Sep. 2015").toArray() as number[];
  const rows = weeks.map((week, i) => {
    const file = files[i]!;
    const begin = calendarDay(week.slice(0, 10));
    if (Number.isNaN(begin)) {
      throw refusal(
        { dataset: "rossmann", file: `external/googletrend/${file}.csv`, column: "Woche" },
        "a week as YYYY-MM-DD - YYYY-MM-DD",
        quoted(week),
      );
    }
    const code = file.split("_")[2];
    // Bremen's stores are counted to Lower Saxony, under a code of their own.
    const states = code === "NI" ? ["NI", "HB", "HB,NI"] : code === undefined ? [] : [code];
    return { states, known: begin + 7, value: Number(values[i]) };
  });
  const flat = rows.flatMap(({ states, known, value }) => states.map((state) => ({ state, known, value })));
  return pl.DataFrame({
    state: pl.Series("state", flat.map((row) => row.state), pl.String),
    week_known: pl.Series("week_known", flat.map((row) => row.known), pl.Int32),
    google_trend: pl.Series("google_trend", flat.map((row) => row.value), pl.Float32),
  });
}

/**
 * Adds what is known about the states: the weather of the day, and the search index of the newest week that has ended
 * by the day (a week's index is not known before it is over). Without the file of states, neither can be told.
 *
 * @param frame Columns state and ds; the same rows come back in the same order.
 */
export function withExternal(frame: DataFrame, tables: RawTables): DataFrame {
  const left = { how: "left", maintainOrder: "left" } as const;
  if (tables.store_states === undefined) return frame;
  let all = frame;
  if (tables.weather !== undefined) {
    all = all.join(weatherByState(tables.weather), { on: ["state", "ds"], ...left });
  }
  if (tables.googletrend !== undefined) {
    // Weeks run from Sunday to Saturday; 1970-01-04 was a Sunday. On a Saturday the week that ends counts as over.
    const tomorrow = pl.col("ds").cast(pl.Int32).plus(1);
    const weekKnown = tomorrow.minus(tomorrow.plus(4).modulo(7)).cast(pl.Int32).alias("week_known");
    all = all.withColumn(weekKnown)
      .join(trendByState(tables.googletrend), { on: ["state", "week_known"], ...left })
      .drop("week_known");
  }
  return all;
}
