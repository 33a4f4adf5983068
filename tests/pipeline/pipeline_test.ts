import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { forecast } from "@/pipeline/forecast.ts";
import { METRIC_NAMES } from "@/core/metric.ts";
import { evaluate, readEvaluation } from "@/pipeline/evaluate.ts";
import { featurize, readFeatures } from "@/pipeline/featurize.ts";
import { ingest, readIngested } from "@/pipeline/ingest.ts";
import { leakcheck, readLeak } from "@/pipeline/leakcheck.ts";
import { pipeline, type PipelineDocument } from "@/pipeline/pipeline.ts";
import { everythingKnown, register } from "@/pipeline/register.ts";
import { readTrained, train } from "@/pipeline/train.ts";
import { rawFiles, type Workdir, workdir } from "../support/workdir.ts";

/** holdout.csv as rows of text cells, by column name. */
async function holdout(work: Workdir, dataset: string): Promise<Record<string, string>[]> {
  const [head, ...lines] = (await work.read(`reports/${dataset}/holdout.csv`)).trimEnd().split("\n");
  const names = head!.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, k) => [names[k]!, cell])));
}

/** Multiplies the target of every row from a date on: another truth after the same past. */
function withOtherTruth(csv: string, { date, target, from }: { date: string; target: string; from: string }): string {
  const [head, ...lines] = csv.trimEnd().split(/\r?\n/);
  const names = head!.split(",").map((name) => name.replaceAll('"', ""));
  const day = names.indexOf(date), y = names.indexOf(target);
  return [
    head,
    ...lines.map((line, row) => {
      const cells = line.split(",");
      if (cells[day]!.replaceAll('"', "") < from) return line;
      cells[y] = String(Math.round(Number(cells[y]) * (0.4 + (row * 7919 % 100) / 50)));
      return cells.join(",");
    }),
  ].join("\n") + "\n";
}

const SIZES: Record<string, { series: number; steps: number }> = {
  rossmann: { series: 6, steps: 420 },
  walmart: { series: 8, steps: 143 },
  "store-item": { series: 6, steps: 700 },
};
const TRUTH: Record<string, { date: string; target: string }> = {
  rossmann: { date: "Date", target: "Sales" },
  walmart: { date: "Date", target: "Weekly_Sales" },
  "store-item": { date: "date", target: "sales" },
};

for (const dataset of Object.keys(SIZES)) {
  describe(`pipeline(${dataset})`, () => {
    it("goes from raw files to a registered forecast, with every score beside seasonal naive", async () => {
      await using work = await workdir();
      const document = await pipeline(await work.context({ dataset }));
      expect(document.dataset).toBe(dataset);
      expect(document.baseline).toBe("seasonal_naive");
      expect(Object.keys(document.scores)).toContain(document.champion);
      for (const scores of [document.scores, ...document.backtest.map((window) => window.scores)]) {
        for (const own of Object.values(scores)) {
          expect(Object.keys(own)).toEqual([...METRIC_NAMES]);
          expect(Number.isFinite(own[document.metric as "rmspe"])).toBe(true);
        }
      }
      expect(document.leak).toMatchObject({ passed: true });
      expect(document.leak.checked).toBeGreaterThan(20);
      expect(document.registered).toEqual({ name: `test-${dataset}`, version: 1 });
      expect(document.stages.map(({ name }) => name)).toEqual(
        ["ingest", "validate", "featurize", "leakcheck", "train", "evaluate", "register", "report"],
      );
      expect(JSON.parse(await work.read(`reports/${dataset}/metrics.json`))).toEqual(
        JSON.parse(JSON.stringify(document)),
      );

      const rows = await holdout(work, dataset);
      expect(rows.length).toBe(document.holdout.rows);
      expect(Object.keys(rows[0]!)).toEqual([
        "unique_id",
        "ds",
        "y",
        ...Object.keys(document.scores),
        ...[50, 80, 95].flatMap((level) => ["lo", "hi"].map((end) => `${document.champion}-${end}-${level}`)),
      ]);
      for (const row of rows) {
        const at = (column: string) => Number(row[`${document.champion}${column}`]);
        const ends = [at("-lo-95"), at("-lo-80"), at("-lo-50"), at(""), at("-hi-50"), at("-hi-80"), at("-hi-95")];
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        if (dataset !== "walmart") expect(ends[0]).toBeGreaterThanOrEqual(0);
      }
      const days = rows.map(({ ds }) => ds!).sort();
      expect([days[0]! >= document.holdout.from, days.at(-1)]).toEqual([true, document.holdout.to]);
      expect(await work.read(`reports/${dataset}/report.html`)).toContain(document.run.id);
    });

    it("forecasts the holdout the same, bit for bit, when the holdout's truth is another", async () => {
      await using work = await workdir();
      const files = rawFiles(dataset, SIZES[dataset]);
      const source = await work.source("told", files);
      const told = await pipeline(await work.context({ dataset, source }));
      const before = await holdout(work, dataset);
      const other = withOtherTruth(files["train.csv"]!, { ...TRUTH[dataset]!, from: told.holdout.from });
      expect(other).not.toBe(files["train.csv"]);
      const elsewhere = await work.source("other", { ...files, "train.csv": other });
      const document = await pipeline(await work.context({ dataset, source: elsewhere }));
      const after = await holdout(work, dataset);
      const forecasts = (rows: Record<string, string>[]) => rows.map(({ y: _, ...models }) => models);
      expect(forecasts(after)).toEqual(forecasts(before));
      expect(after.some(({ y }, row) => y !== before[row]!.y)).toBe(true);
      expect(document.champion).toBe(told.champion);
      expect(document.backtest).toEqual(told.backtest);
    });
  });
}

