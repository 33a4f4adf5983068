import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { fakeModel, testServer } from "../support/serving.ts";

/** A model whose past had promotions on Mondays to Wednesdays of every other week. */
function habitual() {
  const model = fakeModel();
  const weekday = (ds: string) => new Date(`${ds}T00:00:00Z`).getUTCDay();
  const past = (id: string) =>
    model.history(id).map((day, k) => ({
      ...day,
      known: { ...day.known, promo: Math.floor(k / 7) % 2 === 0 && [1, 2, 3].includes(weekday(day.ds)) ? 1 : 0 },
    }));
  const plan = (id: string) => model.plan(id).map((day) => ({ ...day, known: { ...day.known, promo: 0 } }));
  return { ...model, history: past, plan };
}

describe("POST /forecast within experience", () => {
  // 2015-08-10 is a Monday.
  const ask = async (plan: unknown, more: object = { within_experience: true }) => {
    await using server = await testServer({ load: () => Promise.resolve(habitual()) });
    const answer = await server.ask("/forecast", { unique_id: "1", plan, ...more });
    return { status: answer.status, ...await answer.json() };
  };
  const promo = (...dates: string[]) => dates.map((ds) => ({ ds, promo: 1 }));

  it("answers what the series knows", async () => {
    expect((await ask(promo("2015-08-10", "2015-08-11", "2015-08-12"))).status).toBe(200);
  });

  it("refuses an event on a weekday that never had it, and names all of its dates", async () => {
    const answer = await ask(promo("2015-08-10", "2015-08-13", "2015-08-20"));
    expect(answer).toMatchObject({ status: 422, type: "/problems/outside-experience" });
    expect(answer.detail).toContain("never had “promotion” on a Thu (13 Aug 2015, 20 Aug 2015)");
    expect(answer.errors.map(({ path }: { path: string }) => path)).toEqual([
      "/plan/2015-08-13/promo",
      "/plan/2015-08-20/promo",
    ]);
  });

  it("refuses an event that lasts longer than it ever did", async () => {
    const answer = await ask(promo("2015-08-11", "2015-08-12", "2015-08-10", "2015-08-09"));
    expect(answer.detail).toContain("on a Sun");
    const always = habitual();
    const plan = (id: string) =>
      always.plan(id).map((day) => day.ds === "2015-08-13" ? { ...day, known: { ...day.known, promo: 1 } } : day);
    await using server = await testServer({ load: () => Promise.resolve({ ...always, plan }) });
    const long = await (await server.ask("/forecast", {
      unique_id: "1",
      plan: promo("2015-08-10", "2015-08-11", "2015-08-12"),
      within_experience: true,
    })).json();
    expect(long.detail).toContain("for 4 days in a row: 3 is the longest");
  });

  it("leaves closing, and whoever did not ask, alone", async () => {
    expect((await ask([{ ds: "2015-08-13", open: 0, promo: 1 }])).status).toBe(200);
    expect((await ask(promo("2015-08-13"), {})).status).toBe(200);
  });
});
