import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { modelName, modelStyles, worthALine } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

describe("model style", () => {
  const models = ["a", "b", "c", "d", "e", "naive", "best"];
  const roles = { champion: "best", baseline: "naive" };

  it("modelStyles() gives champion and baseline their colours, and every model a look of its own", () => {
    const styles = modelStyles(models, roles);
    expect(styles["best"]!.color).toBe(lightColours.accent);
    expect(styles["naive"]!.color).toBe(lightColours.ghost);
    expect(new Set(Object.values(styles).map(({ color, symbol }) => `${color} ${symbol}`)).size).toBe(models.length);
    // Shape tells them apart as well as colour does.
    expect(new Set(Object.values(styles).map(({ symbol }) => symbol)).size).toBe(models.length);
  });

  it("modelStyles() of a champion that is the baseline shows it as the champion", () => {
    expect(modelStyles(["naive"], { champion: "naive", baseline: "naive" })["naive"]!.color).toBe(lightColours.accent);
  });

  it("worthALine() keeps champion and baseline, however they rank, and six at most", () => {
    expect(worthALine(models, roles)).toEqual(["best", "naive", "a", "b", "c", "d"]);
    expect(worthALine(["a"], roles)).toEqual(["a"]);
    expect(worthALine(["naive", "a"], { champion: "naive", baseline: "naive" })).toEqual(["naive", "a"]);
  });

  it("modelName() writes libraries as they write themselves", () => {
    expect(["lightgbm", "xgboost", "random_forest", "group-median"].map(modelName))
      .toEqual(["LightGBM", "XGBoost", "random forest", "group median"]);
  });
});
