/**
 * Every drift test that a preset may choose. A new one is a file and a line here.
 *
 * @module
 */
import { andersonDarling } from "@/checks/drift/anderson_darling.ts";
import { chiSquare } from "@/checks/drift/chi_square.ts";
import { cramerVonMises } from "@/checks/drift/cramer_von_mises.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { energyDistance } from "@/checks/drift/energy_distance.ts";
import { hellinger } from "@/checks/drift/hellinger.ts";
import { jensenShannon } from "@/checks/drift/jensen_shannon.ts";
import { ks } from "@/checks/drift/ks.ts";
import { kullbackLeibler } from "@/checks/drift/kullback_leibler.ts";
import { mannWhitney } from "@/checks/drift/mann_whitney.ts";
import { psi } from "@/checks/drift/psi.ts";
import { tTest } from "@/checks/drift/t_test.ts";
import { totalVariation } from "@/checks/drift/total_variation.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";
import { zTest } from "@/checks/drift/z_test.ts";

const all = [
  andersonDarling,
  chiSquare,
  cramerVonMises,
  energyDistance,
  hellinger,
  jensenShannon,
  ks,
  kullbackLeibler,
  mannWhitney,
  psi,
  tTest,
  totalVariation,
  wasserstein,
  zTest,
];

/** Name → drift test: `driftTests["ks"]`. */
export const driftTests: Readonly<Record<string, DriftTest>> = Object.fromEntries(all.map((test) => [test.name, test]));
