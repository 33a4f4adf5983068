/**
 * How models are named and drawn: the champion is the accent, the baseline a grey ghost, the others Okabe and Ito's.
 *
 * @module
 */
import { lightColours, okabeIto } from "@/charts/theme.ts";
import type { Dash, MarkerSymbol } from "plotly.js";

/** How one model is drawn: each has a shape of its own besides its colour. */
export interface ModelStyle {
  /** Of line and marker: `#0067b1`. */
  readonly color: string;
  /** The line's dashes, in Plotly's words. */
  readonly dash: Dash;
  /** The marker's shape, in Plotly's words. */
  readonly symbol: MarkerSymbol & string;
  /** The line's width in pixels. */
  readonly width: number;
}

/** Who plays which part. */
export interface Roles {
  /** The model that was chosen: `lightgbm`. */
  readonly champion: string;
  /** The model that the others are compared with: `seasonal_naive`. */
  readonly baseline: string;
}

/** At most this many lines are drawn in one chart. */
const MAX_LINES = 6;

const PROPER_NAMES: Readonly<Record<string, string>> = {
  lightgbm: "LightGBM",
  xgboost: "XGBoost",
  catboost: "CatBoost",
};

/**
 * Writes a model's kind as people say it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { modelName } from "@/charts/model_style.ts";
 *
 * expect(modelName("lightgbm")).toBe("LightGBM");
 * expect(modelName("seasonal_naive")).toBe("seasonal naive");
 * expect(modelName("lightgbm_ratio")).toBe("LightGBM ratio");
 * ```
 */
export function modelName(kind: string): string {
  return kind.split(/[_-]+/).map((word) => PROPER_NAMES[word] ?? word).join(" ");
}

/**
 * Writes a name with a capital first letter, for the start of a sentence.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sentenceCase } from "@/charts/model_style.ts";
 *
 * expect(sentenceCase("seasonal naive")).toBe("Seasonal naive");
 * ```
 */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const OTHERS: readonly Omit<ModelStyle, "width">[] = [
  { color: okabeIto.orange, dash: "dash", symbol: "square" },
  { color: okabeIto.bluishGreen, dash: "dashdot", symbol: "triangle-up" },
  { color: okabeIto.reddishPurple, dash: "longdash", symbol: "cross" },
  { color: okabeIto.vermillion, dash: "longdashdot", symbol: "star" },
  { color: okabeIto.skyBlue, dash: "dash", symbol: "triangle-down" },
  { color: okabeIto.black, dash: "dot", symbol: "hexagon" },
  { color: okabeIto.yellow, dash: "dashdot", symbol: "pentagon" },
];

/**
 * Gives every model its style, the same in all charts of a page.
 *
 * @param models All models of the page, in an order that does not change between its charts.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { modelStyles } from "@/charts/model_style.ts";
 * import { lightColours } from "@/charts/theme.ts";
 *
 * const styles = modelStyles(["naive", "lightgbm"], { champion: "lightgbm", baseline: "naive" });
 * expect(styles["lightgbm"]?.color).toBe(lightColours.accent);
 * expect(styles["naive"]?.color).toBe(lightColours.ghost);
 * ```
 */
export function modelStyles(
  models: readonly string[],
  { champion, baseline }: Roles,
): Readonly<Record<string, ModelStyle>> {
  let next = 0;
  return Object.fromEntries(models.map((model): [string, ModelStyle] => {
    if (model === champion) return [model, { color: lightColours.accent, dash: "solid", symbol: "circle", width: 2.5 }];
    if (model === baseline) {
      return [model, { color: lightColours.ghost, dash: "dot", symbol: "diamond-open", width: 1.5 }];
    }
    return [model, { ...OTHERS[next++ % OTHERS.length]!, width: 1.5 }];
  }));
}

/**
 * Chooses the models worth a line: champion, baseline, then the best of the others, six at most.
 *
 * @param ranked Models, best first.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { worthALine } from "@/charts/model_style.ts";
 *
 * expect(worthALine(["c", "a", "b"], { champion: "a", baseline: "b" }, 2)).toEqual(["a", "b"]);
 * ```
 */
export function worthALine(ranked: readonly string[], { champion, baseline }: Roles, limit = MAX_LINES): string[] {
  const others = ranked.filter((model) => model !== champion && model !== baseline);
  return [...new Set([champion, baseline])].filter((model) => ranked.includes(model)).concat(others).slice(0, limit);
}
