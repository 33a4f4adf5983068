/**
 * The maturity audit: the areas that a team has files for, the ML Test Score, two scales of levels, and what to do next.
 *
 * @module
 */
import { type Automation, automation } from "@/audit/automated.ts";
import { foreignAreas, foreignDrills } from "@/audit/foreign/mod.ts";
import { AUTOMATED, GOOGLE, type LevelReached, levelReached, MICROSOFT } from "@/audit/levels.ts";
import { mlTests, type MlTestScore, mlTestScore, runMlTest } from "@/audit/ml_test_score.ts";
import { openTrial } from "@/audit/trial.ts";
import type { Context } from "@/pipeline/context.ts";
import { type AreaReport, maturity } from "@/pipeline/maturity/mod.ts";

/** Everything that the audit found. */
export interface Audit {
  /** The folder that was audited. */
  readonly project: string;
  readonly at: string;
  /** `drills` were run with the project's own code; of `another project` only what can be run from outside. */
  readonly how: "drills" | "another project";
  readonly areas: readonly AreaReport[];
  readonly score: MlTestScore;
  readonly automation: Automation;
  readonly google: LevelReached;
  readonly microsoft: LevelReached;
  /** What to do next, the most valuable first; three at most. */
  readonly next: readonly string[];
}

/**
 * Audits this project: looks at its files, makes a small shop, and runs the 28 drills in it.
 *
 * @param options.on Hears of each test when it has ended.
 */
export async function audit(
  context: Context,
  { on = () => {} }: { readonly on?: (id: string, passed: boolean) => void } = {},
): Promise<Audit> {
  const areas = await maturity(context);
  const seen = [];
  context.onStage("a small shop for the drills");
  const opened = await openTrial(context).catch((error: Error) => {
    context.signal.throwIfAborted();
    return error;
  });
  if (opened instanceof Error) {
    const found = `no shop could be made: ${opened.message}`.slice(0, 400);
    for (const test of mlTests) seen.push({ test, passed: false, found });
  } else {
    await using trial = opened;
    for (const test of mlTests) {
      context.signal.throwIfAborted();
      context.onStage(`${test.id}: ${test.title}`);
      const outcome = await runMlTest(test, trial);
      on(test.id, outcome.passed);
      seen.push({ test, ...outcome });
    }
  }
  const found = await automation(context);
  return told(context, "drills", areas, mlTestScore(seen, found.automated), found);
}

/**
 * Audits another project by what can be found and run there from outside.
 *
 * @param options.runTests Also runs that project's own tests: its code, with the rights of whoever asks.
 */
export async function auditAnother(
  context: Context,
  { runTests = false }: { readonly runTests?: boolean } = {},
): Promise<Audit> {
  const areas = await maturity(context, foreignAreas({ runTests }));
  const drills = foreignDrills(areas);
  const seen = mlTests.map((test) => ({
    test,
    ...drills[test.id] ?? { passed: false, found: "nothing that could be run from outside was found" },
  }));
  const found = await automation(context);
  // Whoever runs these from outside does so by hand: half a point each.
  return told(context, "another project", areas, mlTestScore(seen, false), found);
}

function told(
  { project, now }: Context,
  how: Audit["how"],
  areas: readonly AreaReport[],
  score: MlTestScore,
  found: Automation,
): Audit {
  const passed: Record<string, boolean> = { [AUTOMATED]: found.automated };
  for (const { id, passed: own } of score.results) passed[id] = own;
  for (const { area, strengths, gaps } of areas) {
    for (const { check } of strengths) passed[`${area}: ${check}`] = true;
    for (const { check } of gaps) passed[`${area}: ${check}`] = false;
  }
  const google = levelReached(GOOGLE, passed), microsoft = levelReached(MICROSOFT, passed);
  return {
    project: project.location,
    at: now().toString(),
    how,
    areas,
    score,
    automation: found,
    google,
    microsoft,
    next: nextThings(areas, score, found),
  };
}

/** The weakest section first, since the score is the lowest of the four; then the areas. */
function nextThings(areas: readonly AreaReport[], { results, sections }: MlTestScore, found: Automation): string[] {
  const open = results.filter(({ passed }) => !passed)
    .toSorted((a, b) => sections[a.section] - sections[b.section])
    .map(({ id, title, wanted }) => `${id}: ${title} (${wanted})`);
  const byHand = found.automated ? [] : ["Let the build machine run `deno task audit`: each test then counts whole"];
  const gaps = areas.flatMap(({ area, gaps }) => gaps.map(({ check, wanted }) => `${area}, ${check}: ${wanted}`));
  const all = results.some(({ passed }) => passed) ? [...byHand, ...open] : [...open, ...byHand];
  return [...all, ...gaps].slice(0, 3);
}
