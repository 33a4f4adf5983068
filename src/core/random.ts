/**
 * Chance as an argument: a small seeded generator of random numbers, the same on every machine.
 *
 * @module
 */

/** A stream of random numbers that its seed determines. */
export interface Random {
  /** The next number, uniform in [0, 1). */
  next(): number;
  /** The next integer, uniform from 0 to `below` − 1. */
  integer(below: number): number;
  /** The next number of the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
  /** One of the values, each equally likely. */
  pick<T>(values: readonly T[]): T;
}

/** One step of splitmix32: spreads small seeds, such as 1 and 2, over all 32 bits. */
function splitmix32(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/**
 * Starts a stream of random numbers: the same seeds always give the same numbers.
 *
 * Several seeds name a stream of its own, so that series 7 of seed 1 has the same numbers however many series there
 * are. The algorithm is Chris Doty-Humphrey's sfc32 (period at least 2^32, passes PractRand); it is not for secrets.
 *
 * @throws {RangeError} If a seed is not an integer.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { random } from "@/core/random.ts";
 *
 * expect(random(1).next()).toBe(random(1).next());
 * expect(random(1).next()).not.toBe(random(2).next());
 * expect(["a", "b"]).toContain(random(1, 7).pick(["a", "b"]));
 * ```
 */
export function random(...seeds: readonly number[]): Random {
  let a = 0x243f6a88, b = 0x85a308d3, c = 0x13198a2e, counter = 1;
  for (const seed of seeds) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`Cannot seed with ${seed} as a seed must be an integer`);
    a = splitmix32(a ^ seed);
    b = splitmix32(b ^ Math.floor(seed / 2 ** 32) ^ a);
    c = splitmix32(c ^ b);
  }
  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  }
  for (let i = 0; i < 12; i++) word();
  let spare: number | undefined;
  const next = () => word() / 2 ** 32;
  const integer = (below: number) => Math.floor(next() * below);
  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Box and Muller: two uniforms give two normals; 1 − u keeps the logarithm away from zero.
    const radius = Math.sqrt(-2 * Math.log(1 - next())), angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
  function pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new RangeError("Cannot pick from no values");
    return values[integer(values.length)]!;
  }
  return { next, integer, normal, pick };
}