describe("pipeline()", () => {
  it("treats --as-of as if the data ended the day before", async () => {
    await using work = await workdir();
    const files = rawFiles("rossmann", SIZES["rossmann"]);
    const asOf = "2014-01-20";
    const cut = files["train.csv"]!.split("\n").filter((line, row) =>
      row === 0 || !line || /\d{4}-\d\d-\d\d/.exec(line)![0] < asOf
    );
    const source = await work.source("whole", files),
      short = await work.source("cut", { ...files, "train.csv": cut.join("\n") });
    const asked = await pipeline(await work.context({ source, asOf }));
    const rows = await holdout(work, "rossmann");
    const ended = await pipeline(await work.context({ source: short }));
    expect(asked.holdout.to).toBe("2014-01-19");
    expect(facts(ended)).toEqual(facts(asked));
    expect(await holdout(work, "rossmann")).toEqual(rows);
  });

  it("gives the same model bytes for the same data, seed and code", async () => {
    await using work = await workdir();
    const bytes = async () => {
      const context = await work.context({ models: ["seasonal_naive", "lightgbm", "xgboost", "ensemble"] });
      const { registered } = await pipeline(context);
      const version = (await context.registry.versions(registered!.name)).at(-1)!;
      expect(version.version).toBe(registered!.version);
      const { "card.json": _card, MLmodel: _mlmodel, "checksums.json": _sums, ...files } = await context.registry.files(
        version,
      );
      return files;
    };
    const first = await bytes(), second = await bytes();
    expect(Object.keys(first).length).toBeGreaterThan(1);
    expect(second).toEqual(first);
  });

  it("says the same as its stages run one by one", async () => {
    await using work = await workdir();
    const whole = await pipeline(await work.context());
    const rows = await holdout(work, "rossmann");
    await using apart = await workdir();
    const context = () => apart.context();
    await ingest(await context());
    await featurize(await context(), (await readIngested(await context())).panel);
    await leakcheck(await context(), (await readIngested(await context())).panel);
    await train(await context(), await readIngested(await context()), await readFeatures(await context()));
    await evaluate(await context(), await readTrained(await context()));
    const evaluation = await readEvaluation(await context());
    const { version } = await register(
      await context(),
      await readIngested(await context()),
      everythingKnown(await context(), await readFeatures(await context())),
      evaluation,
      await readLeak(await context()),
    );
    expect(evaluation.scores).toEqual(whole.scores);
    expect(evaluation.backtest).toEqual(whole.backtest);
    expect(evaluation.champion).toBe(whole.champion);
    expect(version!.version).toBe(1);
    expect(await holdout(apart, "rossmann")).toEqual(rows);
  });

  it("runs fewer windows, and says so, when the history is short", async () => {
    await using work = await workdir();
    const document = await pipeline(await work.context({ dataset: "walmart", horizon: 39 }));
    expect(document.backtest).toEqual([]);
    expect(document.notes.join(" ")).toContain("0 of 2 backtest windows");
    expect(document.holdout.rows).toBeGreaterThan(0);
  });
});

