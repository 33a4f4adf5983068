/**
 * The series of a panel, by name.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";

/** The ids of a panel's series, in its order, which is the order of their codes. */
export function seriesOf({ frame }: Panel): string[] {
  const ids = frame.getColumn("unique_id");
  const starts = pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true));
  return ids.len() === 0 ? [] : frame.filter(starts).getColumn("unique_id").toArray() as string[];
}
