/**
 * Choosing a series by typing a part of its name.
 *
 * @module
 */
import type { ServedModel } from "@/serving/served_model.ts";

/** What a series is called by people: `store 1` or `store 1, dept 3`. */
export function seriesName({ profile }: ServedModel, id: string): string {
  const parts = id.split("_");
  if (parts.length !== profile.keys.length) return id;
  return profile.keys.map((key, at) => `${key} ${parts[at]}`).join(", ");
}

/** The control; a series that is none is told so by the page that it is sent to. */
export function SeriesPicker({ model, id }: { readonly model: ServedModel; readonly id: string }) {
  return (
    <label class="grow">
      Series ({model.series.length.toLocaleString("en")} in all, type to search)
      <input name="series" list="series-list" value={id} autocomplete="off" required />
      <datalist id="series-list">
        {model.series.map((one) => <option value={one}>{seriesName(model, one)}</option>)}
      </datalist>
    </label>
  );
}
