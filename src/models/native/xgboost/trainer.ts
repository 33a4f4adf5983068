/**
 * XGBoost while it is being trained.
 *
 * @module
 */
import type { Trainer } from "@/models/native/boost.ts";
import { Handle } from "@/models/native/handle.ts";
import type { Job } from "@/models/native/job.ts";
import { addressOf, cString, cStrings, PointerCell } from "@/models/native/memory.ts";
import { check, xgboostApi } from "@/models/native/xgboost/api.ts";
import { binSample } from "@/models/native/xgboost/quantile_matrix.ts";

/** Bins the samples and sets up a booster on them. */
export function xgboostTrainer({ train, valid, parameters }: Job): Trainer {
  const api = xgboostApi();
  const binning = { maxBin: Number(parameters["max_bin"]), threads: Number(parameters["nthread"]) };
  using stack = new DisposableStack();
  const trainSet = stack.use(binSample(train, binning));
  const validSet = valid === undefined ? undefined : stack.use(binSample(valid, binning, trainSet));
  // Telling the booster of both matrices lets it keep their predictions between rounds.
  const sets = BigUint64Array.from(
    [trainSet, validSet].filter((set) => set !== undefined),
    ({ pointer }) => Deno.UnsafePointer.value(pointer),
  );
  const cell = new PointerCell();
  check(api.XGBoosterCreate(sets, BigInt(sets.length), cell.memory), "set up the training");
  const booster = stack.use(new Handle("XGBoost training", cell.pointer, freeBooster));
  for (const [name, value] of Object.entries(parameters)) {
    check(api.XGBoosterSetParam(booster.pointer, cString(name), cString(value)), `set ${name} to ${value}`);
  }
  const { array, texts } = cStrings(train.x.names);
  const count = BigInt(texts.length);
  check(api.XGBoosterSetStrFeatureInfo(booster.pointer, cString("feature_name"), array, count), "name the features");
  const owned = stack.move();
  let round = 0;

  return {
    update() {
      check(api.XGBoosterUpdateOneIter(booster.pointer, round, trainSet.pointer), "train a round");
      round++;
      return false;
    },
    evaluate() {
      if (validSet === undefined) return {};
      const name = cString(VALID), said = new PointerCell();
      const one = BigUint64Array.of(Deno.UnsafePointer.value(validSet.pointer));
      const names = BigUint64Array.of(addressOf(name));
      const status = api.XGBoosterEvalOneIter(booster.pointer, round - 1, one, names, 1n, said.memory);
      check(status, "evaluate a round");
      return parseEvaluation(Deno.UnsafePointerView.getCString(said.pointer));
    },
    bytes(rounds) {
      if (rounds >= round) return modelBytes(booster);
      const slice = new PointerCell();
      check(api.XGBoosterSlice(booster.pointer, 0, rounds, 1, slice.memory), `keep ${rounds} rounds`);
      using shorter = new Handle("XGBoost model", slice.pointer, freeBooster);
      return modelBytes(shorter);
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** Frees a booster. */
export function freeBooster(pointer: Deno.PointerObject): void {
  xgboostApi().XGBoosterFree(pointer);
}

const VALID = "valid";

/** `[7]\tvalid-rmse:0.25` becomes `{ rmse: 0.25 }`. */
function parseEvaluation(line: string): Record<string, number> {
  const entries = line.split("\t").slice(1).map((entry) => {
    const at = entry.lastIndexOf(":");
    return [entry.slice(VALID.length + 1, at), Number(entry.slice(at + 1))] as const;
  });
  return Object.fromEntries(entries);
}

function modelBytes(booster: Handle): Uint8Array<ArrayBuffer> {
  const length = new BigUint64Array(1), bytes = new PointerCell();
  const config = cString(`{"format": "ubj"}`);
  const status = xgboostApi().XGBoosterSaveModelToBuffer(booster.pointer, config, length, bytes.memory);
  check(status, "write the model");
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(bytes.pointer, Number(length[0])).slice(0));
}
