// From nothing to a dashboard on the embedded data: pipeline, a throwaway approver, approval, deployment, forecasts, server.
import { join } from "node:path";
import { approve } from "@/pipeline/approve.ts";
import { newApprover } from "@/pipeline/approver_new.ts";
import { registeredName } from "@/pipeline/context.ts";
import { decide } from "@/pipeline/decisions/decide.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { serve } from "@/serving/serve.ts";
import { main } from "./support/command.ts";
import { terminal } from "./support/terminal.ts";

/** Says in every record that nobody answers for this approval. */
const APPROVER = "demo-throwaway-approver";

await main({
  name: "demo",
  about:
    "Show everything on the embedded data in a folder of its own: train, approve with a throwaway key, deploy, serve.",
  example: "deno task demo --workdir .cache/demo",
  flags: { port: { type: "string", value: "N", about: "the port (default: 8000; 0 takes any free one)" } },
  async run(context, values) {
    const { registry, store, profile } = context;
    if ((await registry.versions(registeredName(context))).length === 0) {
      terminal.say("1/4 training on the embedded data (about half a minute)");
      await pipeline(context);
      // For the page Decisions.
      await decide(context);
    }
    if (await readCurrent(store, profile.name) === undefined) {
      terminal.say(`2/4 approving as ${APPROVER}: a key that is made now and thrown away, good for this demo alone`);
      const folder = await Deno.makeTempDir({ prefix: "shelfcast-demo-" }), key = join(folder, "throwaway.pem");
      try {
        await newApprover(context, APPROVER, "approver", { file: key });
        await approve(context, { user: APPROVER, key });
        await deploy(context, { user: APPROVER, key });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }
    terminal.say("3/4 loading and verifying the deployed model");
    const port = Number(values["port"] ?? 8000);
    const running = serve(context, { source: deployedSource(context), port });
    await running.loaded;
    const { models, forecasts } = running.services;
    await batchForecast(models.answerer(), forecasts, { now: context.now });
    terminal.say(`4/4 open ${running.url} in a browser; stop with Ctrl-C`);
    await running.finished;
    return { json: { stopped: true }, text: "stopped" };
  },
});
