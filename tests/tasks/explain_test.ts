import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { join } from "node:path";
import { pipeline } from "@/pipeline/pipeline.ts";
import { FAST_PARAMS, workdir } from "../support/workdir.ts";

const TASK = new URL("../../tasks/explain.ts", import.meta.url);

describe("deno task explain", () => {
  it("tells what moved a forecast, its intervals and days like it; and what it needs", async () => {
    await using work = await workdir();
    await pipeline(
      await work.context({ models: ["seasonal_naive", "group_median", "lightgbm", "xgboost", "ensemble"] }),
    );
    const explain = async (...flags: string[]) => {
      const args = ["run", "-A", "--no-check", TASK.pathname, "--params", FAST_PARAMS];
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, "--workdir", join(work.path, "work"), ...flags],
        env: { NO_COLOR: "1" },
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      return { code, out: out!, err: err! };
    };
    const told = await explain("--series", "2");
    expect(told.code).toBe(0);
    for (const words of ["Series 2 on 2014-", "80 %:", "promotion", "base", "days like it"]) {
      expect(told.out).toContain(words);
    }
    const { contributions, expected, prediction } = JSON.parse((await explain("--series", "2", "--json")).out);
    const sum = contributions.reduce((sum: number, one: { contribution: number }) => sum + one.contribution, expected);
    expect(sum).toBeCloseTo(Math.log1p(prediction), 3);

    const [nobody, unknown, past] = [
      await explain(),
      await explain("--series", "2x"),
      await explain("--series", "2", "--date", "2012-01-01"),
    ];
    expect([nobody.code, unknown.code, past.code]).toEqual([2, 2, 2]);
    expect(nobody.err).toContain("--series ID is missing");
    expect(unknown.err).toContain('Cannot find series "2x": the nearest are 2');
    expect(past.err).toContain("Cannot explain --date 2012-01-01: forecasts are from 2014-");
  });
});
