import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import { horizonKey, makeHorizon, readHorizon } from "@/pipeline/horizon_table.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import type { PlacedAsk } from "@/pipeline/planned_features.ts";
import { Forecaster } from "@/serving/model/forecaster.ts";
import { makePlans, readPlans } from "@/serving/model/kept_plans.ts";
import { workdir } from "../support/workdir.ts";

describe("the features of a changed plan that are kept and counted", () => {
  for (const dataset of ["rossmann", "walmart"] as const) {
    it(`have the bits that training builds, whatever the plan of ${dataset}`, async () => {
      await using work = await workdir();
      const context = await work.context({ dataset, models: ["seasonal_naive", "lightgbm"] });
      await pipeline(context);
      const { card, files } = await registrySource(context, { unapproved: true }).read();
      await makeHorizon(context, card);
      const table = readHorizon(context.store, dataset, await horizonKey(context, card))!;
      const open = async (plans?: Float32Array) =>
        new Forecaster(table, await loaderOf(card.champion, table.profile, card.kinds).load(files), plans);
      await makePlans(context.store, table);
      using forecaster = await open();
      using prepared = await open(await readPlans(context.store, table));
      const columns = Object.keys(table.profile.roles).filter((name) =>
        table.profile.roles[name] === "known" && table.profile.levels[name] === undefined
      );
      const chance = random(7), pick = (below: number) => Math.floor(chance.next() * below);
      for (let round = 0; round < 40; round++) {
        // Some plans close days too, which takes the long way; both ways stand side by side in one matrix.
        const asks = Array.from({ length: 1 + pick(6) }, (): PlacedAsk => ({
          at: pick(table.ids.length),
          changes: new Map(
            Array.from({ length: pick(table.horizon) }, () => [
              pick(table.horizon),
              { [columns[pick(columns.length)]!]: pick(2) },
            ]),
          ),
          ...(pick(3) === 0 ? { only: pick(table.horizon) } : {}),
        }));
        const built = forecaster.rebuilt(asks);
        for (const quick of [forecaster.features(asks), prepared.features(asks)]) {
          expect(quick.rows).toBe(built.rows);
          const bits = ({ data }: { readonly data: Float32Array }) => new Uint32Array(data.buffer, 0, data.length);
          const [one, other] = [bits(quick), bits(built)];
          const odd = one.findIndex((word, k) =>
            word !== other[k] && !(Number.isNaN(quick.data[k]) && Number.isNaN(built.data[k]))
          );
          const name = odd < 0 ? "none" : quick.names[Math.floor(odd / quick.rows)];
          expect([round, name, quick.data[odd], built.data[odd]]).toEqual([round, "none", undefined, undefined]);
        }
      }
      // One step by itself is counted as it is among all of them.
      const toggled = columns.filter((name) => name !== table.profile.openColumn).map((name) =>
        [name, pick(2)] as const
      );
      const changes = new Map(Array.from({ length: 5 }, () => [pick(table.horizon), Object.fromEntries(toggled)]));
      const whole = prepared.features([{ at: 1, changes }]);
      for (let only = 0; only < table.horizon; only++) {
        const { data } = prepared.features([{ at: 1, changes, only }]);
        expect(data).toEqual(Float32Array.from(whole.names, (_, c) => whole.data[c * whole.rows + only]!));
      }
      // Only what is no switch is laid out again by the one that was prepared.
      const { built } = prepared, [toggle] = columns.filter((name) => name !== table.profile.openColumn);
      prepared.features([{ at: 0, changes: new Map([[3, { [toggle!]: 1 }], [4, { [toggle!]: 0 }]]) }]);
      expect(prepared.built).toBe(built);
    });
  }
});
