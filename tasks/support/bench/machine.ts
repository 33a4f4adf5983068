/**
 * What a benchmark says about the machine: its processor, never its name.
 *
 * @module
 */
import { availableParallelism, cpus } from "node:os";
import type { BenchRecord } from "./record.ts";

/** Requires `--allow-sys=cpus`. */
export function machine(): BenchRecord["machine"] {
  return {
    cpu: cpus()[0]?.model.replaceAll(/\s+/g, " ").trim() ?? "unknown",
    cores: availableParallelism(),
    os: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
  };
}
