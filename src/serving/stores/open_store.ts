/**
 * The store of forecasts that an address names.
 *
 * @module
 */
import type { ForecastStore } from "@/serving/stores/forecast_store.ts";
import { parquetStore } from "@/serving/stores/parquet_store.ts";
import { postgresStore } from "@/serving/stores/postgres_store.ts";
import { sqliteStore } from "@/serving/stores/sqlite_store.ts";
import type { Context } from "@/pipeline/context.ts";

/**
 * Opens the run's store: `DATABASE_URL` names a PostgreSQL server, `SHELFCAST_FORECASTS` a folder for Parquet files or an
 * SQLite file; without either it is an SQLite file in the working folder.
 */
export function openForecastStore({ env, store, profile }: Pick<Context, "env" | "store" | "profile">): ForecastStore {
  const url = env("DATABASE_URL"), place = env("SHELFCAST_FORECASTS");
  // One server may keep several datasets.
  if (url !== undefined && url !== "") {
    return postgresStore(url, { schema: `shelfcast_${profile.name.replaceAll("-", "_")}` });
  }
  if (place === undefined || place === "") return sqliteStore(store.path(`data/serving/${profile.name}.sqlite`));
  return /\.(sqlite|db)$/.test(place) ? sqliteStore(place) : parquetStore(`${place}/${profile.name}`);
}
