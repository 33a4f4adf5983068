// Carries out one piece of work of the scale task in this process, and prints what it took.
import process from "node:process";
import pl, { type DataFrame } from "nodejs-polars";
import { random } from "@/core/random.ts";
import { isInPart, type Partition } from "@/core/partition.ts";
import type { Panel } from "@/core/panel.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { featurize, holdoutOrigin } from "@/pipeline/featurize.ts";
import { fitOnce } from "@/pipeline/fit.ts";
import { buildHorizon, horizonTable } from "@/pipeline/horizon_table.ts";
import { type PanelCard, readIngested } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { contestant } from "@/pipeline/models.ts";
import {
  featureShare,
  featurizePart,
  horizonShare,
  indexPanel,
  joinSummaries,
  summarizePart,
  writePart,
} from "@/pipeline/partitions/mod.ts";
import { peakRssMb } from "@/pipeline/peak_rss.ts";
import { rowsBefore } from "@/pipeline/samples.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { forecastsOf } from "@/serving/batch_forecast.ts";
import { forecastPart } from "@/serving/forecast_part.ts";
import type { ModelSource, VerifiedModel } from "@/serving/model/load_model.ts";
import { openModel } from "@/serving/model/open_model.ts";
import { predictionsOf } from "@/serving/predictions_of.ts";
import { writeFrame } from "@/stores/mod.ts";
import type { ScaleJob, ScaleMeasured } from "./job.ts";

const DATASET = "store-item", AS_OF = "2017-01-01", DAY = 86_400_000, ITEMS = 50, MODEL = "lightgbm";
const END = Date.parse(`${AS_OF}T00:00:00Z`) / DAY;

const job: ScaleJob = JSON.parse(Deno.args[0]!);
const partitions = Array.from(
  { length: (job.until ?? job.index + 1) - job.index },
  (_, k) => ({ index: job.index + k, of: job.of }),
);
const partition = partitions[0]!;
const context = await openContext({ overrides: { dataset: DATASET, seed: 1 }, workdir: job.workdir });
const measured = await WORK()[job.kind]();
// deno-lint-ignore no-console -- the parent reads it
console.log(JSON.stringify(measured));
Deno.exit(0);

function WORK(): Readonly<Record<ScaleJob["kind"], () => Promise<ScaleMeasured>>> {
  return {
    train: () => timed(train),
    panel: () => timed(() => each(makePanel)),
    index: () => timed(async () => (await indexPanel(context, job.of)).rows),
    async summarize() {
      return await timed(() =>
        each(async (partition) => {
          const share = job.what === "features"
            ? await featureShare(context, partition)
            : await horizonShare(context, partition, (await source().read()).card);
          return (await summarizePart(context, job.what!, partition, job.round!, share)).rows;
        })
      );
    },
    async join() {
      let complete = false;
      const took = await timed(async () => {
        const joined = await joinSummaries(context, job.what!, job.of, job.round!);
        complete = joined.complete;
        return joined.rows;
      });
      return { ...took, complete };
    },
    featurize: () =>
      timed(async () =>
        job.of === 0
          ? (await featurize(context, (await readIngested(context)).panel)).frame.height
          : (await featurizePart(context, partition)).rows
      ),
    forecast: () =>
      timed(async () =>
        job.of === 0 ? await forecastAll(context) : (await forecastPart(context, partition, source())).rows
      ),
  };
}

/** Does the parts of the job one after the other; returns how many rows they have. */
async function each(run: (one: Partition) => Promise<number>): Promise<number> {
  let rows = 0;
  for (const one of partitions) rows += await run(one);
  return rows;
}

async function timed(run: () => Promise<number>): Promise<ScaleMeasured> {
  const began = performance.now(), started = process.cpuUsage();
  const rows = await run(), { user, system } = process.cpuUsage(started);
  return { seconds: (user + system) / 1e6, wall: (performance.now() - began) / 1e3, peakMb: peakRssMb(), rows };
}

