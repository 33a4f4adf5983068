import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ParamsError } from "@/core/errors.ts";
import { datasets } from "@/datasets/mod.ts";
import { contestant, kindOf, modelNames } from "@/pipeline/models.ts";
import { datasetParams, fillName, readParams } from "@/pipeline/params.ts";

const text = await Deno.readTextFile(new URL("../../tasks/params.yaml", import.meta.url));
const known = { datasets: ["rossmann", "walmart", "store-item"], models: modelNames };

/** The error that reading throws; fails when it does not. */
function refusal(yaml: string, overrides = {}): ParamsError {
  try {
    readParams(yaml, overrides, known);
  } catch (error) {
    if (error instanceof ParamsError) return error;
    throw error;
  }
  throw new Error("these params were accepted");
}

describe("readParams()", () => {
  it("accepts the project's own file for every dataset", () => {
    for (const dataset of known.datasets) {
      const params = readParams(text, { dataset }, known);
      expect(datasetParams(params).models.length).toBeGreaterThan(2);
    }
  });

  it("lets a flag win over the file, and ignores flags that were not given", () => {
    const params = readParams(text, { seed: 42, horizon: undefined, models: ["lightgbm"] }, known);
    expect(params.seed).toBe(42);
    expect(params.horizon).toBeUndefined();
    expect(datasetParams(params).models).toEqual(["lightgbm"]);
  });

  it("names every violation with its path", () => {
    const { problems } = refusal(text, { seed: -1, threads: 0 });
    expect(problems).toEqual(["seed must be >= 0, found -1", "threads must be >= 1, found 0"]);
  });

  it("refuses an unknown name in the file", () => {
    expect(refusal(`${text}\nwindow: 3\n`).message).toContain('has an unknown name "window"');
  });

  it("refuses a misspelt model or dataset with its nearest neighbour", () => {
    expect(refusal(text, { models: ["lightgmb"] }).message).toContain('Did you mean "lightgbm"?');
    expect(refusal(text, { dataset: "wallmart" }).message).toContain('Did you mean "walmart"?');
  });

  it("knows models that the dataset's params make of an algorithm", () => {
    const variant = text.replace(
      "regressors:\n      factor_model",
      "regressors:\n      second_opinion: { kind: lightgbm, rounds: 9 }\n      factor_model",
    );
    const params = readParams(variant, { dataset: "rossmann", models: ["second_opinion"] }, known);
    const choices = datasetParams(params);
    expect(kindOf("second_opinion", choices)).toBe("lightgbm");
    expect(kindOf("xgboost", choices)).toBe("xgboost");
    const { regressor, params: own } = contestant("second_opinion", datasets.rossmann!.profile, choices, {
      threads: 1,
    });
    expect(regressor.kind).toBe("lightgbm");
    expect(own).toMatchObject({ rounds: 9, threads: 1, seeds: 1 });
    expect(own).not.toHaveProperty("kind");
  });

  it("refuses a model made of an algorithm that there is none of", () => {
    const variant = text.replace(
      "regressors:\n      factor_model",
      "regressors:\n      a: { kind: lightgmb }\n      factor_model",
    );
    expect(refusal(variant, {}).message).toContain('Did you mean "lightgbm"?');
  });

  it("refuses a date that no calendar has", () => {
    expect(refusal(text, { asOf: "2015-02-30" }).message).toContain("not a date of the calendar");
    expect(refusal(text, { asOf: "30.02.2015" }).message).toContain("--as-of 30.02.2015");
  });

  it("refuses what is no YAML mapping", () => {
    expect(refusal("- a\n- b").message).toContain("must be a mapping");
    expect(refusal("a: [1").message).toContain("Cannot read the params file as YAML");
  });
});

describe("fillName()", () => {
  it("puts the dataset into a template as often as it asks", () => {
    expect(fillName("{dataset}-{dataset}-x", "walmart")).toBe("walmart-walmart-x");
  });
});
