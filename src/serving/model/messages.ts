/**
 * What a server and its Workers tell each other.
 *
 * @module
 */
import type { Files } from "@/core/regressor.ts";
import type { HorizonTable } from "@/pipeline/horizon_table.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import type { PlacedAsk } from "@/pipeline/planned_features.ts";
import type { Computed, Shares } from "@/serving/model/forecaster.ts";

/** What a Worker is asked. */
export type Task =
  | {
    readonly kind: "load";
    readonly table: HorizonTable;
    readonly files: Files;
    readonly champion: string;
    /** Members under names of their own, and the algorithm of each. */
    readonly kinds?: ModelCard["kinds"];
    /** What each combination of switches brings, where that was made beforehand. */
    readonly plans?: Float32Array | undefined;
  }
  | { readonly kind: "usual" }
  | { readonly kind: "compute"; readonly asks: readonly PlacedAsk[] }
  | { readonly kind: "explain"; readonly ask: PlacedAsk & { readonly only: number } }
  | { readonly kind: "oneByOne"; readonly rows: readonly number[] };

/** What each task comes to. */
export interface Results {
  load: null;
  usual: Computed;
  compute: Computed;
  explain: Shares;
  oneByOne: Float64Array<ArrayBuffer>;
}

/** A Worker's answer. */
export type Reply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly name: string; readonly message: string };
