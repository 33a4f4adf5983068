/**
 * Mistakes as they happen in exports, made on purpose: for lessons and tests.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";

/**
 * Returns the panel with two mistakes: the largest sale is a hundred times too large (cents for euros, and then some), and
 * the last row is there twice. The panel that was given stays as it is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { panelWithMistakes } from "@/pipeline/mistakes.ts";
 * import { storeItem } from "@/datasets/store_item.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1", "1"], ds: ["2013-01-01", "2013-01-02"], y: [5, 7] });
 * const { frame: broken } = panelWithMistakes({ frame, profile: storeItem.profile, asOf: "2013-01-03" });
 * expect(broken.getColumn("y").toArray()).toEqual([5, 700, 700]);
 * ```
 */
export function panelWithMistakes(panel: Panel): Panel {
  const { frame } = panel;
  const largest = pl.col("y").max();
  const inCents = frame.withColumn(
    pl.when(pl.col("y").eq(largest)).then(pl.col("y").mul(100)).otherwise(pl.col("y")).alias("y"),
  );
  return { ...panel, frame: pl.concat([inCents, inCents.tail(1)]) };
}
