// List registered versions, or describe one.
import { formatTime } from "@/charts/mod.ts";
import { type DescribedVersion, describeVersion, type ListedVersion, listVersions } from "@/pipeline/list_models.ts";
import { registeredName } from "@/pipeline/context.ts";
import { main } from "./support/command.ts";
import { VERSION_FLAG, versionOf } from "./support/orders.ts";
import { scoresTable } from "./support/summaries.ts";
import { table } from "./support/terminal.ts";

await main({
  name: "models",
  about: "List a dataset's registered versions; with --version, tell one: run, data, code, errors, files.",
  example: "deno task models --dataset rossmann --version 3",
  flags: { version: { ...VERSION_FLAG.version, about: "describe this version" } },
  async run(context, values) {
    const number = versionOf(values);
    if (number !== undefined) {
      const described = await describeVersion(context, number);
      return { json: described, text: description(described) };
    }
    const name = registeredName(context), versions = await listVersions(context);
    const empty = `No model is registered as ${name}: run \`deno task pipeline --dataset ${context.profile.name}\``;
    return { json: { name, versions }, text: versions.length === 0 ? empty : listing(name, versions) };
  },
});

function listing(name: string, versions: readonly ListedVersion[]): string {
  const rows = versions.toReversed().map((own) => [
    String(own.version),
    own.stage,
    own.aliases.join(", "),
    own.deployed ? "yes" : "",
    own.gate,
    own.approvers.join(", "),
    formatTime(own.created),
    own.description,
  ]);
  const columns = ["version", "stage", "alias", "deployed", "gate", "approved by", "made", "what"];
  return [`${name}, newest first`, "", table(columns, rows), ...versions.flatMap(warnings)].join("\n");
}

/** Anybody may write a stage; what is served is what was deployed. */
function warnings({ stage, deployed, version }: ListedVersion): string[] {
  if (stage !== "Production" || deployed) return [];
  return [
    `note: version ${version} stands in Production in the registry and is not deployed here: nothing of it is served`,
  ];
}

function description(own: DescribedVersion): string {
  const { card } = own, { data, code, evaluation } = card;
  const facts = {
    stage: `${own.stage}${own.aliases.length > 0 ? `, ${own.aliases.map((alias) => `@${alias}`).join(" ")}` : ""}`,
    deployed: own.deployed ? "yes" : "no",
    gate: own.gate,
    "approved by": own.approvers.join(", ") || "nobody",
    run: own.runId,
    data: `${data.source}, ${data.rows} rows, ${data.fingerprint}`,
    code: code["mlflow.source.git.commit"] ?? "not a git checkout",
    "knows all before": card.asOf,
    "forecasts up to": `${card.horizon} steps`,
    features: String(card.features),
    files: own.files.join(", "),
  };
  return [
    `${own.name} version ${own.version}: ${own.description}`,
    "",
    ...Object.entries(facts).map(([name, value]) => `${name.padEnd(17)}${value}`),
    ...(card.limits ?? []).map((limit) => `limit            ${limit}`),
    "",
    scoresTable({ ...evaluation, champion: card.champion }),
    ...warnings(own),
  ].join("\n");
}
