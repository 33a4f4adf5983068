/**
 * A sample, binned for LightGBM.
 *
 * @module
 */
import type { Floats, Sample } from "@/core/matrix.ts";
import { Handle } from "@/models/native/handle.ts";
import { check, COLUMN_MAJOR, FLOAT32, lightgbmApi, parameterText } from "@/models/native/lightgbm/api.ts";
import { cString, cStrings, PointerCell, pointerTo } from "@/models/native/memory.ts";

/**
 * Bins a sample. The values are read where they lie and not kept.
 *
 * @param reference For a validation sample, the training dataset, whose bins it takes over.
 */
export function binSample(sample: Sample, parameters: Readonly<Record<string, string>>, reference?: Handle): Handle {
  const { x, y, weight } = sample;
  const api = lightgbmApi();
  const cell = new PointerCell();
  check(
    api.LGBM_DatasetCreateFromMat(
      pointerTo(x.data),
      FLOAT32,
      x.rows,
      x.names.length,
      COLUMN_MAJOR,
      parameterText(parameters),
      reference?.pointer ?? null,
      cell.memory,
    ),
    `bin ${x.rows} rows and ${x.names.length} columns`,
  );
  const handle = new Handle("LightGBM dataset", cell.pointer, (pointer) => void api.LGBM_DatasetFree(pointer));
  try {
    setField(handle, "label", y);
    if (weight !== undefined) setField(handle, "weight", weight);
    setNames(handle, x.names);
    return handle;
  } catch (error) {
    handle[Symbol.dispose]();
    throw error;
  }
}

function setField(dataset: Handle, field: "label" | "weight", values: Floats): void {
  check(
    lightgbmApi().LGBM_DatasetSetField(dataset.pointer, cString(field), pointerTo(values), values.length, FLOAT32),
    `set the ${field} of ${values.length} rows`,
  );
}

function setNames(dataset: Handle, names: readonly string[]): void {
  // The model text is split at white space and JSON punctuation, so LightGBM refuses names that have any.
  const { array, texts } = cStrings(names.map((name) => name.replaceAll(/[\s",:[\]{}]/g, "_")));
  check(lightgbmApi().LGBM_DatasetSetFeatureNames(dataset.pointer, array, texts.length), "name the features");
}
