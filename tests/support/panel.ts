/**
 * The smallest panels that can fail, for everyone's tests.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import { random } from "@/core/random.ts";

/** A corner shop's profile: one column of every role and kind. */
export const shopProfile: DatasetProfile = {
  name: "shop",
  frequency: "1d",
  horizon: 7,
  seasonLength: 7,
  yearLength: 364,
  keys: ["store"],
  roles: {
    store: "static",
    store_type: "static",
    open: "known",
    promo: "known",
    state_holiday: "known",
    customers: "observed",
  },
  levels: { store_type: ["a", "b"], state_holiday: ["0", "a"] },
  metric: "rmspe",
  openColumn: "open",
  allowsNegative: false,
  events: ["promo", "state_holiday"],
  targetTransform: "log1p",
  encodings: [["store"], ["store", "day_of_week"]],
  slices: ["store_type", "promo"],
  unit: "EUR a day",
};

/** What a test's panel is asked for. */
export interface ShopOptions {
  readonly series?: number;
  /** Steps with a target, per series. */
  readonly length?: number;
  /** Steps after them: y and customers are null there. */
  readonly future?: number;
  readonly seed?: number;
  /** The first date, `YYYY-MM-DD`; the default is a Monday. */
  readonly start?: string;
  /** What the test's profile has instead of the shop's. A weekly frequency makes weekly steps. */
  readonly profile?: Partial<DatasetProfile>;
}

/**
 * Builds a small regular panel with weekdays, promotions every other week, a yearly holiday and closed Sundays.
 *
 * Columns: unique_id, ds, y (Float64), store (Int32), store_type, open, promo (Int32), state_holiday, customers
 * (Float64). Weekly panels never close.
 */
export function panel(
  { series = 2, length = 21, future = 0, seed = 1, start = "2014-12-29", profile = {} }: ShopOptions = {},
): Panel {
  const shop: DatasetProfile = { ...shopProfile, ...profile };
  const days = shop.frequency === "1w" ? 7 : 1;
  const first = Date.parse(start) / 86_400_000;
  const steps = length + future;
  const rows = Array.from({ length: series * steps }, (_, row) => {
    const store = Math.floor(row / steps) + 1, step = row % steps;
    return { store, step, day: first + step * days };
  });
  const noise = Array.from({ length: series }, (_, s) => {
    const stream = random(seed, s);
    return Array.from({ length: steps }, () => stream.normal());
  });
  const columns = rows.map(({ store, step, day }) => {
    const weekday = (day + 3) % 7; // 0 is Monday: 1970-01-01 was a Thursday
    const holiday = new Date(day * 86_400_000).toISOString().slice(5, 10) === "01-01" ? "a" : "0";
    const promo = Math.floor((day + 3) / 7) % 2 === 0 && weekday < 5 ? 1 : 0;
    const open = days === 1 && (weekday === 6 || holiday === "a") ? 0 : 1;
    const level = 1_000 * (1 + store / 10) * (1 + weekday / 20) * (1 + 0.3 * promo);
    const sales = open * Math.round(level * (1 + 0.05 * noise[store - 1]![step]!));
    const known = step < length;
    return {
      store,
      day,
      promo,
      open,
      holiday,
      y: known ? sales : null,
      customers: known ? Math.round(sales / 9) : null,
    };
  });
  const frame = pl.DataFrame({
    unique_id: columns.map((c) => String(c.store)),
    ds: pl.Series("ds", columns.map((c) => c.day), pl.Int32).cast(pl.Date),
    y: pl.Series("y", columns.map((c) => c.y), pl.Float64),
    store: pl.Series("store", columns.map((c) => c.store), pl.Int32),
    store_type: columns.map((c) => c.store % 2 === 1 ? "a" : "b"),
    open: pl.Series("open", columns.map((c) => c.open), pl.Int32),
    promo: pl.Series("promo", columns.map((c) => c.promo), pl.Int32),
    state_holiday: columns.map((c) => c.holiday),
    customers: pl.Series("customers", columns.map((c) => c.customers), pl.Float64),
  });
  return { frame, profile: shop, asOf: new Date((first + length * days) * 86_400_000).toISOString().slice(0, 10) };
}
