/**
 * Arrays as XGBoost takes them: a JSON text that says where the values are and how they lie.
 *
 * @module
 */
import type { Floats } from "@/core/matrix.ts";
import { addressOf, cString } from "@/models/native/memory.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** A column-major matrix. The caller holds `data` until XGBoost is done with it. */
export function matrixInterface(data: Floats, rows: number, columns: number): Uint8Array<ArrayBuffer> {
  // C reads where the shape tells it to, whether there are values or not.
  if (data.length !== rows * columns) {
    throw new RangeError(
      `Cannot hand over a matrix of ${rows} rows and ${columns} columns as it must have ${rows * columns} values: ` +
        `it has ${data.length}`,
    );
  }
  return describe(data, { shape: [rows, columns], strides: [BYTES, BYTES * rows] });
}

/** A vector. The caller holds it until XGBoost is done with it. */
export function vectorInterface(values: Floats): Uint8Array<ArrayBuffer> {
  return describe(values, { shape: [values.length] });
}

function describe(values: Floats, layout: { shape: number[]; strides?: number[] }): Uint8Array<ArrayBuffer> {
  const READ_ONLY = true;
  return cString(
    JSON.stringify({ data: [Number(addressOf(values)), READ_ONLY], ...layout, typestr: "<f4", version: 3 }),
  );
}
