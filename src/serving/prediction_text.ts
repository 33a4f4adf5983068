/**
 * A prediction as JSON, written as fast as it was found: a server may tell thousands of them a second.
 *
 * @module
 */
import type { Prediction } from "@/serving/answer.ts";

/**
 * Writes a prediction: the characters of `JSON.stringify`, which is slow where keys are numbers, as levels are.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { predictionText } from "@/serving/prediction_text.ts";
 *
 * const prediction = {
 *   unique_id: '1"', ds: "2015-08-01", prediction: 0.1 + 0.2, intervals: { 80: { lo: -0, hi: 1e21 }, 95: { lo: 0, hi: NaN } },
 *   model: { name: "shelfcast-rossmann", version: "3" }, feature_hash: "0123456789abcdef",
 * };
 * expect(predictionText(prediction)).toBe(JSON.stringify(prediction));
 * ```
 */
export function predictionText({ unique_id, ds, prediction, intervals, model, feature_hash }: Prediction): string {
  let told = "";
  for (const level in intervals) {
    const { lo, hi } = intervals[level]!;
    told += `${told === "" ? "" : ","}"${level}":{"lo":${numberText(lo)},"hi":${numberText(hi)}}`;
  }
  return `{"unique_id":${JSON.stringify(unique_id)},"ds":"${ds}","prediction":${numberText(prediction)},` +
    `"intervals":{${told}},"model":${JSON.stringify(model)},"feature_hash":"${feature_hash}"}`;
}

const numberText = (value: number): string => Number.isFinite(value) ? String(value) : "null";
