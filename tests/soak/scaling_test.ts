import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { workdir } from "../support/workdir.ts";
import type { Measured } from "./scaling_child.ts";

const STEPS = 200, SIZES = [10, 100, 1_000, 10_000];
/** Real Rossmann has 970,379 rows, and the whole pipeline may take 2 GiB for them. */
const BYTES_PER_ROW = 2 * 2 ** 30 / 970_379;
const CHILD = fileURLToPath(new URL("./scaling_child.ts", import.meta.url));

async function measure(series: number): Promise<Measured> {
  await using at = await workdir();
  const args = [
    "run",
    "-A",
    "--v8-flags=--expose-gc",
    CHILD,
    "rossmann",
    String(series),
    String(STEPS),
    `${at.path}/work`,
  ];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, stderr: "piped" }).output();
  if (!success) throw new Error(`Cannot measure ${series} series:\n${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

describe("the cost of ingest and featurize", () => {
  it(`grows with the rows and no faster, from ${SIZES[0]} to ${SIZES.at(-1)} series of ${STEPS} steps`, async () => {
    const all: Measured[] = [];
    for (const series of SIZES) all.push(await measure(series));
    // deno-lint-ignore no-console -- the curve is what a person runs this for; time depends on the machine
    console.log(curve(all));

    for (const [at, measured] of all.entries()) {
      expect(measured.series).toBe(SIZES[at]);
      expect(measured.featureRows).toBe(measured.rows);
      // A panel has every step of every series; few start late, and those that were refurbished have gaps.
      expect(measured.rows).toBeLessThanOrEqual(measured.series * STEPS);
      expect(measured.rows).toBeGreaterThan(measured.series * STEPS * 0.9);
      expect(measured.known).toBeGreaterThan(measured.rows * 0.9);
      expect([measured.wrong, measured.checked > measured.rows * 0.9]).toEqual([0, true]);
      expect(measured.features).toBe(all[0]!.features);
    }
    const [, , thousand, tenThousand] = all as [Measured, Measured, Measured, Measured];
    const growth = (of: (measured: Measured) => number) => of(tenThousand) / of(thousand);
    for (const  of of[(m: Measured) => m.rows, (m: Measured) => m.panelBytes, (m: Measured) => m.featureBytes]) {
      expect(growth(of)).toBeGreaterThan(8);
      expect(growth(of)).toBeLessThan(12);
    }
    const perRow = 1e6 * (tenThousand.peakRssMb - thousand.peakRssMb) / (tenThousand.rows - thousand.rows);
    expect(perRow).toBeLessThan(BYTES_PER_ROW);
  });
});

function curve(all: readonly Measured[]): string {
  const lines = all.map(({ series, rows, seconds, panelBytes, featureBytes, peakRssMb }, at) => {
    const { rows: rowsBefore, seconds: secondsBefore } = all[Math.max(0, at - 1)]!;
    const exponent = at === 0 ? "" : (Math.log(seconds / secondsBefore) / Math.log(rows / rowsBefore)).toFixed(2);
    return [
      series.toLocaleString("en").padStart(7),
      rows.toLocaleString("en").padStart(10),
      seconds.toFixed(2).padStart(8),
      (1e6 * seconds / rows).toFixed(1).padStart(10),
      exponent.padStart(9),
      ((panelBytes + featureBytes) / 1e6).toFixed(1).padStart(7),
      String(peakRssMb).padStart(8),
    ].join("  ");
  });
  return [" series        rows   seconds  µs per row  exponent       MB  peak MB", ...lines].join("\n");
}
