/**
 * A sample, binned for XGBoost: about a byte per value instead of eight.
 *
 * @module
 */
import type { Sample } from "@/core/matrix.ts";
import { Handle } from "@/models/native/handle.ts";
import { cString, PointerCell } from "@/models/native/memory.ts";
import { check, xgboostApi } from "@/models/native/xgboost/api.ts";
import { matrixInterface, vectorInterface } from "@/models/native/xgboost/array_interface.ts";

/**
 * Bins a sample. The values are read where they lie and not kept.
 *
 * @param reference For a validation sample, the training matrix, whose bins it takes over.
 */
export function binSample(
  { x, y, weight }: Sample,
  { maxBin, threads }: { readonly maxBin: number; readonly threads: number },
  reference?: Handle,
): Handle {
  const api = xgboostApi();
  using proxy = proxyMatrix();
  const values = matrixInterface(x.data, x.rows, x.names.length);
  const fields = { label: y, ...(weight !== undefined && { weight }) };
  const texts = Object.entries(fields).map(([field, floats]) => [cString(field), vectorInterface(floats)] as const);

  // XGBoost pulls batches through callbacks, several times over; there is one batch, which is everything.
  let pulled = false, problem: unknown;
  using reset = callback({ parameters: ["pointer"], result: "void" }, () => {
    pulled = false;
  });
  using next = callback({ parameters: ["pointer"], result: "i32" }, () => {
    if (pulled) return 0;
    pulled = true;
    // An exception must not travel through C.
    try {
      check(api.XGProxyDMatrixSetDataDense(proxy.pointer, values), "hand over the matrix");
      for (const [field, floats] of texts) {
        check(api.XGDMatrixSetInfoFromInterface(proxy.pointer, field, floats), "hand over the labels and weights");
      }
      return 1;
    } catch (error) {
      problem = error;
      return 0;
    }
  });
  const cell = new PointerCell();
  const status = api.XGQuantileDMatrixCreateFromCallback(
    null,
    proxy.pointer,
    reference?.pointer ?? null,
    reset.pointer,
    next.pointer,
    cString(`{"missing": NaN, "nthread": ${threads}, "max_bin": ${maxBin}}`),
    cell.memory,
  );
  if (problem !== undefined) throw problem;
  check(status, `bin ${x.rows} rows and ${x.names.length} columns`);
  return new Handle("XGBoost matrix", cell.pointer, freeMatrix);
}

/** Frees a matrix of any kind. */
export function freeMatrix(pointer: Deno.PointerObject): void {
  xgboostApi().XGDMatrixFree(pointer);
}

function proxyMatrix(): Handle {
  const cell = new PointerCell();
  check(xgboostApi().XGProxyDMatrixCreate(cell.memory), "set up a matrix");
  return new Handle("XGBoost proxy matrix", cell.pointer, freeMatrix);
}

function callback<const D extends Deno.UnsafeCallbackDefinition>(
  definition: D,
  body: Deno.UnsafeCallbackFunction<D["parameters"], D["result"]>,
): Deno.UnsafeCallback<D> & Disposable {
  const made = new Deno.UnsafeCallback(definition, body);
  return Object.assign(made, { [Symbol.dispose]: () => made.close() });
}
