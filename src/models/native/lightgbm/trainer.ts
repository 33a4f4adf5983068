/**
 * LightGBM while it is being trained.
 *
 * @module
 */
import type { Trainer } from "@/models/native/boost.ts";
import { Handle } from "@/models/native/handle.ts";
import type { Job } from "@/models/native/job.ts";
import { check, lightgbmApi, parameterText } from "@/models/native/lightgbm/api.ts";
import { binSample } from "@/models/native/lightgbm/dataset.ts";
import { joinPeers } from "@/models/native/lightgbm/network.ts";
import { cStrings, PointerCell } from "@/models/native/memory.ts";

/** Bins the samples and sets up a booster on them. The datasets live as long as the booster, which points into them. */
export function lightgbmTrainer({ train, valid, parameters, peers }: Job): Trainer {
  const api = lightgbmApi();
  using stack = new DisposableStack();
  // Before anything is binned: machines must agree on the bins, too. The connections belong to this thread.
  if (peers !== undefined) stack.use(joinPeers(peers));
  const trainSet = stack.use(binSample(train, parameters));
  const validSet = valid === undefined ? undefined : stack.use(binSample(valid, parameters, trainSet));
  const cell = new PointerCell();
  check(api.LGBM_BoosterCreate(trainSet.pointer, parameterText(parameters), cell.memory), "set up the training");
  const free = (pointer: Deno.PointerObject) => void api.LGBM_BoosterFree(pointer);
  const booster = stack.use(new Handle("LightGBM training", cell.pointer, free));
  if (validSet !== undefined) {
    check(api.LGBM_BoosterAddValidData(booster.pointer, validSet.pointer), "add the validation sample");
  }
  const attempt = peers === undefined
    ? "train a round"
    : `train a round on ${peers.machines.length} machines (${peers.machines.join(", ")}), of which one may be lost`;
  const metricNames = validSet === undefined ? [] : evalNames(booster);
  const owned = stack.move(); // from here on, disposal of the trainer frees the booster first, then its datasets

  return {
    update() {
      const finished = new Int32Array(1);
      check(api.LGBM_BoosterUpdateOneIter(booster.pointer, finished), attempt);
      return finished[0] === 1;
    },
    evaluate() {
      if (metricNames.length === 0) return {};
      const values = new Float64Array(metricNames.length), count = new Int32Array(1);
      const FIRST_VALID_SET = 1; // 0 is the training set
      check(api.LGBM_BoosterGetEval(booster.pointer, FIRST_VALID_SET, count, values), "evaluate a round");
      return Object.fromEntries(metricNames.map((name, i) => [name, values[i]!]));
    },
    bytes: (rounds) => modelText(booster, rounds),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function evalNames(booster: Handle): string[] {
  const api = lightgbmApi();
  const count = new Int32Array(1);
  check(api.LGBM_BoosterGetEvalCounts(booster.pointer, count), "count the metrics");
  const size = 128;
  const { array, texts } = cStrings(Array.from({ length: count[0]! }, () => " ".repeat(size - 1)));
  const needed = new BigUint64Array(1);
  const status = api.LGBM_BoosterGetEvalNames(booster.pointer, texts.length, count, BigInt(size), needed, array);
  check(status, "name the metrics");
  return texts.map((text) => new TextDecoder().decode(text.subarray(0, text.indexOf(0))));
}

function modelText(booster: Handle, rounds: number): Uint8Array<ArrayBuffer> {
  const api = lightgbmApi();
  const needed = new BigInt64Array(1);
  let text = new Uint8Array(1 << 20);
  const save = () => {
    const status = api.LGBM_BoosterSaveModelToString(
      booster.pointer,
      0,
      rounds,
      0,
      BigInt(text.length),
      needed,
      text,
    );
    check(status, "write the model");
    return Number(needed[0]);
  };
  let length = save();
  if (length > text.length) {
    text = new Uint8Array(length);
    length = save();
  }
  return text.slice(0, length - 1); // without C's final zero
}
