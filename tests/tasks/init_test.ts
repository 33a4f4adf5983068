/** Data of three shapes that nobody prepared us for: from a CSV file to a registered model by two commands. */
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

/** The date so many days after 1 January 2023, a Sunday. */
const day = (k: number) => new Date(Date.UTC(2023, 0, 1 + k)).toISOString().slice(0, 10);

/** Cafés by name, daily, semicolons, a comment, a promotion that is planned a week ahead, days missing. */
function cafes(): string {
  const chance = random(1), rows = ["Day;City;Café;Cups sold;Promo;Guests;Comment"];
  for (const [c, city] of ["Berlin", "Rome"].entries()) {
    for (const [s, cafe] of ["Am Tor", "Bella"].entries()) {
      for (let k = 0; k < 260; k++) {
        if (k % 41 === 13 && k < 240) continue;
        const promo = k % 9 < 2 ? 1 : 0, cups = Math.round(80 * (1 + c + s) * (1 + 0.4 * promo) * (1 + 0.1 * (k % 7)));
        const sold = k < 250 ? String(cups + chance.integer(9)) : "";
        rows.push([day(k), city, cafe, sold, promo, k < 250 ? cups * 2 : "", `note ${k}`].join(";"));
      }
    }
  }
  return rows.join("\r\n");
}

/** Items by number, weekly on Mondays, returns below zero, a price that is only known afterwards. */
function items(): string {
  const chance = random(2), rows = ["item_id,week,units,price,category"];
  for (const item of [101, 7, 23]) {
    for (let k = 0; k < 130; k++) {
      const units = k % 50 === 20 ? -3 : Math.round(40 + item / 5 + 15 * Math.sin(k / 8) + 4 * chance.normal());
      rows.push(
        [item, day(1 + 7 * k), units, (2 + chance.integer(5) / 10).toFixed(2), item > 50 ? "a" : "b"].join(","),
      );
    }
  }
  return `${rows.join("\n")}\n`;
}

/** One series alone, daily, newest first, nothing but a date and a number. */
function kiosk(): string {
  const rows = Array.from({ length: 200 }, (_, k) => `${day(k)}\t${100 + 20 * (k % 7)}`);
  return ["date\trevenue", ...rows.reverse()].join("\n");
}

describe("deno task init", () => {
  const task = async (work: Workdir, name: string, args: readonly string[]) => {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `tasks/${name}.ts`, ...args, "--json", "--workdir", join(work.path, "work")],
      env: { NO_COLOR: "1", SHELFCAST_DATASETS: join(work.path, "own"), INIT_CWD: work.path },
      stdin: "null",
    });
    const { code, stdout, stderr } = await command.output();
    const text = new TextDecoder().decode(stdout);
    return { code, json: text.startsWith("{") ? JSON.parse(text) : undefined, said: new TextDecoder().decode(stderr) };
  };
  const init = async (work: Workdir, file: string, text: string, args: readonly string[] = []) => {
    await Deno.writeTextFile(join(work.path, file), text);
    return await task(work, "init", [file, ...args]);
  };
  const run = async (work: Workdir, dataset: string) =>
    await task(work, "pipeline", ["--dataset", dataset, "--windows", "1", "--models", "seasonal_naive,lightgbm"]);
  const rolesOf = ({ columns }: { columns: { column: string; role: string; type: string }[] }) =>
    Object.fromEntries(columns.map(({ column, role, type }) => [column, `${role} ${type}`]));

  it("takes cafés by name, daily, with semicolons, gaps and a plan", async () => {
    await using work = await workdir();
    const { code, json, said } = await init(work, "My Cafés.csv", cafes(), ["--name", "cafes", "--by", "City,Café"]);
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect(json).toMatchObject({ frequency: "1d", horizon: 28, target: "Cups sold", date: "Day", count: 4 });
    // The plan goes on after the last sale, the guests do not, and a comment repeats nothing.
    expect(rolesOf(json)).toEqual({
      City: "static text",
      "Café": "static text",
      Promo: "known flag",
      Guests: "observed integer",
    });
    const ran = await run(work, "cafes");
    expect([ran.code, ran.said.split("\n").at(-2)]).toEqual([0, expect.any(String)]);
    expect(ran.json).toMatchObject({ dataset: "cafes", asOf: day(250), leak: { passed: true } });
    expect(ran.json.registered).toMatchObject({ name: "shelfcast-cafes", version: 1 });
    const again = await task(work, "init", ["My Cafés.csv", "--name", "cafes"]);
    expect([again.code, again.said]).toEqual([2, expect.stringContaining("--force")]);
  });

  it("takes items by number, weekly, with returns", async () => {
    await using work = await workdir();
    const { code, json } = await init(work, "items.csv", items());
    expect([code, json.frequency, json.series, json.target]).toEqual([0, "1w", ["item_id"], "units"]);
    expect(rolesOf(json)).toEqual({ item_id: "static text", price: "observed number", category: "static text" });
    const ran = await run(work, "items");
    expect([ran.code, ran.json.metric, ran.json.registered?.version]).toEqual([0, "wmae", 1]);
  });

  it("takes a single series of dates and numbers, newest first", async () => {
    await using work = await workdir();
    const { code, json } = await init(work, "kiosk.csv", kiosk());
    expect([code, json.series, json.target, json.count]).toEqual([0, [], "revenue", 1]);
    const ran = await run(work, "kiosk");
    expect([ran.code, ran.json.registered?.version]).toEqual([0, 1]);
  });

  const hourly = [
    "time,sales",
    ...Array.from(
      { length: 48 },
      (_, k) => `2024-01-0${1 + Math.floor(k / 24)} ${String(k % 24).padStart(2, "0")}:00,${k}`,
    ),
  ].join("\n");
  const monthly = [
    "date,sales",
    ...Array.from(
      { length: 36 },
      (_, k) => `${2020 + Math.floor(k / 12)}-${String(1 + k % 12).padStart(2, "0")}-01,${k}`,
    ),
  ].join("\n");
  const refusals: readonly (readonly [string, string, readonly string[], string])[] = [
    ["hourly data", hourly, [], "it is hourly data, or finer"],
    ["monthly data", monthly, [], "its steps are monthly"],
    ["dates of another form", "date,sales\n31.01.2024,5\n", [], "write dates as YYYY-MM-DD"],
    ["rows that nothing tells apart", `date,sales\n${day(1)},5\n${day(1)},6\n`, [], "Cannot tell series apart"],
    ["a column that is not there", kiosk(), ["--target", "sale"], 'Cannot find the column "sale"'],
    ["a short history", kiosk().split("\n").slice(0, 12).join("\n"), [], "30 are the least"],
    ["the name of a dataset that is there", kiosk(), ["--name", "walmart"], "there is one"],
  ];
  it("refuses in a sentence what it cannot take", async () => {
    await using work = await workdir();
    for (const [what, text, args, sentence] of refusals) {
      const { code, said } = await init(work, "a.csv", text, args);
      expect([what, code, said]).toEqual([what, 2, expect.stringContaining(sentence)]);
    }
    await expect(Deno.stat(join(work.path, "own"))).rejects.toThrow(Deno.errors.NotFound);
  });
});
