import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { explainByCalendar } from "@/checks/mod.ts";
import { random } from "@/core/random.ts";
import { easterDay } from "@/features/mod.ts";
import { yearAgo } from "@/pipeline/monitor/year_ago.ts";

const profile = { frequency: "1d", yearLength: 364, events: [], roles: {} } as const;
/** Easter was on 27 March in 2016, on 16 April in 2017. */
const window = { from: "2017-04-03", to: "2017-04-17" };

/** Four years of three shops. */
function shops(factorOf: (day: Date) => number) {
  const stream = random(1),
    start = Date.UTC(2013, 5, 1),
    days = Math.round((Date.UTC(2017, 3, 17) - start) / 86_400_000);
  const dates = Array.from({ length: days }, (_, at) => new Date(start + at * 86_400_000));
  const rows = ["1", "2", "3"].flatMap((id) => dates.map((date) => ({ id, date })));
  const ds = pl.Series("ds", rows.map(({ date }) => date.toISOString().slice(0, 10)));
  return pl.DataFrame({
    unique_id: rows.map(({ id }) => id),
    y: rows.map(({ id, date }) => 100 * Number(id) * factorOf(date) * (1 + 0.02 * stream.normal())),
  }).withColumns(ds.cast(pl.Utf8).str.strptime(pl.Date, "%Y-%m-%d"));
}

/** Days from Easter Sunday. */
function fromEaster(date: Date): number {
  const year = date.getUTCFullYear();
  return (date.getTime() - Date.UTC(year, 0, easterDay(year))) / 86_400_000;
}

const found = (frame: ReturnType<typeof shops>) =>
  explainByCalendar(frame, profile, { ...window, yearDays: yearAgo(profile) }).columns
    .filter(({ verdict }) => verdict === "unexplained").map(({ column }) => column);

describe("a window of Easter", () => {
  const feast = (date: Date) => fromEaster(date) >= -10 && fromEaster(date) <= 0 ? 1.4 : 1;

  it("is like Easter of last year where sales follow it", () => {
    expect(yearAgo(profile)(window)).toBe(385);
    expect(found(shops(feast))).toEqual([]);
  });

  it("is like its dates of last year where sales know months, and no Easter", () => {
    expect(found(shops((date) => date.getUTCMonth() >= 3 ? 1.4 : 1))).toEqual([]);
  });

  it("is found when it sold less than Easter does", () => {
    const lost = (date: Date) => date.getUTCFullYear() === 2017 && date.getUTCMonth() === 3 ? 1 : feast(date);
    expect(found(shops(lost))).toContain("y_level");
  });
});
