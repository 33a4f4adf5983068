// Hold a registered version to the metrics of the version before, which are committed.
import { resolve } from "node:path";
import { GateError, ParamsError } from "@/core/errors.ts";
import { metricRegressions, type VersionMetrics } from "@/evaluation/mod.ts";
import { openVersion } from "@/pipeline/versions.ts";
import { writeAtomic } from "@/stores/mod.ts";
import { main } from "./support/command.ts";
import { VERSION_FLAG, versionOf } from "./support/orders.ts";

await main({
  name: "regression",
  about:
    "Hold a registered version to the metrics of the one before, as a committed file tells them: exit 1 when worse.",
  example: "deno task regression --dataset rossmann --against metrics/rossmann.json --write",
  flags: {
    ...VERSION_FLAG,
    against: { type: "string", value: "FILE", about: "the committed metrics (default: metrics/DATASET.json)" },
    tolerance: { type: "string", value: "SHARE", about: "how much worse it may be (default: 0.05)" },
    write: { type: "boolean", about: "when it is no worse, write its metrics into the file, for a commit" },
  },
  async run(context, values) {
    const dataset = context.profile.name;
    const path = resolve(context.project.location, String(values["against"] ?? `metrics/${dataset}.json`));
    const tolerance = Number(values["tolerance"] ?? 0.05);
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new ParamsError(`Cannot use --tolerance ${values["tolerance"]}: expected a share from 0 to 1`);
    }
    const { card, version } = await openVersion(context, versionOf(values));
    const { metric, baseline, holdout, scores, backtest } = card.evaluation;
    const own = { champion: card.champion, baseline, metric, fingerprint: card.data.fingerprint };
    const now: VersionMetrics = { ...own, scores, backtest };
    const before = await readMetrics(path);
    const findings = before === undefined ? [] : metricRegressions(now, before, { tolerance });
    const failed = findings.filter(({ passed }) => !passed);
    if (failed.length > 0) {
      throw new GateError(`Refused version ${version.version} as it is worse than the one before`, findings);
    }
    if (values["write"]) {
      const document = { version: version.version, made: card.created, asOf: card.asOf, holdout, ...now };
      await writeAtomic(path, `${JSON.stringify(document, null, 2)}\n`);
    }
    const told = before === undefined
      ? `nothing to compare with: there is no ${path}`
      : findings.map(({ check, observed, wanted }) => `${check}: ${Number(observed).toPrecision(4)}, ${wanted}`).join(
        "\n",
      );
    return { json: { version: version.version, findings }, text: `${told}${values["write"] ? `\nwrote ${path}` : ""}` };
  },
});

async function readMetrics(path: string): Promise<VersionMetrics | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new ParamsError(`Cannot read the metrics of the version before in ${path}: ${(error as Error).message}`);
  }
}