/** Sales of a store's item: a level, a week, a year and chance; made in a fraction of the time that reading CSV takes. */
function panelOf(mine: (id: string) => boolean): Panel {
  const { series, steps } = job;
  const own = Array.from({ length: series }, (_, at) => at).filter((at) => mine(idOf(at)));
  const n = own.length * steps;
  const ids: string[] = [], ds = new Int32Array(n), y = new Float64Array(n);
  const store = new Int32Array(n), item = new Int32Array(n);
  let row = 0;
  for (const at of own) {
    const chance = random(at + 1), level = 10 + 60 * chance.next(), id = idOf(at);
    for (let t = 0; t < steps; t++, row++) {
      const day = END - steps + t;
      const mean = level * (1 + 0.3 * Math.sin(2 * Math.PI * day / 7)) *
        (1 + 0.2 * Math.sin(2 * Math.PI * day / 365.25));
      y[row] = Math.round(mean * (0.7 + 0.6 * chance.next()));
      ds[row] = day;
      store[row] = 1 + Math.floor(at / ITEMS);
      item[row] = 1 + at % ITEMS;
      ids.push(id);
    }
  }
  const frame = pl.DataFrame([
    pl.Series("unique_id", ids, pl.Utf8),
    pl.Series("ds", ds).cast(pl.Date),
    pl.Series("y", y),
    pl.Series("store", store),
    pl.Series("item", item),
  ]);
  return { frame, profile: context.profile, asOf: AS_OF };
}

function idOf(at: number): string {
  return `${1 + Math.floor(at / ITEMS)}_${1 + at % ITEMS}`;
}

function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

async function makePanel(partition: Partition): Promise<number> {
  const whole = job.of === 0, { frame } = panelOf((id) => whole || isInPart(id, partition));
  const first = dateOf(END - job.steps),
    about = { source: "synthetic", fingerprint: `${job.steps} steps`, asOf: AS_OF };
  if (!whole) {
    const facts = {
      ...about,
      firstDate: first,
      lastDate: dateOf(END - 1),
      cleaning: [],
      known: {},
      columns: frame.columns,
    };
    return (await writePart(context.store, DATASET, "ingest", partition, frame, facts)).rows;
  }
  const { panel, panelCard } = keysOf(DATASET);
  const card: PanelCard = {
    dataset: DATASET,
    ...about,
    firstDate: first,
    rows: frame.height,
    series: job.series,
    cleaning: [],
  };
  await writeFrame(context.store, panel, frame);
  await writeJson(context.store, panelCard, card);
  return frame.height;
}

/** Fits a model of the usual size on a few series: what is measured is forecasting with it. */
async function train(): Promise<number> {
  const panel = panelOf(() => true), { profile, choices, params } = context;
  const origin = holdoutOrigin(panel);
  const table = buildFeatures(panel, recipe(profile), { origin, horizon: profile.horizon });
  const known = rowsBefore(table, 0, { warmup: 200 });
  const { model } = await fitOnce(context, contestant(MODEL, profile, choices, params), known, {
    origin,
    title: MODEL,
  });
  using fitted = model;
  const names = Object.entries(fitted.save());
  for (const [name, bytes] of names) await context.store.put(`model/${name}`, Uint8Array.from(bytes));
  const card = {
    dataset: DATASET,
    champion: MODEL,
    horizon: profile.horizon,
    firstDate: dateOf(END - job.steps),
    series: seriesOf(panel),
    features: table.features.map(({ name, reach }) => ({ name, reach: reach === Infinity ? null : reach })),
  };
  await writeJson(context.store, "card.json", card);
  return known.y.length;
}

/** The model that `train` left behind. */
function source(): ModelSource {
  return {
    async read(): Promise<VerifiedModel> {
      const { store } = context, files: Record<string, Uint8Array<ArrayBuffer>> = {};
      for await (const key of store.list("model/")) files[key.slice("model/".length)] = (await store.get(key))!;
      const card = JSON.parse(new TextDecoder().decode(await store.get("card.json"))) as ModelCard;
      const about = {
        name: "scale",
        version: "1",
        stage: "Staging",
        source: "scale",
        approvals: [],
        intervals: null,
      } as const;
      return { ...about, card, files };
    },
    peek: () => Promise.resolve(undefined),
  };
}

async function forecastAll({ store, now }: Context): Promise<number> {
  const verified = await source().read(), { panel } = await readIngested(context);
  const { index, vectors } = buildHorizon(panel, undefined, verified.card);
  using model = await openModel({ ...verified, table: horizonTable("all", index, vectors) }, { workers: 0 });
  const rows = await forecastsOf(model, model.series, now().toString());
  const frame: DataFrame = predictionsOf(model, rows);
  await writeFrame(store, keysOf(DATASET).forecast, frame);
  return frame.height;
}
