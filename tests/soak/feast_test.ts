import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pl from "nodejs-polars";
import { featurize } from "@/pipeline/featurize.ts";
import { eventTable, exportFeatures } from "@/pipeline/feature_store.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { workdir } from "../support/workdir.ts";

const PYTHON = fileURLToPath(new URL("../../.venv-feast/bin/python", import.meta.url));

/** Why Feast cannot run here; on a build machine it must. */
function feastMissing(): string | false {
  try {
    if (Deno.statSync(PYTHON).isFile) return false;
  } catch {
    if (Deno.env.get("CI") === "true") return false;
  }
  const reason = "skipped: .venv-feast is not there; `make interop` installs Feast";
  // deno-lint-ignore no-console -- a person should see it
  console.log(reason);
  return reason;
}

describe("features for a feature store", { skip: feastMissing() !== false }, () => {
  it("are applied by the real Feast, which joins the values that we wrote to the days that are asked for", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item", series: 4, steps: 500 });
    const table = await featurize(context, (await ingest(context)).panel);
    const { folder, rows, features } = await exportFeatures(context, table);
    const names = ["base", "day_of_week", "y_lag91_to_base"];
    const events = eventTable(table).filter(pl.col("unique_id").eq(pl.lit("1_2"))).tail(5);
    const days = events.select(pl.col("event_timestamp").cast(pl.Date).cast(pl.Utf8)).getColumn("event_timestamp")
      .toArray() as string[];
    const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
      args: [
        fileURLToPath(new URL("read_feast.py", import.meta.url)),
        folder,
        JSON.stringify({ id: "1_2", days, features: names }),
      ],
      env: { PYTHONWARNINGS: "ignore", FEAST_USAGE: "False", HOME: join(work.path, "home") },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(text(stderr));
    const seen = JSON.parse(text(stdout).trimEnd().split("\n").at(-1)!);
    expect(seen.view).toBe("store_item_features");
    expect(seen.fields).toHaveLength(features);
    expect(seen.rows).toBe(rows);
    expect(seen.timestamp).toContain("datetime64");
    for (const name of names) expect(seen.found[name]).toEqual(events.getColumn(name).toArray());
  });
});
