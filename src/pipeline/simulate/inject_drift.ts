/**
 * Raw tables of a world that has changed.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Dataset, RawTables } from "@/core/dataset.ts";
import { ParamsError } from "@/core/errors.ts";
import { random } from "@/core/random.ts";
import type { DriftSpec } from "@/pipeline/simulate/drift_spec.ts";

/** The raw columns of a dataset's table `train` that a change is made in. */
export interface TrainColumns {
  readonly date: string;
  readonly target: string;
  /** The columns that say which series a row is of. */
  readonly keys: readonly string[];
  /** The flag of a promotion; missing where a dataset knows none. */
  readonly promo?: string;
}

/** Finds out which raw columns of `train` are what. */
export function trainColumns({ profile, tables }: Pick<Dataset, "profile" | "tables">): TrainColumns {
  const train = tables.find(({ name }) => name === "train")!, test = tables.find(({ name }) => name === "test");
  const plain = (name: string) => name.toLowerCase().replaceAll("_", "");
  const keys = train.columns.filter(({ name }) => profile.keys.some((key) => plain(key) === plain(name)));
  const promo = train.columns.find(({ name, type }) => type === "flag" && plain(name) === "promo");
  return {
    date: train.columns.find(({ type }) => type === "date")!.name,
    // What train has and test has not, and is a number.
    target:
      train.columns.find(({ name, type }) =>
        type === "number" && !test?.columns.some((column) => column.name === name)
      )!.name,
    keys: keys.map(({ name }) => name),
    ...promo === undefined ? {} : { promo: promo.name },
  };
}

/**
 * Changes the world from a date on. The tables given stay as they are; the same seed makes the same change.
 *
 * @throws {ParamsError} If the dataset has nothing in which such a change could be made.
 */
export function injectDrift(dataset: Dataset, tables: RawTables, spec: DriftSpec, seed = 1): RawTables {
  const columns = trainColumns(dataset), train = tables["train"]!;
  if ((spec.kind === "promo" || spec.kind === "concept") && columns.promo === undefined) {
    throw new ParamsError(`Cannot make the drift ${spec.kind} in ${dataset.profile.name} as it knows no promotions`);
  }
  return { ...tables, train: CHANGES[spec.kind](train, columns, spec, seed) };
}

type Change = (train: DataFrame, columns: TrainColumns, spec: DriftSpec, seed: number) => DataFrame;

const CHANGES: Readonly<Record<DriftSpec["kind"], Change>> = {
  level: (train, columns, { size, from }) => scaled(train, columns, from, () => 1 + size),
  variance(train, columns, { size, from }, seed) {
    // A day's usual swing around its expectation is about a tenth; `size` adds that much more of it.
    const chance = random(seed, 17), swing = 0.1 * Math.sqrt((1 + size) ** 2 - 1);
    return scaled(train, columns, from, () => Math.max(0.05, 1 + swing * chance.normal()));
  },
  promo(train, { date, promo }, { size, from }, seed) {
    const days = datesOf(train, date), flags = train.getColumn(promo!).toArray() as number[];
    // One draw per date: a policy is the same for every store.
    const switched = new Map<string, boolean>();
    const isSwitched = (day: string) => {
      if (!switched.has(day)) switched.set(day, random(seed, Date.parse(day)).next() < size);
      return switched.get(day)!;
    };
    const changed = flags.map((flag, row) => days[row]! >= from && isSwitched(days[row]!) ? 1 - flag : flag);
    return train.withColumn(pl.Series(promo!, changed).cast(train.getColumn(promo!).dtype));
  },
  feed(train, { date, keys }, { size, from }, seed) {
    const [key] = keys;
    const names = [...new Set(train.getColumn(key!).toArray() as number[])].sort((a, b) => a - b);
    const chance = random(seed, 23);
    const silent = new Set(names.filter(() => chance.next() < size));
    const days = datesOf(train, date), series = train.getColumn(key!).toArray() as number[];
    return train.filter(pl.Series("kept", days.map((day, row) => day < from || !silent.has(series[row]!))));
  },
  concept(train, columns, { size, from }) {
    const flags = train.getColumn(columns.promo!).toArray() as number[];
    return scaled(train, columns, from, (row) => flags[row] === 1 ? 1 - size : 1 + size);
  },
};

function scaled(train: DataFrame, { date, target }: TrainColumns, from: string, factor: (row: number) => number) {
  const days = datesOf(train, date), sales = train.getColumn(target).toArray() as (number | null)[];
  const changed = sales.map((y, row) => y === null || days[row]! < from ? y : Math.round(y * factor(row) * 100) / 100);
  return train.withColumn(pl.Series(target, changed, pl.Float64));
}

const datesOf = (frame: DataFrame, date: string): string[] => frame.getColumn(date).cast(pl.Utf8).toArray() as string[];
