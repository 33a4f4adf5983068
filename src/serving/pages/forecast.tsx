/**
 * What will this store sell, and how sure are we?
 *
 * @module
 */
import type { Page } from "@/serving/pages/page.ts";

/** The first page: a series, its history and its forecast. */
export const forecastPage: Page = {
  name: "forecast",
  title: "Forecast",
  needsModel: true,
  async render({ services, query }) {
    const model = services.models.answerer();
    const id = query.get("series") ?? model.series[0]!;
    const [path] = await services.models.using(model, (one) => one.forecast([{ id, changes: new Map() }]));
    const total = path!.values.reduce((sum, value) => sum + value, 0);
    const unit = model.profile.unit.split(" ")[0]!;
    return (
      <>
        <p class="eyebrow">Series {id}</p>
        <h1>
          {Math.round(total).toLocaleString("en")} {unit} from {model.dateOf(0)} to {model.dateOf(model.horizon - 1)}
        </h1>
        <table>
          <thead>
            <tr>
              <th>Date</th>
              <th class="number">Forecast</th>
            </tr>
          </thead>
          <tbody>
            {Array.from(path!.values, (value, step) => (
              <tr>
                <td>{model.dateOf(step)}</td>
                <td class="number">{Math.round(value).toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </>
    );
  },
};
