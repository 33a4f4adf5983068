/**
 * Germany's federal states as a map of tiles: every state has the same area, so that small ones can be read.
 *
 * @module
 */
import type { ServedModel } from "@/serving/served_model.ts";

/** State → column and row of its tile. */
const PLACES: Readonly<Record<string, readonly [column: number, row: number, name: string]>> = {
  SH: [3, 1, "Schleswig-Holstein"],
  HB: [2, 2, "Bremen"],
  HH: [3, 2, "Hamburg"],
  MV: [4, 2, "Mecklenburg-Vorpommern"],
  NI: [2, 3, "Niedersachsen"],
  ST: [3, 3, "Sachsen-Anhalt"],
  BB: [4, 3, "Brandenburg"],
  BE: [5, 3, "Berlin"],
  NW: [1, 4, "Nordrhein-Westfalen"],
  HE: [2, 4, "Hessen"],
  TH: [3, 4, "Thüringen"],
  SN: [4, 4, "Sachsen"],
  SL: [1, 5, "Saarland"],
  RP: [2, 5, "Rheinland-Pfalz"],
  BW: [2, 6, "Baden-Württemberg"],
  BY: [3, 6, "Bayern"],
};

/** The map, where the series have states; nothing elsewhere. */
export function StateTiles({ model, chosen }: { readonly model: ServedModel; readonly chosen: string | null }) {
  const counts = new Map<string, number>();
  for (const id of model.series) {
    // Rossmann's files name the two states that its data does not tell apart together: "HB,NI".
    const states = String(model.about(id)["state"] ?? "").split(",").map((state) => state.trim());
    for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  if (!Object.keys(PLACES).some((state) => counts.has(state))) return null;
  const whole = (state: string) =>
    String(
      model.series.map((id) => model.about(id)["state"]).find((value) => String(value).split(",").includes(state)) ??
        state,
    );
  return (
    <section>
      <h2>By federal state</h2>
      <nav class="tiles" aria-label="Federal states">
        {Object.entries(PLACES).map(([state, [column, row, name]]) => {
          const count = counts.get(state), place = `grid-column: ${column}; grid-row: ${row}`;
          return count === undefined ? <a class="none" style={place} title={`${name}: no store`}>{state}</a> : (
            <a
              style={place}
              href={`/dashboard/compare?state=${encodeURIComponent(whole(state))}`}
              aria-current={chosen === whole(state) ? "true" : undefined}
              title={`${name}: ${count} series`}
            >
              <strong>{state}</strong>
              {count}
            </a>
          );
        })}
      </nav>
      <p class="quiet">Series per state; choose one to see only those.</p>
    </section>
  );
}
