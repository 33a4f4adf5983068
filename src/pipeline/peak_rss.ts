/**
 * How much memory the process has needed.
 *
 * @module
 */

/**
 * The largest resident set of this process so far, in MB (10⁶ bytes); the current one where the system does not tell.
 *
 * Requires `--allow-read=/proc/self/status` on Linux.
 */
export function peakRssMb(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(Deno.readTextFileSync("/proc/self/status")) ?? [];
    if (kib !== undefined) return Math.round(Number(kib) * 1.024 / 1000);
  } catch { /* not Linux */ }
  return Math.round(Deno.memoryUsage().rss / 1e6);
}
