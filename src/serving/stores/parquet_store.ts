/**
 * Forecasts as Parquet files in a folder: for those who read them with other tools.
 *
 * Each write is a new file, so that writers never wait; what it replaces is found when it is read. Many small files are
 * joined into one.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { join } from "node:path";
import { StoreError } from "@/core/errors.ts";
import type { ForecastStore } from "@/serving/stores/forecast_store.ts";
import { sqliteStore } from "@/serving/stores/sqlite_store.ts";
import { createAtomic } from "@/stores/mod.ts";

const FORECAST_COLUMNS = ["unique_id", "ds", "model", "origin", "y_hat", "intervals", "made_at"] as const;
/** Files beyond which they are joined. */
const MOST_FILES = 64;

/**
 * Opens a store in a folder. Forecasts are Parquet below `forecasts/`; the log of predictions and the actual sales, which
 * come one by one, are in an SQLite file beside them.
 */
export function parquetStore(folder: string): ForecastStore {
  const log = sqliteStore(join(folder, "log.sqlite"));
  const place = join(folder, "forecasts");
  let counter = 0;

  const files = (): string[] => {
    try {
      return [...Deno.readDirSync(place)].map(({ name }) => name).filter((name) => name.endsWith(".parquet")).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw new StoreError(`Cannot read ${place}: ${(error as Error).message}`, place, { cause: error });
    }
  };
  /** All rows, each key once: the newest file wins. */
  const read = (names = files()): DataFrame | undefined => {
    if (names.length === 0) return undefined;
    const all = names.map((name) => pl.readParquet(join(place, name)));
    const whole = all.length === 1 ? all[0]! : pl.concat(all);
    return whole.unique({ subset: ["unique_id", "ds", "model", "origin"], keep: "last", maintainOrder: true });
  };
  const write = async (frame: DataFrame): Promise<string> => {
    // Names sort in the order of time.
    const name = `${Date.now().toString().padStart(15, "0")}-${(counter++).toString().padStart(6, "0")}.parquet`;
    await Deno.mkdir(place, { recursive: true });
    await createAtomic(join(place, name), (partial) => void frame.writeParquet(partial, { compression: "lz4" }));
    return name;
  };

  return {
    ...log,
    kind: "parquet",
    async putForecasts(rows) {
      if (rows.length === 0) return;
      const text = (of: (row: typeof rows[number]) => string) => rows.map(of);
      await write(pl.DataFrame({
        unique_id: text(({ uniqueId }) => uniqueId),
        ds: text(({ ds }) => ds),
        model: text(({ model }) => model),
        origin: text(({ origin }) => origin),
        y_hat: pl.Series("y_hat", rows.map(({ yHat }) => yHat), pl.Float64),
        intervals: text(({ intervals }) => JSON.stringify(intervals)),
        made_at: text(({ madeAt }) => madeAt),
      }));
      const old = files();
      if (old.length <= MOST_FILES) return;
      await write(read(old)!);
      for (const name of old) await Deno.remove(join(place, name)).catch(() => {});
    },
    // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
    async forecasts({ uniqueId, from, to, model }) {
      const frame = read();
      if (frame === undefined) return [];
      const conditions = [
        pl.col("unique_id").eq(pl.lit(uniqueId)),
        ...from === undefined ? [] : [pl.col("ds").gtEq(pl.lit(from))],
        ...to === undefined ? [] : [pl.col("ds").ltEq(pl.lit(to))],
        ...model === undefined ? [] : [pl.col("model").eq(pl.lit(model))],
      ];
      const newest = frame.filter(conditions.reduce((all, one) => all.and(one)))
        .sort(["ds", "origin", "made_at", "model"]).unique({ subset: ["ds"], keep: "last", maintainOrder: true });
      return rowsOf(newest);
    },
    // deno-lint-ignore require-await -- as above
    async forecastsOf({ from, to, limit = 2_000_000 }) {
      const conditions = [
        ...from === undefined ? [] : [pl.col("ds").gtEq(pl.lit(from))],
        ...to === undefined ? [] : [pl.col("ds").ltEq(pl.lit(to))],
      ];
      const frame = read();
      if (frame === undefined) return [];
      const own = conditions.length === 0 ? frame : frame.filter(conditions.reduce((all, one) => all.and(one)));
      return rowsOf(own.sort(["ds", "unique_id", "model", "origin"]).head(limit));
    },
    // deno-lint-ignore require-await -- as above
    async forecastSeries(model, origin) {
      const frame = read()?.filter(pl.col("model").eq(pl.lit(model)).and(pl.col("origin").eq(pl.lit(origin))));
      return new Set(frame === undefined ? [] : frame.getColumn("unique_id").toArray() as string[]);
    },
    async outcomes({ from, to, limit = 1_000_000 }) {
      const frame = read();
      if (frame === undefined) return [];
      const sold = new Map(
        (await log.actuals({ ...from !== undefined && { from }, ...to !== undefined && { to } }))
          .map(({ uniqueId, ds, y }) => [`${uniqueId}\n${ds}`, y]),
      );
      return rowsOf(frame.sort(["ds", "unique_id", "model", "origin"]))
        .flatMap(({ madeAt: _, ...row }) => {
          const y = sold.get(`${row.uniqueId}\n${row.ds}`);
          return y === undefined ? [] : [{ ...row, y }];
        }).slice(0, limit);
    },
    async counts() {
      return { ...await log.counts(), forecasts: read()?.height ?? 0 };
    },
  };
}

function rowsOf(frame: DataFrame) {
  return frame.select(...FORECAST_COLUMNS).rows().map((row) => {
    const [uniqueId, ds, model, origin, yHat, intervals, madeAt] = row as [
      string,
      string,
      string,
      string,
      number,
      string,
      string,
    ];
    return { uniqueId, ds, model, origin, yHat, intervals: JSON.parse(intervals), madeAt };
  });
}
