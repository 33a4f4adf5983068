/**
 * Wall and CPU seconds of pieces of work, and a fixed piece of work to measure a machine by.
 *
 * @module
 */
import process from "node:process";

/** What a piece of work took. */
export interface Seconds {
  readonly wall: number;
  /** Of all threads of the process, those of Workers and of native libraries included. */
  readonly cpu: number;
}

/** Names pieces of work and adds up what each takes. */
export interface Stopwatch {
  readonly seconds: Readonly<Record<string, Seconds>>;
  time<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result>;
}

/** Starts with nothing measured. */
export function stopwatch(): Stopwatch {
  const seconds: Record<string, Seconds> = {};
  return {
    seconds,
    async time(name, work) {
      const started = performance.now(), before = process.cpuUsage();
      const result = await work();
      const { user, system } = process.cpuUsage(before), { wall = 0, cpu = 0 } = seconds[name] ?? {};
      seconds[name] = { wall: wall + (performance.now() - started) / 1e3, cpu: cpu + (user + system) / 1e6 };
      return result;
    },
  };
}

/** Steps of the calibration loop: about a quarter of a second on a machine of 2020. */
const STEPS = 40_000_000;

/**
 * The CPU seconds that a fixed loop takes on this machine, now: costs divided by it can be compared across machines, and
 * across hours of a busy one. The best of three, as a loop can only be disturbed towards slower.
 */
export function calibrate(): number {
  return Math.min(...Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    const sum = fixedLoop(STEPS);
    const { user, system } = process.cpuUsage(before);
    // The sum is used, so that no compiler leaves the loop out.
    return Number.isFinite(sum) ? (user + system) / 1e6 : Infinity;
  }));
}

/** Integer and floating-point steps, each of which needs the one before; some memory, small enough for a cache. */
function fixedLoop(steps: number): number {
  const cells = new Float64Array(4096);
  let word = 0x9e3779b9, sum = 0;
  for (let step = 0; step < steps; step++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    const at = word & 4095;
    sum = sum * 0.5 + cells[at]! + word;
    cells[at] = sum * 1e-3;
  }
  return sum;
}
