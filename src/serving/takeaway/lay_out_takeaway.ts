/**
 * From a verified model and the table of its horizon to a take-away.
 *
 * @module
 */
import { ModelUnavailableError, ParamsError } from "@/core/errors.ts";
import { column, type Matrix } from "@/core/matrix.ts";
import type { Files } from "@/core/regressor.ts";
import { dayNumber, recipe } from "@/features/mod.ts";
import { readModel } from "@/models/model_json.ts";
import { unpackModel } from "@/models/native/model_files.ts";
import { LEAST_RATIO } from "@/models/relative_target.ts";
import { readLightGBMText } from "@/models/trees/read_lightgbm_text.ts";
import { readXGBoostBinary } from "@/models/trees/read_xgboost_binary.ts";
import type { HorizonTable } from "@/pipeline/horizon_table.ts";
import { INTERVAL_LEVELS } from "@/pipeline/intervals.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { daysOf } from "@/pipeline/time.ts";
import { type Course, LOOK_BACK, planCourses } from "@/serving/model/plan_courses.ts";
import { Forecaster } from "@/serving/model/forecaster.ts";
import type { VerifiedModel } from "@/serving/model/load_model.ts";
import { flagsOf } from "@/serving/pages/parts/fan_of.ts";
import { prunedTrees } from "@/serving/takeaway/pruned_trees.ts";
import type { Takeaway, TakeawayMember, TakeawaySeries, Toggle, TreePart } from "@/serving/takeaway/takeaway_data.ts";
import type { Known, ServedModel } from "@/serving/served_model.ts";

/** Steps of the past that the chart shows. */
const SHOWN = { "1d": 56, "1w": 26 } as const;

const WORDS: Readonly<Record<string, string>> = { promo: "promotion", is_holiday: "holiday" };

/**
 * Lays out a take-away of some series.
 *
 * @param served The same model, opened: its numbers are those that the take-away must have.
 * @throws {ParamsError} If a part of the model cannot be computed in a browser; names it.
 */
