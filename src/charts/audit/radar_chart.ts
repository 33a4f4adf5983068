/**
 * The ML Test Score as a radar: one axis per section.
 *
 * @module
 */
import { lightColours, type } from "@/charts/theme.ts";

/** Points of a section, of how many. */
export interface RadarAxis {
  /** The section: `data`. */
  readonly name: string;
  /** Points that it has, 0 to `of`. */
  readonly points: number;
  /** Points that it could have; the axis ends there. */
  readonly of: number;
}

const WIDTH = 440, HEIGHT = 340, RADIUS = 116;

/**
 * Draws points per section as an SVG that takes its colours from the page, by day and by night. Rings stand for quarters.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { radarChart } from "@/charts/audit/radar_chart.ts";
 *
 * const axes = ["data", "model", "infrastructure"].map((name) => ({ name, points: 3.5, of: 7 }));
 * const svg = radarChart(axes);
 * expect(svg).toContain('aria-label="Points by section: data 3.5 of 7, model 3.5 of 7, infrastructure 3.5 of 7"');
 * ```
 */
export function radarChart(axes: readonly RadarAxis[]): string {
  const [cx, cy] = [WIDTH / 2, HEIGHT / 2];
  const at = (k: number, share: number) => {
    const angle = 2 * Math.PI * k / axes.length - Math.PI / 2;
    return [cx + RADIUS * share * Math.cos(angle), cy + RADIUS * share * Math.sin(angle)] as const;
  };
  const polygon = (share: (k: number) => number) =>
    axes.map((_, k) => at(k, share(k)).map((value) => value.toFixed(1)).join(",")).join(" ");
  const colour = (name: keyof typeof lightColours) => `var(--${name}, ${lightColours[name]})`;
  const rings = [0.25, 0.5, 0.75, 1].map((share) =>
    `<polygon points="${polygon(() => share)}" fill="none" stroke="${colour("hairline")}" />`
  );
  const spokes = axes.map((_, k) => {
    const [x, y] = at(k, 1);
    return `<line x1="${cx}" y1="${cy}" x2="${x.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${colour("grid")}" />`;
  });
  const labels = axes.map(({ name, points, of }, k) => {
    const [x, y] = at(k, 1.14), anchor = Math.abs(x - cx) < 8 ? "middle" : x < cx ? "end" : "start";
    const above = y < cy - RADIUS ? -12 : Math.abs(y - cy) < 8 ? -4 : 12;
    return `<text x="${x.toFixed(1)}" y="${(y + above).toFixed(1)}" text-anchor="${anchor}" fill="${colour("ink")}" ` +
      `font-size="14" font-weight="600">${name}<tspan x="${x.toFixed(1)}" dy="17" font-weight="400" fill="${
        colour("muted")
      }">${points} of ${of}</tspan></text>`;
  });
  const shape = polygon((k) => axes[k]!.of === 0 ? 0 : axes[k]!.points / axes[k]!.of);
  const dots = axes.map(({ points, of }, k) => {
    const [x, y] = at(k, of === 0 ? 0 : points / of);
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="${colour("accent")}" />`;
  });
  const told = axes.map(({ name, points, of }) => `${name} ${points} of ${of}`).join(", ");
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" ` +
    `aria-label="Points by section: ${told}" style="max-width:100%;height:auto" font-family='${type.family}'>` +
    rings.join("") + spokes.join("") +
    `<polygon points="${shape}" fill="${colour("accent")}" fill-opacity="0.18" stroke="${colour("accent")}" ` +
    `stroke-width="2" stroke-linejoin="round" />` + dots.join("") + labels.join("") + "</svg>";
}
