// Log what each feature looked like in a week, and compare it with the week and the year before.
import { logFeatureStatistics } from "@/pipeline/feature_statistics.ts";
import { ParamsError } from "@/core/errors.ts";
import { main } from "./support/command.ts";
import { findingsTable } from "./support/terminal.ts";

await main({
  name: "features:stats",
  about:
    "Log what each feature looked like in a week (logs/feature_statistics.log), and compare it with the week before " +
    "and the same week a year before, where they were logged. Ends with exit code 1 when a feature has moved.",
  example: "deno task features:stats --dataset rossmann --week 2015-06-14",
  flags: {
    week: { type: "string", value: "DATE", about: "the first day of the week (default: the newest whole week)" },
  },
  async run(context, { week }) {
    if (week !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(String(week))) {
      throw new ParamsError(`Cannot use --week ${week}: expected YYYY-MM-DD`);
    }
    const logged = await logFeatureStatistics(context, week === undefined ? undefined : String(week));
    const { statistics, findings, compared } = logged, moved = findings.filter(({ passed }) => !passed);
    const head = `${Object.keys(statistics.features).length} features of the week of ${statistics.week} are logged`;
    const text = compared.length === 0
      ? `${head}; the log has no earlier week to compare with`
      : `${head}; compared with ${compared.join(" and ")}: ${moved.length} have moved\n${
        moved.length > 0 ? findingsTable(moved) : ""
      }`;
    return { json: logged, text, code: moved.length > 0 ? 1 : 0 };
  },
});