export async function layOutTakeaway(
  { card, files, intervals: recipeOfIntervals }: VerifiedModel,
  table: HorizonTable,
  served: ServedModel,
  ids: readonly string[],
): Promise<Takeaway> {
  const { profile, horizon } = table, { names } = table.matrix;
  const definitions = recipe(profile, { horizon });
  const { columns, courses, own } = planCourses(definitions, table);
  const toggles = columns.map((name): Toggle => ({ column: name, word: WORDS[name] ?? name.replaceAll("_", " ") }));
  const combinations = 1 << toggles.length;
  using model = await loaderOf(card.champion, { ...profile, horizon }, card.kinds).load(files);
  const forecaster = new Forecaster(table, model);
  // The same rows under each combination of the toggles, on all days at once.
  const rowsOf = (at: number, combination: number): Matrix =>
    forecaster.rebuilt([{
      at,
      changes: new Map(Array.from({ length: horizon }, (_, step) => [
        step,
        Object.fromEntries(toggles.map((toggle, k) => [toggle.column, combination >> k & 1])),
      ])),
    }]);
  const places = ids.map((id) => table.ids.indexOf(id));
  const laid = places.map((at) => ({
    at,
    usual: forecaster.features([{ at, changes: new Map() }]),
    under: Array.from({ length: combinations }, (_, combination) => rowsOf(at, combination)),
  }));
  const possible = possibleValues(names, courses, own, laid);
  const blended = files["ensemble.json"] === undefined ? undefined : readModel<{
    readonly members: readonly (readonly [name: string, weight: number])[];
    readonly space: "log" | "plain";
    readonly factor: number;
  }>("ensemble", files, "ensemble.json");
  const memberFiles = blended === undefined
    ? [[card.champion, 1, files] as const]
    : blended.members.map(([name, weight]) => [name, weight, filesUnder(`${name}/`, files)] as const);
  const members: TakeawayMember[] = [], tables: Float64Array[][][] = [];
  for (const [name, weight, ownFiles] of memberFiles) {
    const trees = treesOf(name, weight, ownFiles, names, possible);
    if (trees !== undefined) {
      members.push(trees);
      continue;
    }
    using member = await loaderOf(name, { ...profile, horizon }, card.kinds).load(ownFiles);
    const course = courses.find(({ feature }) => member.features.includes(names[feature]!));
    if (course !== undefined) {
      throw new ParamsError(
        `Cannot take ${name} along as it is not made of trees and reads ${names[course.feature]}, which follows from ` +
          "the course of the plan: export a model that is a blend of boosted trees",
      );
    }
    members.push({ name, weight, parts: [] });
    tables.push(laid.map(({ under }) => under.map((x) => Float64Array.from(member.predict(x)))));
  }
  const levels = recipeOfIntervals === null ? [] : INTERVAL_LEVELS;
  return {
    horizon,
    dates: Array.from({ length: horizon }, (_, step) => served.dateOf(step)),
    features: names,
    toggles,
    courses,
    ownFeatures: own,
    members,
    space: blended?.space ?? null,
    factor: blended?.factor ?? 1,
    allowsNegative: profile.allowsNegative,
    radii: levels.map((level) => [level, recipeOfIntervals!.radii[level - 1]!]),
    errorSpace: recipeOfIntervals?.space ?? "log1p",
    series: await Promise.all(laid.map(async ({ at, usual, under }, k): Promise<TakeawaySeries> => {
      const id = ids[k]!, plan = served.plan(id), start = table.vectors["start"]!;
      const from = start[at]!, to = start[at + 1]!, newest = Math.min(to - from - horizon, LOOK_BACK);
      const firstDay = dayNumber(table.origin) - newest * daysOf(profile.frequency);
      const shown = served.history(id, SHOWN[profile.frequency]);
      const before = new Map(served.history(id, profile.yearLength + horizon).map(({ ds, y }) => [ds, y]));
      const [path] = await served.forecast([{ id, changes: new Map() }]);
      return {
        id,
        past: { dates: shown.map(({ ds }) => ds), y: shown.map(({ y }) => y) },
        lastYear: plan.map((_, step) => before.get(served.dateOf(step - profile.yearLength)) ?? null),
        open: plan.map(({ known }) => flagsOf(profile, known).closed ? 0 : 1),
        holiday: plan.map(({ known }) => flagsOf(profile, known).holiday ? 1 : 0),
        flags: toggles.map((toggle) =>
          Float32Array.from(table.vectors[`column:${toggle.column}`]!.slice(to - horizon - newest, to))
        ),
        // Weeks begin on Mondays; day 0 of 1970 was a Thursday.
        weeks: Int32Array.from(
          { length: newest + horizon },
          (_, i) => Math.floor((firstDay + i * daysOf(profile.frequency) + 3) / 7),
        ),
        usual: usual.data.slice(),
        own: Float32Array.from(under.flatMap((x) => own.flatMap((feature) => [...column(x, names[feature]!)]))),
        tables: Float64Array.from(tables.flatMap((bySeries) => bySeries[k]!.flatMap((values) => [...values]))),
        forecast: path!.values.slice(),
        spread: spreadOf(recipeOfIntervals, id, { profile, horizon, toggles }, usual),
      };
    })),
  };
}

/** Every value that a column of the table can have, under any plan. */
function possibleValues(
  names: readonly string[],
  courses: readonly Course[],
  own: readonly number[],
  laid: readonly { readonly usual: Matrix; readonly under: readonly Matrix[] }[],
): readonly Float32Array[] {
  return names.map((name, feature) => {
    const course = courses.find((one) => one.feature === feature);
    if (course !== undefined) {
      const most = course.kind === "distance" ? course.cap : course.kind === "week" ? 7 : 1;
      return Float32Array.from([...Array.from({ length: most + 1 }, (_, k) => k), NaN]);
    }
    const matrices = laid.flatMap(({ usual, under }) => own.includes(feature) ? under : [usual]);
    return Float32Array.from(new Set(matrices.flatMap((x) => [...column(x, name)])));
  });
}

/** A member that is made of trees; undefined for any other. */
function treesOf(
  name: string,
  weight: number,
  files: Files,
  names: readonly string[],
  possible: readonly Float32Array[],
): TakeawayMember | undefined {
  const { "relative_target.json": relativeFile, ...inner } = files;
  const seeds = inner["seed_bag.json"] === undefined
    ? undefined
    : (JSON.parse(new TextDecoder().decode(inner["seed_bag.json"])) as { readonly seeds: number }).seeds;
  const bags = seeds === undefined
    ? [inner]
    : Array.from({ length: seeds }, (_, k) => filesUnder(`seed-${k + 1}/`, inner));
  const parts = bags.map((files) => partOf(files, names, possible));
  if (parts.some((part) => part === undefined)) return undefined;
  const relative = relativeFile && JSON.parse(new TextDecoder().decode(relativeFile)) as {
    readonly transform: "log1p" | "identity";
    readonly learn?: "log" | "ratio";
    readonly fallback: number;
  };
  return {
    name,
    weight,
    parts: parts as TreePart[],
    ...relative && {
      relative: {
        transform: relative.transform,
        learn: relative.learn ?? "log",
        fallback: relative.fallback,
        least: LEAST_RATIO,
      },
    },
  };
}

