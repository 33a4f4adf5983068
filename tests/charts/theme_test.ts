import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Colours, darkColours, figureTemplate, lightColours, nightColours, okabeIto } from "@/charts/theme.ts";

/** Contrast of two colours, as WCAG 2 defines it: 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** The colours that carry meaning; the others only separate or fill. */
const MEANINGFUL = ["ink", "muted", "accent", "ghost", "amber", "violet", "alert", "good"] as const;

describe("theme", () => {
  for (const [name, colours] of Object.entries({ light: lightColours, dark: nightColours })) {
    for (const meaning of MEANINGFUL) {
      it(`${name} ${meaning} stands out from the page by at least 4.5 to 1`, () => {
        expect(contrast(colours[meaning], colours.surface)).toBeGreaterThanOrEqual(4.5);
      });
    }
    it(`${name} text is readable on cards and table heads`, () => {
      for (const text of ["ink", "muted", "accent"] as const) {
        expect(contrast(colours[text], colours.raised)).toBeGreaterThanOrEqual(4.5);
      }
    });
    it(`${name} has a colour of its own for every meaning`, () => {
      expect(new Set(Object.values(colours)).size).toBe(Object.keys(colours).length);
    });
  }

  it("dark and light mean the same things", () => {
    expect(Object.keys(nightColours)).toEqual(Object.keys(lightColours));
  });

  it("darkColours() maps every light colour, and Okabe and Ito's black, which would vanish", () => {
    const map = darkColours();
    for (const name of Object.keys(lightColours) as (keyof Colours)[]) {
      expect(map[lightColours[name]]).toBe(nightColours[name]);
    }
    expect(map[okabeIto.black]).toBe(nightColours.ink);
  });

  it("figureTemplate() is plain JSON whose colours are all known to darkColours() or are Okabe and Ito's", () => {
    const text = JSON.stringify(figureTemplate());
    const known = new Set([...Object.keys(darkColours()), ...Object.values(okabeIto)]);
    const used = text.match(/#[0-9a-f]{6}/gi) ?? [];
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((colour) => !known.has(colour))).toEqual([]);
  });
});
