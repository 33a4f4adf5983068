/**
 * What follows from a plan's switches: from the day's own value, or from the course of them.
 *
 * @module
 */
import type { DistanceFeature, Feature } from "@/core/feature.ts";
import { planDependence } from "@/features/mod.ts";
import { column, type Matrix } from "@/core/matrix.ts";
import type { HorizonTable } from "@/pipeline/horizon_table.ts";
import type { PlacedAsk } from "@/pipeline/planned_features.ts";

/** A feature that follows from the course of one switch, rather than from its value on the day alone. */
export type Course =
  & {
    /** Its place among the table's features. */
    readonly feature: number;
    /** Its switch's place. */
    readonly toggle: number;
  }
  & CourseKind;

/** How a feature follows from a switch's course. */
export type CourseKind =
  | {
    readonly kind: "distance";
    readonly direction: "since" | "until";
    readonly edge: "any" | "start" | "end";
    readonly cap: number;
  }
  /** The switch some steps later; earlier where `steps` is negative. */
  | { readonly kind: "shift"; readonly steps: number }
  /** Days of the calendar week on which it is on. */
  | { readonly kind: "week" };

/** The switches of a dataset, and what follows from them. */
export interface PlanCourses {
  /** Planned columns that are 0 or 1, but for the one that closes a series. */
  readonly columns: readonly string[];
  readonly courses: readonly Course[];
  /** Features (by place) that follow from the switches of the same step. */
  readonly own: readonly number[];
  /** How many combinations of the switches there are; 0 where there are none, or too many to keep. */
  readonly combinations: number;
}

/** Switches beyond which there would be too many combinations. */
const MOST_SWITCHES = 4;

/** Steps of the past that courses look back on; every distance is capped far below it. */
export const LOOK_BACK = 200;

/** Finds the switches of a table, and what follows from each of them. */
export function planCourses(
  definitions: readonly Feature[],
  { profile, matrix: { names } }: Pick<HorizonTable, "profile" | "matrix">,
): PlanCourses {
  const courses: Course[] = [], own = new Set<number>();
  const columns = Object.keys(profile.roles).filter((name) =>
    profile.roles[name] === "known" && name !== profile.openColumn && profile.levels[name] === undefined
  );
  columns.forEach((column, toggle) => {
    const others = Object.keys(profile.roles).filter((other) => profile.roles[other] === "known" && other !== column);
    const roles = { ...profile.roles, ...Object.fromEntries(others.map((other) => [other, "observed" as const])) };
    for (const changed of planDependence(definitions, { ...profile, roles }).changing) {
      const feature = names.indexOf(changed), definition = definitions.find(({ name }) => name === changed);
      if (feature < 0) continue;
      const course = definition && courseKind(definition, column);
      if (course === undefined) own.add(feature);
      else courses.push({ ...course, feature, toggle });
    }
  });
  const combinations = columns.length === 0 || columns.length > MOST_SWITCHES ? 0 : 1 << columns.length;
  return { columns, courses, own: [...own], combinations };
}

/**
 * What each combination of switches brings to every step of some series.
 *
 * @param built Builds the features of plans as training does.
 * @returns Per series: combination after combination, in each feature after feature of `own`, in each step after step.
 */
export function ownOfPlans(
  { columns, own, combinations }: PlanCourses,
  { horizon, matrix: { names } }: Pick<HorizonTable, "horizon" | "matrix">,
  series: readonly number[],
  built: (asks: readonly PlacedAsk[]) => Matrix,
): readonly Float32Array[] {
  const x = built(series.flatMap((at) =>
    Array.from({ length: combinations }, (_, bits) => {
      const values = Object.fromEntries(columns.map((name, k) => [name, bits >> k & 1]));
      return { at, changes: new Map(Array.from({ length: horizon }, (_, step) => [step, values])) };
    })
  ));
  const chosen = own.map((feature) => column(x, names[feature]!));
  return series.map((_, k) => {
    const found = new Float32Array(combinations * own.length * horizon);
    for (let bits = 0; bits < combinations; bits++) {
      const from = (k * combinations + bits) * horizon;
      chosen.forEach((values, f) =>
        found.set(values.subarray(from, from + horizon), (bits * own.length + f) * horizon)
      );
    }
    return found;
  });
}

/** Names derive from definitions, so that they tell how a feature follows from a course. */
function courseKind(definition: Feature, column: string): CourseKind | undefined {
  if (definition.form === "distance" && definition.flag === column) {
    const { direction, edge, cap } = definition as DistanceFeature;
    return { kind: "distance", direction, edge, cap };
  }
  const shift = /^(.+)_(lag|lead)(\d+)$/.exec(definition.name);
  if (shift?.[1] === column) return { kind: "shift", steps: (shift[2] === "lag" ? -1 : 1) * Number(shift[3]) };
  if (definition.name === `${column}_days_in_week`) return { kind: "week" };
  return undefined;
}
