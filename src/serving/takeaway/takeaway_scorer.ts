/**
 * The forecast of a take-away, as a function that a page can hold.
 *
 * @module
 */
import type { Course } from "@/serving/model/plan_courses.ts";
import type { Takeaway, TakeawayForecast, TakeawayMember, TreePart } from "@/serving/takeaway/takeaway_data.ts";

/**
 * Makes the function that forecasts a series under a plan, with the same numbers as the server.
 *
 * It stands on its own: its text is what the exported page runs, so it uses nothing from outside of itself.
 *
 * @returns A function of the series' position and, by toggle, a 0 or 1 for every step.
 */
export function takeawayScorer(
  model: Takeaway,
): (series: number, plan: readonly ArrayLike<number>[]) => TakeawayForecast {
  const { horizon, features, courses, ownFeatures, members, space, factor, radii } = model;
  const width = features.length, baseAt = features.indexOf("base");
  const ownPlace = new Int32Array(width).fill(-1), coursePlace = new Int32Array(width).fill(-1);
  ownFeatures.forEach((feature, k) => ownPlace[feature] = k);
  courses.forEach(({ feature }, k) => coursePlace[feature] = k);
  const tabled = members.filter(({ parts }) => parts.length === 0);

  /** Steps to the nearest step that counts. */
  function distances(
    on: Uint8Array,
    { direction, edge, cap }: Extract<Course, { kind: "distance" }>,
  ): Float32Array {
    const n = on.length, result = new Float32Array(n);
    const counts = (i: number) =>
      on[i] === 1 &&
      (edge === "any" || (edge === "start" ? i === 0 || on[i - 1] === 0 : i === n - 1 || on[i + 1] === 0));
    let away = cap;
    for (let k = 0; k < n; k++) {
      const i = direction === "since" ? k : n - 1 - k;
      away = counts(i) ? 0 : k === 0 || away >= cap ? cap : away + 1;
      result[i] = away;
    }
    return result;
  }

  /** The values of a course at the steps of the horizon. */
  function courseOf(course: Course, flags: Float32Array, weeks: Int32Array): Float32Array {
    const n = flags.length, first = n - horizon;
    if (course.kind === "shift") {
      return Float32Array.from({ length: horizon }, (_, step) => flags[first + step + course.steps] ?? NaN);
    }
    const on = Uint8Array.from(flags, (value) => value > 0 ? 1 : 0);
    if (course.kind === "distance") return distances(on, course).subarray(first);
    const days = new Map<number, number>();
    for (let i = 0; i < n; i++) days.set(weeks[i]!, (days.get(weeks[i]!) ?? 0) + on[i]!);
    return Float32Array.from({ length: horizon }, (_, step) => days.get(weeks[first + step]!)!);
  }

  function sumOf({ bits, start, logs, trees }: TreePart, row: Float32Array): number {
    const { roots, feature, threshold, kind, left, right, leaf, sets } = trees;
    let sum = start;
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree]!;
      while (node >= 0) {
        const value = row[feature[node]!]!, how = kind[node]!, limit = threshold[node]!;
        let goesLeft: boolean;
        if (how & 1) {
          const code = value > -1 ? Math.trunc(value) : -1;
          goesLeft = code >= 0 && code < sets[limit]! * 32 &&
            (sets[limit + 1 + (code >>> 5)]! >>> (code & 31) & 1) === 1;
        } else if (value !== value) goesLeft = how & 4 ? 0 <= limit : (how & 2) !== 0;
        else goesLeft = value <= limit;
        node = goesLeft ? left[node]! : right[node]!;
      }
      sum += leaf[~node]!;
      if (bits === 32) sum = Math.fround(sum);
    }
    return logs ? Math.exp(sum) : sum;
  }

  function memberOf({ parts, relative }: TakeawayMember, row: Float32Array): number {
    let z = 0;
    if (parts.length === 1) z = sumOf(parts[0]!, row);
    else for (const part of parts) z += sumOf(part, row) / parts.length;
    if (relative === undefined) return z;
    const { transform, learn, fallback, least } = relative, base = row[baseAt]!;
    if (transform === "identity") {
      if (Number.isFinite(base) && base > 1) return base * z;
      return Number.isFinite(base) ? base : fallback;
    }
    const level = Number.isFinite(base) ? base + (learn === "ratio" ? Math.log(Math.max(least, z)) : z) : fallback;
    return Math.max(0, Math.expm1(level));
  }

  return function forecast(at, plan) {
    const series = model.series[at]!;
    const flags = series.flags.map((usual, k) => {
      const own = usual.slice();
      for (let step = 0; step < horizon; step++) own[own.length - horizon + step] = plan[k]![step]!;
      return own;
    });
    const found = courses.map((course) => courseOf(course, flags[course.toggle]!, series.weeks));
    const values = new Float64Array(horizon), row = new Float32Array(width);
    const intervals = radii.map(([level]) => ({
      level,
      lo: new Float64Array(horizon),
      hi: new Float64Array(horizon),
    }));
    for (let step = 0; step < horizon; step++) {
      if (series.open[step] === 0) continue;
      let combination = 0;
      for (let k = 0; k < plan.length; k++) if (plan[k]![step]! > 0) combination |= 1 << k;
      for (let f = 0; f < width; f++) {
        row[f] = coursePlace[f]! >= 0
          ? found[coursePlace[f]!]![step]!
          : ownPlace[f]! >= 0
          ? series.own[(combination * ownFeatures.length + ownPlace[f]!) * horizon + step]!
          : series.usual[f * horizon + step]!;
      }
      let sum = 0;
      for (const member of members) {
        const tablePlace = tabled.indexOf(member), combinations = 1 << model.toggles.length;
        const value = tablePlace >= 0
          ? series.tables[(tablePlace * combinations + combination) * horizon + step]!
          : memberOf(member, row);
        if (space === null) sum = value;
        else if (member.weight !== 0) {
          sum += member.weight * (space === "log" ? Math.log1p(Math.max(0, value)) : value);
        }
      }
      const blended = space === null ? sum : (space === "log" ? Math.expm1(sum) : sum) * factor;
      values[step] = model.allowsNegative ? blended : Math.max(0, blended);
      ends(step, combination, values[step]!);
    }
    return { values, intervals };

    function ends(step: number, combination: number, value: number): void {
      const { spread } = series;
      if (spread === null) return;
      const cell = combination * horizon + step;
      let log = spread.before[cell]!;
      log += spread.sizes[String(Math.floor(Math.log2(Math.max(1, Math.abs(value)))))] ?? 0;
      for (let k = 0; k < spread.afterCount; k++) log += spread.after[cell * spread.afterCount + k]!;
      const error = spread.base * Math.exp(log),
        size = Math.max(Math.abs(value), spread.scale > 0 ? spread.scale : 0) || 1;
      radii.forEach(([, radius], k) => {
        for (const side of [-1, 1] as const) {
          const away = side * radius * error;
          const end = model.errorSpace === "log1p"
            ? Math.expm1(Math.log1p(Math.max(0, value)) + away)
            : value + away * size;
          intervals[k]![side < 0 ? "lo" : "hi"][step] = model.allowsNegative ? end : Math.max(0, end);
        }
      });
    }
  };
}
