import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { readRuns } from "@/stores/mod.ts";
import { errorOf, leftovers, runTask, snapshot, taskDocument } from "../support/command_line.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

type Flags = Readonly<Record<string, string | true>>;

/** What is typed, and what the sentence about it must say. */
const MISTAKES: readonly (readonly [flags: Flags, says: readonly string[]])[] = [
  [{ sourc: "x" }, ["--sourc", 'Did you mean "source"?']],
  [{ dataset: "walmrt" }, ['"walmrt"', 'Did you mean "walmart"?']],
  [{ models: "seasonal_naive,lightgmb" }, ['"lightgmb"', 'Did you mean "lightgbm"?']],
  [{ models: "" }, ["models", "found []"]],
  [{ "as-of": "yesterday" }, ["--as-of yesterday", "expected YYYY-MM-DD"]],
  [{ "as-of": "2013-02-30" }, ["--as-of 2013-02-30", "not a date of the calendar"]],
  [{ "as-of": "20130630" }, ["--as-of 20130630", "expected YYYY-MM-DD"]],
  [{ horizon: "0" }, ["horizon must be >= 1, found 0"]],
  [{ horizon: "-3" }, ["horizon must be >= 1, found -3"]],
  [{ horizon: "ten" }, ["--horizon ten", "a whole number"]],
  [{ horizon: true }, ["--horizon <value>", "argument missing"]],
  [{ seed: "-1" }, ["seed must be >= 0, found -1"]],
  [{ series: "0" }, ["series must be >= 1, found 0"]],
  [{ series: "100000", steps: "1000" }, ["100000 series of 1000 steps", "at most 120 steps"]],
  [{ source: "" }, ["source", 'found ""']],
  [{ params: "/no/such/params.yaml" }, ["/no/such/params.yaml"]],
];