function partOf(files: Files, names: readonly string[], possible: readonly Float32Array[]): TreePart | undefined {
  const prune = (trees: TreePart["trees"], features: readonly string[]) => {
    const rename = features.map((name) => names.indexOf(name));
    const missing = features.find((_, k) => rename[k]! < 0);
    if (missing !== undefined) {
      throw new ModelUnavailableError(`Cannot use the model as the table of its horizon has no feature ${missing}`);
    }
    return prunedTrees(trees, rename.map((at) => possible[at]!), rename);
  };
  if (files["model.txt"] !== undefined) {
    const { bytes, facts } = unpackModel("lightgbm", "model.txt", files);
    const { objective } = facts.params, logs = objective === "poisson" || objective === "tweedie";
    const text = new TextDecoder().decode(bytes);
    // With a link, the trees add up to the logarithm.
    const trees = readLightGBMText(logs ? text.replace(/^objective=.*$/m, "objective=custom") : text);
    return trees && { bits: 64, start: 0, logs, trees: prune(trees, facts.features) };
  }
  if (files["model.ubj"] !== undefined) {
    const { bytes, facts } = unpackModel("xgboost", "model.ubj", files);
    const { objective } = facts.params, logs = objective === "count:poisson" || objective === "reg:tweedie";
    const { trees, base } = readXGBoostBinary(bytes), start = Math.fround(base);
    return {
      bits: 32,
      start: logs ? Math.fround(Math.log(start)) : start,
      logs,
      trees: prune(trees, facts.features),
    };
  }
  return undefined;
}

function filesUnder(prefix: string, files: Files): Files {
  const inside = Object.entries(files).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(inside.map(([name, bytes]) => [name.slice(prefix.length), bytes]));
}

/** What the widths of a series' intervals are made of, in the order in which the recipe adds it up. */
function spreadOf(
  learnt: VerifiedModel["intervals"],
  id: string,
  { profile, horizon, toggles }: {
    readonly profile: HorizonTable["profile"];
    readonly horizon: number;
    readonly toggles: readonly Toggle[];
  },
  usual: Matrix,
): TakeawaySeries["spread"] {
  if (learnt === null) return null;
  const { spread: { base, factors }, stepsPerBand, scales } = learnt, names = Object.keys(factors);
  const at = names.indexOf("size_band"), last = names.slice(at + 1), combinations = 1 << toggles.length;
  const before = new Float64Array(combinations * horizon);
  const after = new Float64Array(combinations * horizon * last.length);
  for (let combination = 0; combination < combinations; combination++) {
    for (let step = 0; step < horizon; step++) {
      const group = (name: string): string | undefined => {
        if (name === "series") return id;
        if (name === "step_band") return String(Math.floor(step / stepsPerBand));
        const toggle = toggles.findIndex(({ column }) => column === name);
        if (toggle >= 0) return String(combination >> toggle & 1);
        if (!profile.slices.includes(name) || !usual.names.includes(name)) return undefined;
        return String(column(usual, name)[step]);
      };
      const log = (name: string) => factors[name]![group(name)!] ?? 0, cell = combination * horizon + step;
      for (const name of names.slice(0, at < 0 ? names.length : at)) before[cell]! += log(name);
      last.forEach((name, k) => after[cell * last.length + k] = at < 0 ? 0 : log(name));
    }
  }
  return {
    base,
    scale: scales[id] ?? 0,
    before,
    sizes: factors["size_band"] ?? {},
    after,
    afterCount: last.length,
  };
}

/** The changes of a plan of toggles, as the server is asked. */
export function changesOf(toggles: readonly Toggle[], plan: readonly ArrayLike<number>[]): Map<number, Known> {
  return new Map(
    Array.from(plan[0] ?? [], (_, step) => [
      step,
      Object.fromEntries(toggles.map(({ column }, k) => [column, plan[k]![step]!])),
    ]),
  );
}
