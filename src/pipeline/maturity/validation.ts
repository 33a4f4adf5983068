import { join } from "node:path";
import { datasets } from "@/datasets/mod.ts";
import { GateError } from "@/core/errors.ts";
import { parseSuite } from "@/checks/mod.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { take } from "@/pipeline/ingest.ts";
import { type Area, few, filesBelow, seen, textOf } from "@/pipeline/maturity/area.ts";
import { panelWithMistakes } from "@/pipeline/mistakes.ts";
import { validateStage } from "@/pipeline/validate.ts";

/** Small enough to be made and checked in a second. */
const SAMPLE: Readonly<Record<string, { series: number; steps: number }>> = {
  rossmann: { series: 6, steps: 420 },
  walmart: { series: 8, steps: 143 },
};

/** Validation scripts: suites that parse, keep good data in and bad data out. */
export const validation: Area = {
  name: "validation scripts",
  async look(context) {
    const files = (await filesBelow(context, "expectations", /\.json$/)).filter((key) => !key.includes("catalogue"));
    const broken: string[] = [];
    let rules = 0;
    for (const key of files) {
      try {
        rules += parseSuite(await textOf(context, key) ?? "", key).expectations.length;
      } catch (error) {
        broken.push(`${key}: ${(error as Error).message}`);
      }
    }
    const folder = await Deno.makeTempDir({ prefix: "shelfcast-audit-" });
    try {
      const tried = [];
      for (const dataset of Object.keys(datasets)) {
        tried.push({ dataset, ...await trySuites(context, dataset, folder) });
      }
      const refused = tried.filter(({ refusedBad }) => refusedBad), kept = tried.filter(({ keptGood }) => keptGood);
      return [
        seen(
          "suites",
          files.length > 0 && broken.length === 0,
          broken.length > 0 ? few(broken) : `${files.length} with ${rules} rules`,
          "each can be read",
        ),
        seen(
          "good data is kept",
          kept.length === tried.length,
          tried.map(({ dataset, suites, keptGood }) => `${dataset} ${keptGood ? `${suites} suites kept` : "refused"}`)
            .join(", "),
          "the generator's data passes",
        ),
        seen(
          "bad data is refused",
          refused.length === tried.length,
          tried.map(({ dataset, refusedBad }) =>
            `${dataset} ${refusedBad ? "refused a doubled row" : "let a doubled row in"}`
          ).join(", "),
          "a doubled row stops the run",
        ),
      ];
    } finally {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    }
  },
};

/** Makes a little data, and runs the dataset's suites over it, as it is and with mistakes. */
async function trySuites({ signal, project }: Context, dataset: string, folder: string) {
  const overrides = { dataset, source: "synthetic", ...(SAMPLE[dataset] ?? { series: 6, steps: 700 }) };
  const small = { ...await openContext({ overrides, workdir: join(folder, dataset), signal }), project };
  try {
    const { tables, panel } = await take(small);
    const verdicts = [
      ...await validateStage(small, "raw", tables),
      ...await validateStage(small, "panel", { panel: panel.frame }),
    ];
    const bad = panelWithMistakes(panel).frame;
    const refusedBad = await validateStage(small, "panel", { panel: bad }).then(
      () => false,
      (e) => e instanceof GateError,
    );
    return { keptGood: true, refusedBad, suites: verdicts.length };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { keptGood: false, refusedBad: false, suites: 0 };
  }
}
