/**
 * Forecasts held to the contract of their stage.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { findingsOf, predictionsTable, runSuite, suitesFor } from "@/checks/mod.ts";
import type { Panel } from "@/core/panel.ts";
import type { Context } from "@/pipeline/context.ts";
import { addSteps } from "@/pipeline/time.ts";
import { readSuite, validateStage, type Verdict } from "@/pipeline/validate.ts";

/** Names the table as its suite does. */
const TABLE = "predictions";

/**
 * Lays the forecasts of a window out for their contract, with what the panel knows of the series before the origin.
 *
 * @param forecasts Columns `unique_id`, `ds`, `model`, `forecast`, and `lo` and `hi` where there are intervals.
 * @param origin The window's first date.
 */
export function predictionsFrom(
  { frame, profile }: Panel,
  forecasts: DataFrame,
  { origin, horizon }: { readonly origin: string; readonly horizon: number },
): DataFrame {
  const { frequency, openColumn } = profile;
  const first = pl.lit(origin).cast(pl.Date);
  // Columns before rows: a copy of the whole panel would be the largest table of a run.
  const open = openColumn === undefined ? {} : {
    plan: frame.select(pl.col("unique_id"), pl.col("ds"), pl.col(openColumn).alias("open"))
      .filter(pl.col("ds").gtEq(first)),
  };
  return predictionsTable(forecasts, {
    origin,
    last: addSteps(origin, horizon - 1, frequency),
    history: frame.select("unique_id", "ds", "y").filter(pl.col("ds").lt(first)),
    ...open,
  });
}

/** The forecasts of several models, one column each, as rows: `unique_id`, `ds`, `model`, `forecast`. */
export function modelsAsRows(frame: DataFrame, models: readonly string[]): DataFrame {
  return pl.concat(models.map((model) =>
    frame.select(
      pl.col("unique_id"),
      pl.col("ds"),
      pl.lit(model).alias("model"),
      pl.col(model).cast(pl.Float64).alias("forecast"),
    )
  ));
}

/**
 * Judges forecasts, and adds the verdict to the data docs.
 *
 * @throws {GateError} If a critical rule is broken: such forecasts must not reach a planner.
 */
export function validatePredictions(context: Context, table: DataFrame): Promise<readonly Verdict[]> {
  return validateStage(context, "predictions", { [TABLE]: table });
}

/** A gate for forecasts that arrive in parts. */
export interface PredictionsGate {
  /** Lets a part pass, or refuses it before anything is kept of it. */
  accept(part: DataFrame): Promise<void>;
  /** Judges all parts together, for the data docs; nothing where none arrived. */
  close(): Promise<DataFrame | undefined>;
}

/** Opens the gate of a run. */
export async function predictionsGate(context: Context): Promise<PredictionsGate> {
  const [file] = suitesFor(context.profile.name, TABLE);
  const suite = await readSuite(context, file!.file);
  const parts: DataFrame[] = [];
  return {
    async accept(part) {
      const findings = suite === undefined
        ? []
        : findingsOf(runSuite(part, suite, { resultFormat: "BOOLEAN_ONLY" }), TABLE);
      if (findings.some(({ passed, severity }) => !passed && severity === "critical")) {
        await validatePredictions(context, part);
      }
      parts.push(part);
    },
    async close() {
      if (parts.length === 0) return undefined;
      const table = pl.concat(parts);
      await validatePredictions(context, table);
      return table;
    },
  };
}
