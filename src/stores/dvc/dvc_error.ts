import { StoreError } from "@/core/errors.ts";

/** Something of DVC's cannot be read, written or found. */
export class DvcError extends StoreError {
  override readonly name = "StoreError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, ".dvc", options);
  }
}
