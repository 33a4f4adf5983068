import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { ReportData } from "@/charts/mod.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { workdir } from "../support/workdir.ts";

describe("writeReport()", () => {
  it("says the whole name of a model in words, also where it begins with the name of another", async () => {
    await using work = await workdir();
    const { choices: { ensemble: _, ...plain }, ...context } = await work.context({ dataset: "walmart" });
    const choices = {
      ...plain,
      models: ["seasonal_naive", "seasonal_naive-1.5"],
      regressors: { "seasonal_naive-1.5": { kind: "seasonal_naive" } },
    };
    await pipeline({ ...context, choices });
    const { notes } = JSON.parse(await work.read("reports/walmart/report.json")) as ReportData;
    expect(notes.at(-1)).toMatch(
      /^Seasonal naive has the lowest mean wmae .+\. Seasonal naive 1\.5 has the same mean;/,
    );
  });
});
