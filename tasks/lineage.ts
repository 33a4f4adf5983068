// Follow a file, a run or a model back to the raw bytes.
import { lineageChain, type LineageLink } from "@/pipeline/record_lineage.ts";
import { main } from "./support/command.ts";

await main({
  name: "lineage",
  about:
    "Follow a file, a run or a registered model back to the raw bytes; exit 1 with the link that no longer matches.",
  example: "deno task lineage shelfcast-walmart/1 --dataset walmart",
  positional: { name: "what", about: "a file, a run's id, or a model: models:/NAME/VERSION, NAME/VERSION, NAME" },
  async run(context, values) {
    const links = await lineageChain(context, String(values["what"]));
    const broken = links.filter((link) => link.broken !== null);
    const verdict = broken.length === 0
      ? `${links.length} links, all of them as recorded.`
      : `Refused: ${broken.map(({ artefact, broken }) => `${artefact.name}: ${broken}`).join("; ")}`;
    return {
      json: { links, intact: broken.length === 0 },
      text: [...links.map(lineOf), "", verdict].join("\n"),
      code: broken.length === 0 ? 0 : 1,
    };
  },
});

function lineOf({ artefact, event, depth, broken }: LineageLink): string {
  const mark = broken === null ? "✓" : "✗";
  const { trackerRun, revision } = event?.run.facets.shelfcast_run ?? {};
  const how = event === null ? "from outside" : artefact.source !== undefined ? `raw bytes from ${artefact.source}` : [
    `by ${event.job.name} at ${event.eventTime.slice(0, 19)}Z`,
    revision == null ? "" : `code ${revision.slice(0, 9)}`,
    trackerRun == null ? "" : `run ${trackerRun}`,
  ].filter(Boolean).join(", ");
  return `${"  ".repeat(depth)}${mark} ${artefact.name}  ${artefact.sha256.slice(0, 12)}  ${how}`;
}
