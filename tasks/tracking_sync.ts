// Deliver runs that were recorded while the MLflow server was away.
import { ParamsError } from "@/core/errors.ts";
import { serverOf, spoolFolder } from "@/pipeline/tracking.ts";
import { deliverRegistrations, deliverSpool, mlflowServerRegistry } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "tracking:sync",
  about:
    "Deliver the runs that were recorded while the MLflow server was away, with the times at which things happened, and register their models.",
  example: "MLFLOW_TRACKING_URI=http://127.0.0.1:5000 deno task tracking:sync",
  async run({ env, store }) {
    const client = serverOf(env);
    if (!client) {
      throw new ParamsError(
        "Cannot deliver runs as no server is named: set MLFLOW_TRACKING_URI to its http:// address",
      );
    }
    const folder = spoolFolder(store.path("mlruns"));
    const { delivered, busy } = await deliverSpool(folder, client);
    const { registered } = await deliverRegistrations(folder, mlflowServerRegistry(client));
    const lines = [
      ...delivered.map(({ id, serverId, entries, refused }) =>
        [`${id} is run ${serverId}: ${entries} entries`, ...refused.map((why) => `  refused ${why}`)].join("\n")
      ),
      ...registered.map(({ name, version, stage }) => `registered ${name} version ${version} (${stage})`),
      ...busy.map((id) => `${id} is still being recorded: run this again when it has ended`),
    ];
    return { json: { delivered, registered, busy }, text: lines.join("\n") || "Nothing waits for delivery" };
  },
});
