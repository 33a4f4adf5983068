import type { Finding } from "@/core/check.ts";
import { datasets } from "@/datasets/mod.ts";
import { verifyTrail } from "@/pipeline/audit_verify.ts";
import type { Context } from "@/pipeline/context.ts";
import { loadDeployed, readCurrent } from "@/pipeline/deployed.ts";
import { modelFilesOf, readCard } from "@/pipeline/forecast.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { fillName } from "@/pipeline/params.ts";
import { type Area, few, seen } from "@/pipeline/maturity/area.ts";

/** Model files: registered versions whose checksums hold and that load; deployments that were approved. */
export const models: Area = {
  name: "model files",
  async look(context) {
    const { registry, params } = context;
    const loaded: string[] = [], broken: string[] = [], judged: string[] = [];
    for (const dataset of Object.keys(datasets)) {
      const name = fillName(params.registry.name, dataset);
      const newest = (await registry.versions(name)).at(-1);
      if (newest === undefined) continue;
      const what = `${name} ${newest.version}`;
      try {
        const files = await registry.files(newest), card = readCard(files["card.json"], what);
        const profile = { ...datasets[dataset]!.profile, horizon: card.horizon };
        using model = await loaderOf(card.champion, profile, card.kinds).load(modelFilesOf(files));
        loaded.push(`${what} (${card.champion}, ${model.features.length} features)`);
        if (newest.tags["shelfcast.gate"] !== undefined) judged.push(what);
      } catch (error) {
        broken.push(`${what}: ${(error as Error).message}`);
      }
    }
    if (loaded.length + broken.length === 0) {
      return [seen("registered versions", false, "none", "at least one: `deno task pipeline`")];
    }
    return [
      seen(
        "registered versions",
        broken.length === 0,
        few(broken.length > 0 ? broken : loaded),
        "the newest of each loads",
      ),
      seen(
        "gate",
        judged.length > 0,
        judged.length > 0 ? few(judged) : "no newest version was judged",
        "judged: `deno task gate`",
      ),
      ...await deployments(context),
    ];
  },
};

async function deployments(context: Context): Promise<Finding[]> {
  const whole: string[] = [], refused: string[] = [];
  for (const dataset of Object.keys(datasets)) {
    if (await readCurrent(context.store, dataset).catch(() => null) === undefined) continue;
    try {
      const { model, version } = await loadDeployed(context, dataset);
      model[Symbol.dispose]();
      whole.push(`${dataset} version ${version}`);
    } catch (error) {
      refused.push(`${dataset}: ${(error as Error).message}`);
    }
  }
  const trail = await verifyTrail(context).catch((error) => ({ lines: 0, problems: [(error as Error).message] }));
  const found = refused.length > 0 ? refused : whole;
  return [
    seen(
      "production",
      refused.length === 0 && whole.length > 0,
      few(found) || "nothing is deployed",
      "an approved version, verified and loaded",
    ),
    seen(
      "audit log",
      trail.problems.length === 0,
      trail.problems.length === 0 ? `${trail.lines} lines, whole` : few(trail.problems),
      "no line edited, dropped or moved",
    ),
  ];
}
