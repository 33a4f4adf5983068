import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parse, stringify } from "yaml";
import { readRuns } from "@/stores/mod.ts";
import { errorOf, leftovers, snapshot, startTask, taskDocument } from "../support/command_line.ts";
import { FAST_PARAMS, workdir } from "../support/workdir.ts";

/** Presses Ctrl-C as soon as stderr says so, and returns what the task still said. */
async function interrupted(child: Deno.ChildProcess, when: RegExp) {
  const stdout = new Response(child.stdout).text();
  let stderr = "", pressed = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (pressed || !when.test(stderr)) continue;
    pressed = true;
    child.kill("SIGINT");
  }
  const { code } = await child.status;
  return { code, stdout: await stdout, stderr };
}

describe("Ctrl-C during training", { skip: Deno.build.os === "windows" }, () => {
  for (const model of ["lightgbm", "xgboost"]) {
    it(`stops ${model} with exit code 130, nothing half written, and the run marked failed`, async () => {
      await using at = await workdir();
      const path = `${at.path}/work`, params = `${at.path}/params.yaml`;
      const many = parse(await Deno.readTextFile(FAST_PARAMS));
      many.datasets.rossmann.regressors[model].rounds = 2_000;
      await Deno.writeTextFile(params, stringify(many));
      const flags = { workdir: path, models: `seasonal_naive,${model}`, json: true } as const;
      const ended = await interrupted(startTask("pipeline", flags, { params }), new RegExp(`${model} 1/3: 25 %`));
      expect(ended.code).toBe(130);
      expect(errorOf(ended)).toMatchObject({ name: "AbortError", message: "Stopped by Ctrl-C" });
      const runs = await readRuns(`${path}/mlruns`, "test-rossmann");
      // The run, and the window that it was stopped in.
      expect(runs.map(({ status }) => status)).toEqual(["failed", "failed"]);
      for (const { tags } of runs) expect(tags["shelfcast.error"]).toContain("Ctrl-C");
      expect(Object.keys(await snapshot(`${path}/data/predictions`))).toEqual([]);
      expect(Object.keys(await snapshot(`${path}/mlruns/models`))).toEqual([]);
      expect(await leftovers(path)).toEqual([]);
      const { champion } = await taskDocument<{ champion: string }>("pipeline", { ...flags, models: "seasonal_naive" });
      expect(champion).toBe("seasonal_naive");
    });
  }
});
