/**
 * Features under changed switches without building them again: what a day's own switches bring is kept by combination, what
 * their course brings is counted.
 *
 * @module
 */
import type { Matrix } from "@/core/matrix.ts";
import { dayNumber, recipe } from "@/features/mod.ts";
import { distances } from "@/features/distance.ts";
import type { HorizonTable } from "@/pipeline/horizon_table.ts";
import type { PlacedAsk, PlannedColumns } from "@/pipeline/planned_features.ts";
import { daysOf } from "@/pipeline/time.ts";
import { type Course, LOOK_BACK, ownOfPlans, type PlanCourses, planCourses } from "@/serving/model/plan_courses.ts";
import type { Changes } from "@/serving/served_model.ts";

/** Series whose tables are kept: each takes some twenty kilobytes. */
const MOST_SERIES = 2_000;
/** Series that are learnt at once: whoever asks waits for them. */
const MOST_LEARNT = 6;

/** The features of a horizon under changed switches. */
export class PlanTables {
  readonly #table: HorizonTable;
  readonly #plan: PlanCourses;
  readonly #rebuilt: (asks: readonly PlacedAsk[]) => Matrix;
  /** Series → what the combinations of its switches bring ({@link ownOfPlans}). */
  readonly #kept = new Map<number, Float32Array>();
  /** The same of every series, one after the other, where it was made beforehand. */
  readonly #all: Float32Array | undefined;
  /** 0, 1, 2, …: the steps of a series' newest past and horizon. */
  readonly #positions: Int32Array;

  /**
   * @param rebuilt Builds the features of plans as training does.
   * @param all What each combination of switches brings to every series, where that was made beforehand.
   */
  constructor(table: HorizonTable, rebuilt: (asks: readonly PlacedAsk[]) => Matrix, all?: Float32Array) {
    this.#table = table;
    this.#plan = planCourses(recipe(table.profile, { horizon: table.horizon }), table);
    this.#rebuilt = rebuilt;
    this.#all = all;
    this.#positions = Int32Array.from({ length: LOOK_BACK + table.horizon }, (_, step) => step);
  }

  /** Keeps what is needed of some series, a few at most, so that their plans are known from now on. */
  learn(asks: readonly PlacedAsk[]): void {
    if (this.#all !== undefined) return;
    const series = new Set<number>();
    for (const { at, changes } of asks) {
      if (series.size < MOST_LEARNT && changes.size > 0 && !this.#kept.has(at) && this.#covered(at, changes)) {
        series.add(at);
      }
    }
    if (series.size > 0) this.#keep([...series]);
  }

  /**
   * The columns that a plan changes, at the steps that are wanted; undefined where it changes more than switches, or nothing
   * is kept of the series.
   */
  columns({ at, changes, only }: PlacedAsk): PlannedColumns | undefined {
    const { courses, own } = this.#plan, { horizon } = this.#table, table = this.#tableOf(at);
    const flags = table && this.#covered(at, changes);
    if (table === undefined || flags === undefined) return undefined;
    const from = only ?? 0, count = only === undefined ? horizon : 1;
    const found = new Map<number, Float32Array>();
    const combination = Uint8Array.from(
      { length: count },
      (_, k) => flags.reduce((bits, flag, j) => bits | (flag[flag.length - horizon + from + k]! > 0 ? 1 << j : 0), 0),
    );
    own.forEach((feature, f) => {
      const values = new Float32Array(count);
      for (let k = 0; k < count; k++) values[k] = table[(combination[k]! * own.length + f) * horizon + from + k]!;
      found.set(feature, values);
    });
    for (const course of courses) found.set(course.feature, this.#course(course, flags[course.toggle]!, from, count));
    return found;
  }

  /** The course of every switch, where a plan changes nothing else. */
  #covered(at: number, changes: Changes): readonly Float32Array[] | undefined {
    const { columns, combinations } = this.#plan;
    if (combinations === 0) return undefined;
    for (const values of changes.values()) {
      for (const [name, value] of Object.entries(values)) {
        if (!columns.includes(name) || value !== 0 && value !== 1) return undefined;
      }
    }
    return this.#flags(at, changes);
  }

  /** By switch: its newest past and its plan; undefined where the plan does not tell a switch. */
  #flags(at: number, changes: Changes): readonly Float32Array[] | undefined {
    const { vectors, horizon } = this.#table, start = vectors["start"]!;
    const from = Math.max(start[at]!, start[at + 1]! - horizon - LOOK_BACK), to = start[at + 1]!;
    const flags = this.#plan.columns.map((name) => (vectors[`column:${name}`] as Float32Array).slice(from, to));
    for (const [step, values] of changes) {
      this.#plan.columns.forEach((name, k) => {
        const value = values[name];
        if (value !== undefined) flags[k]![to - from - horizon + step] = Number(value);
      });
    }
    const told = flags.every((flag) => flag.subarray(-horizon).every((value) => value === 0 || value === 1));
    return told ? flags : undefined;
  }

  #tableOf(at: number): Float32Array | undefined {
    if (this.#all === undefined) return this.#kept.get(at);
    const { own, combinations } = this.#plan, size = combinations * own.length * this.#table.horizon;
    return this.#all.subarray(at * size, (at + 1) * size);
  }

  #keep(series: readonly number[]): void {
    const found = ownOfPlans(this.#plan, this.#table, series, this.#rebuilt);
    series.forEach((at, k) => {
      // The oldest goes: a Map keeps the order of insertion.
      if (this.#kept.size >= MOST_SERIES) this.#kept.delete(this.#kept.keys().next().value!);
      this.#kept.set(at, found[k]!);
    });
  }

  /** What the course of a switch brings to `count` steps of the horizon from one on. */
  #course(course: Course, flags: Float32Array, from: number, count: number): Float32Array {
    const { horizon, origin, profile } = this.#table, n = flags.length, first = n - horizon + from;
    if (course.kind === "shift") {
      return Float32Array.from({ length: count }, (_, k) => flags[first + k + course.steps] ?? NaN);
    }
    if (course.kind === "distance") {
      // What is further away than the cap is out of sight; a step's neighbours tell whether it is an edge.
      const [back, ahead] = course.direction === "since" ? [course.cap + 1, 1] : [1, course.cap + 1];
      const begin = Math.max(0, first - back), near = flags.subarray(begin, first + count + ahead);
      return distances(near, this.#positions, course).slice(first - begin, first - begin + count);
    }
    // Weeks begin on Mondays; day 0 of 1970 was a Thursday.
    const stride = daysOf(profile.frequency), begins = dayNumber(origin) - (n - horizon) * stride;
    const weekOf = (i: number) => Math.floor((begins + i * stride + 3) / 7);
    return Float32Array.from({ length: count }, (_, k) => {
      const week = weekOf(first + k);
      let days = 0;
      for (let i = Math.max(0, first + k - 6); i < n && weekOf(i) <= week; i++) {
        if (weekOf(i) === week && flags[i]! > 0) days++;
      }
      return days;
    });
  }
}
