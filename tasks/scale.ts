// Measure how features and batch forecasts grow with the number of series.
import { ParamsError } from "@/core/errors.ts";
import { datasets } from "@/datasets/mod.ts";
import { recipe } from "@/features/mod.ts";
import { readJsonIfThere, writeJson } from "@/pipeline/json_files.ts";
import { totalmem } from "node:os";
import { main } from "./support/command.ts";
import { machine } from "./support/bench/machine.ts";
import type { ScaleRecord } from "./support/scale/job.ts";
import { formattedMarkdown } from "./support/formatted_markdown.ts";
import { measureSize } from "./support/scale/measure.ts";
import { scalePage } from "./support/scale/page.ts";
import { terminal } from "./support/terminal.ts";

const RECORD = "docs/scale.json", PAGE = "docs/scale.md", STEPS = 730, MEASURED = "store-item";

await main({
  name: "scale",
  about:
    "Measure time and memory of features and batch forecasts, all series at once and in parts, at several numbers " +
    "of series of two years; keep the record and the page docs/scale.md that is made of it.",
  example: "deno task scale --sizes 10,100,1000 --parts 8",
  flags: {
    sizes: { type: "string", value: "A,B", about: "numbers of series (default 10,100,1000,10000)" },
    parts: { type: "string", value: "N", about: "partitions (default 8)" },
    ran: { type: "string", value: "N", about: "run only the first N partitions: one may stand for all" },
    "whole-only": { type: "boolean", about: "not in parts" },
    "parts-only": { type: "boolean", about: "not all series at once" },
    page: { type: "boolean", about: "only make the page of the record that is kept" },
    keep: { type: "boolean", about: "keep what was measured in the record, beside other sizes" },
  },
  async run(context, values) {
    const { project, signal, now } = context, { profile } = datasets[MEASURED]!;
    let record = await readJsonIfThere<ScaleRecord>(project, RECORD);
    if (!values["page"]) {
      const parts = whole(values["parts"] ?? "8", "parts"), ran = whole(values["ran"] ?? String(parts), "ran");
      const sizes = String(values["sizes"] ?? "10,100,1000,10000").split(",").map((text) => whole(text, "sizes"));
      for (const series of sizes) {
        const options = {
          steps: STEPS,
          parts,
          ran,
          whole: values["parts-only"] !== true,
          inParts: values["whole-only"] !== true,
          signal,
          say: terminal.say,
        };
        const measured = await measureSize(series, options);
        const others = (record?.stages ?? []).filter((old) =>
          !measured.some((one) => one.series === old.series && one.stage === old.stage && one.parts === old.parts)
        );
        record = {
          machine: { ...machine(), memoryGb: Math.round(totalmem() / 1e9) },
          day: now().toString().slice(0, 10),
          steps: STEPS,
          horizon: profile.horizon,
          features: recipe(profile).filter(({ helper }) => !helper).length,
          stages: [...others, ...measured],
        };
        if (values["keep"]) await writeJson(project, RECORD, record);
      }
    }
    if (record === undefined) {
      throw new ParamsError(`Cannot make ${PAGE} as ${RECORD} is not there: measure with --keep`);
    }
    const page = scalePage(record);
    if (values["page"] || values["keep"]) await project.put(PAGE, await formattedMarkdown(page));
    return { json: record, text: page };
  },
});

function whole(text: string | boolean, flag: string): number {
  if (/^[1-9]\d{0,6}$/.test(String(text))) return Number(text);
  throw new ParamsError(`Cannot use --${flag} ${text}: expected a whole number from 1 on`);
}