describe("a task refuses, with exit code 2 and nothing written,", () => {
  for (const [flags, says] of MISTAKES) {
    it(
      Object.entries(flags).map(([name, value]) => value === true ? `--${name}` : `--${name} "${value}"`).join(" "),
      async () => {
        await using at = await workdir();
        const ended = await runTask("ingest", { workdir: `${at.path}/work`, json: true, ...flags });
        const { name, message } = errorOf(ended);
        expect({ name, code: ended.code }).toEqual({ name: "ParamsError", code: 2 });
        for (const part of says) expect(message).toContain(part);
        expect(await snapshot(`${at.path}/work/data`)).toEqual({});
      },
    );
  }

  it("without --json too: a sentence on stderr, and nothing on stdout", async () => {
    const { code, stdout, stderr } = await runTask("pipeline", { dataset: "rosman" });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: Cannot find a dataset named "rosman": Did you mean "rossmann"\?[^\n]*\n$/);
  });

  it("a word or a flag that is missing, and says what belongs there", async () => {
    for (
      const [task, message] of [
        ["lineage", /WHAT is missing \(a file, a run's id.*\): deno task lineage WHAT$/],
        ["merge", /--stage STAGE is missing: one of ingest, /],
        ["init", /FILE is missing \(the CSV file\): deno task init FILE$/],
      ] as const
    ) {
      const ended = await runTask(task, { json: true });
      expect([task, ended.code]).toEqual([task, 2]);
      expect(errorOf(ended).message).toMatch(message);
    }
  });

  it("names that are like no other without a suggestion", async () => {
    expect(errorOf(await runTask("pipeline", { models: "foo", json: true })).message).toMatch(/"foo": Known: /);
  });

  it("a working folder that cannot be one", async () => {
    await using at = await workdir();
    await Deno.writeTextFile(`${at.path}/file`, "not a folder");
    const ended = await runTask("pipeline", { workdir: `${at.path}/file/work`, json: true });
    expect([errorOf(ended).name, ended.code]).toEqual(["StoreError", 2]);
    expect(errorOf(ended).message).toContain("a file where a folder is needed");
    expect(await Deno.readTextFile(`${at.path}/file`)).toBe("not a folder");
  });

  it("a read-only working folder", { skip: Deno.build.os !== "linux" }, async () => {
    // Nobody may make folders in /proc, not even root, to whom permissions mean nothing.
    const ended = await runTask("pipeline", { workdir: "/proc/shelfcast", json: true });
    expect([errorOf(ended).name, ended.code]).toEqual(["StoreError", 2]);
    expect(errorOf(ended).message).toContain("Cannot write /proc/shelfcast");
  });
});

describe("--as-of after the end of the data", () => {
  it("changes nothing: no target is known there", async () => {
    await using at = await workdir();
    const source = await at.source("raw", rawFiles("store-item", { series: 2, steps: 200 }));
    const flags = { dataset: "store-item", source };
    const plain = await taskDocument("ingest", { ...flags, workdir: `${at.path}/plain` });
    const later = await taskDocument("ingest", { ...flags, workdir: `${at.path}/later`, "as-of": "2031-01-01" });
    expect(later).toEqual(plain);
    expect(await snapshot(`${at.path}/later/data/panel`)).toEqual(await snapshot(`${at.path}/plain/data/panel`));
  });
});

describe("a stage that is run before its input is there names the task to run first:", () => {
  const first = {
    validate: "ingest",
    featurize: "ingest",
    leakcheck: "ingest",
    train: "ingest",
    evaluate: "train",
    register: "ingest",
  };
  for (const [task, before] of Object.entries(first)) {
    it(`${task} needs ${before}`, async () => {
      await using at = await workdir();
      const ended = await runTask(task, { workdir: `${at.path}/work`, json: true });
      const { name, message } = errorOf(ended);
      expect([name, ended.code]).toEqual(["MissingInputError", 2]);
      expect(message).toMatch(new RegExp(`^Cannot find .*: run \`deno task ${before}\` first$`));
    });
  }

  it("train needs featurize, where there is a panel", async () => {
    await using at = await workdir();
    await taskDocument("ingest", { workdir: `${at.path}/work` });
    const ended = await runTask("train", { workdir: `${at.path}/work`, json: true });
    expect([errorOf(ended).message.includes("run `deno task featurize` first"), ended.code]).toEqual([true, 2]);
  });

  it("forecast needs a registered model", async () => {
    await using at = await workdir();
    const source = await at.source("raw", rawFiles("rossmann", { series: 2, steps: 120 }));
    const flags = { workdir: `${at.path}/work`, source, out: `${at.path}/submission.csv`, json: true } as const;
    const ended = await runTask("forecast", flags);
    expect([errorOf(ended).message.includes("deno task pipeline"), ended.code]).toEqual([true, 2]);
    await expect(Deno.stat(flags.out)).rejects.toThrow(Deno.errors.NotFound);
  });
});

describe("a missing native library", () => {
  it("ends the pipeline with exit code 2 and the command that mends it; the run is marked failed", async () => {
    await using at = await workdir();
    const path = `${at.path}/work`;
    const env = { SHELFCAST_LIGHTGBM: `${at.path}/lib_lightgbm.so` };
    const ended = await runTask("pipeline", { workdir: path, models: "seasonal_naive,lightgbm", json: true }, { env });
    const { name, message } = errorOf(ended);
    expect([name, ended.code]).toEqual(["NativeLibraryError", 2]);
    expect(message).toContain("make setup");
    expect(message).toContain(env.SHELFCAST_LIGHTGBM);
    const runs = await readRuns(`${path}/mlruns`, "test-rossmann");
    // The pipeline's, and the one of its first window.
    expect(runs.map(({ status }) => status)).toEqual(["failed", "failed"]);
    expect(Object.keys(await snapshot(`${path}/data/predictions`))).toEqual([]);
    expect(await leftovers(path)).toEqual([]);
  });
});
