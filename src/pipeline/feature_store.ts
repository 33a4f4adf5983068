/**
 * Features handed over to a feature store: a table with event timestamps, and definitions that Feast reads.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Context } from "@/pipeline/context.ts";
import { recordLineage } from "@/pipeline/record_lineage.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { daysOf } from "@/pipeline/time.ts";
import { writeFrame } from "@/stores/mod.ts";

/** Where a dataset's hand-over lies: a Feast repository. */
function featureStoreKeys(dataset: string) {
  const folder = `data/feature_store/${dataset}`;
  return {
    folder,
    table: `${folder}/features.parquet`,
    definitions: `${folder}/features.py`,
    settings: `${folder}/feature_store.yaml`,
  };
}

/**
 * The features as feature stores have them: `unique_id` (the entity), `event_timestamp` (midnight UTC of the day that a row
 * is about), then one column per feature, null where a value is missing. A row holds what a forecaster at the start of
 * its block knew, so that joining it to that day lets nothing of later days in.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { expression } from "@/features/mod.ts";
 * import { eventTable } from "@/pipeline/feature_store.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1"], ds: [0], promo: [NaN] })
 *   .withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date), pl.col("promo").cast(pl.Float32));
 * const table = eventTable({ frame, features: [expression("promo", pl.col("promo"), { reads: ["promo"] })] });
 * expect(table.columns).toEqual(["unique_id", "event_timestamp", "promo"]);
 * expect(table.getColumn("promo").toArray()).toEqual([null]);
 * ```
 */
export function eventTable({ frame, features }: Pick<FeatureTable, "frame" | "features">): DataFrame {
  const kept = features.filter(({ key }) => !key);
  return frame.select(
    pl.col("unique_id"),
    pl.col("ds").cast(pl.Datetime("us")).alias("event_timestamp"),
    ...kept.map(({ name }) => pl.col(name).fillNan(pl.lit(null))),
  );
}

/**
 * The definitions of a table of features, in Feast's language: an entity, a file source, a feature view.
 *
 * @param path The table's path, as Feast shall find it.
 */
function feastDefinitions({ features, profile, horizon }: FeatureTable, path: string): string {
  const name = profile.name.replaceAll("-", "_"), days = horizon * daysOf(profile.frequency);
  const fields = features.filter(({ key }) => !key).map(({ name, reach }) => {
    const known = reach === Infinity
      ? "known for the future"
      : reach === "origin"
      ? "known at the origin"
      : `${reach} steps old`;
    return `        Field(name=${JSON.stringify(name)}, dtype=Float32, description=${JSON.stringify(known)}),`;
  });
  return `"""Features of ${profile.name}, for Feast; made by \`deno task features:export\`."""

from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float32

series = Entity(name="series", join_keys=["unique_id"], value_type=ValueType.STRING)

source = FileSource(
    name="${name}_features_source",
    path=${JSON.stringify(path)},
    timestamp_field="event_timestamp",
)

${name}_features = FeatureView(
    name="${name}_features",
    entities=[series],
    # A row is about one day; a request for a day without one may take a row of the same forecast.
    ttl=timedelta(days=${days}),
    schema=[
${fields.join("\n")}
    ],
    source=source,
    online=True,
)
`;
}

/** Writes the hand-over: table, definitions, and the settings of a repository on this disk. */
export async function exportFeatures(
  context: Context,
  table: FeatureTable,
): Promise<{ readonly folder: string; readonly rows: number; readonly features: number }> {
  const { store, profile } = context, keys = featureStoreKeys(profile.name);
  const events = eventTable(table);
  await writeFrame(store, keys.table, events);
  await store.put(keys.definitions, feastDefinitions(table, "features.parquet"));
  await store.put(
    keys.settings,
    `# A repository on this disk; registry and online store elsewhere are a matter of these lines.
project: shelfcast_${profile.name.replaceAll("-", "_")}
provider: local
registry: registry.db
online_store: { type: sqlite, path: online.db }
entity_key_serialization_version: 3
`,
  );
  await recordLineage(context, {
    job: "features:export",
    inputs: [keysOf(profile.name).features],
    outputs: [keys.table],
  });
  return { folder: store.path(keys.folder), rows: events.height, features: events.width - 2 };
}