describe("forecast()", () => {
  for (const dataset of Object.keys(SIZES)) {
    it(`answers every row of ${dataset}'s test.csv with a finite number, in its order`, async () => {
      await using work = await workdir();
      const source = await work.source("raw", rawFiles(dataset, SIZES[dataset]));
      await pipeline(await work.context({ dataset, source }));
      const test = (await Deno.readTextFile(`${source}/test.csv`)).trimEnd().split(/\r?\n/);
      const { submission, model } = await forecast(await work.context({ dataset, source }));
      expect(model.version).toBe(1);
      expect(submission.height).toBe(test.length - 1);
      const target = submission.columns[1]!;
      const values = submission.getColumn(target).toArray() as number[];
      expect(values.every((value) => Number.isFinite(value))).toBe(true);
      if (dataset !== "walmart") {
        expect(submission.getColumn(submission.columns[0]!).toArray().map(String))
          .toEqual(test.slice(1).map((line) => line.split(",")[0]!.replaceAll('"', "")));
      }
    });
  }

  it("gives the same forecasts when the folder's history begins later than the model's", async () => {
    await using work = await workdir();
    const files = rawFiles("walmart", SIZES["walmart"]);
    const source = await work.source("raw", files);
    await pipeline(await work.context({ dataset: "walmart", source, models: ["seasonal_naive", "svd_growth"] }));
    const { submission, model } = await forecast(await work.context({ dataset: "walmart", source }));
    expect(model.champion).toBe("svd_growth");
    const since = (csv: string, date: string) =>
      csv.split("\n").filter((line, row) => row === 0 || (/\d{4}-\d\d-\d\d/.exec(line)?.[0] ?? date) >= date).join(
        "\n",
      );
    const later = await work.source("later", { ...files, "train.csv": since(files["train.csv"]!, "2010-04-02") });
    const again = await forecast(await work.context({ dataset: "walmart", source: later }));
    expect(again.submission.writeCSV().toString()).toBe(submission.writeCSV().toString());
  });

  it("forecasts nothing for a closed day, and something for a store never seen before", async () => {
    await using work = await workdir();
    const files = rawFiles("rossmann", SIZES["rossmann"]);
    await pipeline(await work.context({ source: await work.source("raw", files) }));
    const store = files["store.csv"]!.trimEnd().split("\n");
    const other = store.at(-1)!.replace(/^\d+/, "999");
    const test = files["test.csv"]!.trimEnd().split("\n");
    const names = test[0]!.split(",").map((name) => name.replaceAll('"', ""));
    const asStore999 = test.slice(1).filter((line) => line.split(",")[names.indexOf("Store")] === "1").map(
      (line, row) => {
        const cells = line.split(",");
        cells[names.indexOf("Store")] = "999";
        cells[names.indexOf("Id")] = String(100_000 + row);
        return cells.join(",");
      },
    );
    const source = await work.source("more", {
      ...files,
      "store.csv": [...store, other].join("\n") + "\n",
      "test.csv": [...test, ...asStore999].join("\n") + "\n",
    });
    const { submission } = await forecast(await work.context({ source }));
    const sales = submission.getColumn("Sales").toArray() as number[];
    const open = [...test.slice(1), ...asStore999].map((line) => line.split(",")[names.indexOf("Open")] !== "0");
    expect(open.some((yes) => !yes)).toBe(true);
    open.forEach((yes, row) => expect([row, sales[row]! > 0]).toEqual([row, yes]));
  });

  it("refuses a test.csv that reaches beyond the model's horizon, and names the flag", async () => {
    await using work = await workdir();
    const files = rawFiles("rossmann", SIZES["rossmann"]);
    const source = await work.source("raw", files);
    await pipeline(await work.context({ source, horizon: 21, models: ["seasonal_naive", "group_median"] }));
    await expect(forecast(await work.context({ source }))).rejects.toThrow("--horizon 42");
  });
});

function facts({ scores, backtest, champion, holdout, asOf }: PipelineDocument) {
  return { scores, backtest, champion, holdout, asOf };
}
