import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type ApprovedUsers, newKeyPair } from "@/governance/mod.ts";
import { signRequest } from "@/serving/signed_request.ts";
import { type TestServer, testServer } from "../support/serving.ts";

const { publicKey, privateKey } = newKeyPair(), other = newKeyPair();
const users: ApprovedUsers = {
  users: [{ name: "carla", role: "planner", key: publicKey }, { name: "vera", role: "viewer", key: other.publicKey }],
  mode: "signed",
  twoPersons: false,
  sealed: true,
};
const now = Temporal.Instant.from("2015-08-01T06:00:00Z");
let second = 0;

/** Sends overrides, signed by a planner; each signature is good for one request, so each has its own second. */
async function tell(
  server: TestServer,
  body: unknown,
  { user = "carla", key = privateKey, type = "application/json" } = {},
) {
  const text = typeof body === "string" ? body : JSON.stringify(body), at = now.add({ seconds: second++ % 100 });
  const headers = signRequest({ method: "POST", path: "/overrides", body: text }, { user, privateKey: key, now: at });
  const answer = await server.ask("/overrides", text, { headers: { ...headers, "content-type": type } });
  return { status: answer.status, ...await answer.json() };
}

const read = async (server: TestServer, path: string) => await (await server.ask(path)).json();
const PARTY = { unique_id: "1", ds: "2015-08-10", value: 1300, reason: "Street party" };

describe("POST /overrides", () => {
  it("keeps a number with its reason, the name of who signed it, and the forecast at that time", async () => {
    await using server = await testServer({ users });
    const told = await tell(server, PARTY);
    expect(told).toMatchObject({ status: 200, kept: 1, warnings: [] });
    const { overrides } = await read(server, "/overrides?unique_id=1");
    expect(overrides).toEqual([{
      unique_id: "1",
      ds: "2015-08-10",
      revision: 1,
      value: 1300,
      lo: null,
      hi: null,
      withdrawn: false,
      reason: "Street party",
      by: "carla",
      made_at: "2015-08-01T06:00:00Z",
      statistical: 1000,
      model: "test-rossmann/1",
    }]);
  });

  it("takes a list, a band, and CSV: all or none", async () => {
    await using server = await testServer({ users });
    const band = { unique_id: "2", ds: "2015-08-11", lo: 2100, hi: 2500, reason: "Road works" };
    expect(await tell(server, [PARTY, band])).toMatchObject({ status: 200, kept: 2 });
    const csv = 'unique_id,ds,value,lo,hi,reason\n3,2015-08-10,3100,,,"Fair, at last"\n3,2015-08-11,,3050,3200,Fair\n';
    expect(await tell(server, csv, { type: "text/csv" })).toMatchObject({ status: 200, kept: 2 });
    expect((await read(server, "/overrides")).overrides).toHaveLength(4);
    const bad = "unique_id,ds,value,reason\n3,2015-08-12,3100,Fair\n99,2015-08-12,3100,Fair\n";
    expect(await tell(server, bad, { type: "text/csv" })).toMatchObject({ status: 404 });
    expect((await read(server, "/overrides")).overrides).toHaveLength(4);
  });

  it("takes CSV and JSON that were signed with the mark which spreadsheets put before a text", async () => {
    await using server = await testServer({ users });
    const csv = "\ufeffunique_id,ds,value,reason\r\n3,2015-08-10,3100,Fair\r\n";
    expect(await tell(server, csv, { type: "text/csv" })).toMatchObject({ status: 200, kept: 1 });
    expect(await tell(server, `\ufeff${JSON.stringify(PARTY)}`)).toMatchObject({ status: 200, kept: 1 });
  });

  it("keeps the whole history; taking back is a revision like any other", async () => {
    await using server = await testServer({ users });
    await tell(server, PARTY);
    await tell(server, { ...PARTY, value: 1400, revision: 1 });
    await tell(server, { unique_id: "1", ds: "2015-08-10", withdraw: true, reason: "The party is off" });
    expect((await read(server, "/overrides")).overrides).toEqual([]);
    const { overrides } = await read(server, "/overrides?history=true");
    expect(overrides.map(({ revision, value, withdrawn }: Record<string, unknown>) => [revision, value, withdrawn]))
      .toEqual([[1, 1300, false], [2, 1400, false], [3, null, true]]);
  });

  it("warns of a large change, and refuses one beyond all reason", async () => {
    await using server = await testServer({ users });
    const large = await tell(server, { ...PARTY, value: 2000 });
    expect(large.warnings).toEqual([
      "series 1 on 2015-08-10: 2,000 instead of 1,000 is a large change, by 100 %: is it meant?",
    ]);
    expect(await tell(server, { ...PARTY, value: 20_000 })).toMatchObject({
      status: 422,
      type: "/problems/override-too-large",
    });
  });

  it("of two at once only one is kept, and the other hears who was first", async () => {
    await using server = await testServer({ users });
    await tell(server, PARTY);
    const late = await tell(server, { ...PARTY, value: 1500, revision: 0 });
    expect(late).toMatchObject({ status: 409, type: "/problems/conflict" });
    expect(late.detail).toContain("is at revision 1 (by carla, 2015-08-01T06:00:00Z), and this was made for 0");
    const racing = await Promise.all([1, 2, 3].map((k) => tell(server, { ...PARTY, value: 1300 + k, revision: 1 })));
    expect(racing.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await read(server, "/overrides?history=true")).overrides).toHaveLength(2);
  });

  const refusals: readonly (readonly [what: string, body: unknown, status: number, says: string])[] = [
    ["an unknown series", { ...PARTY, unique_id: "99" }, 404, "nearest"],
    ["a date of the past", { ...PARTY, ds: "2015-07-31" }, 422, "before 2015-08-01"],
    ["no number and no band", { unique_id: "1", ds: "2015-08-10", reason: "because" }, 422, "give a value, or a band"],
    ["half a band", { unique_id: "1", ds: "2015-08-10", lo: 1, reason: "because" }, 422, "both lo and hi"],
    ["a band upside down", { unique_id: "1", ds: "2015-08-10", lo: 2, hi: 1, reason: "because" }, 422, "above hi"],
    ["a value outside its band", { ...PARTY, lo: 1, hi: 2 }, 422, "within its band"],
    ["sales below zero", { ...PARTY, value: -1 }, 422, "never below 0"],
    ["no reason", { unique_id: "1", ds: "2015-08-10", value: 1 }, 422, "reason"],
    ["the same date twice", [PARTY, PARTY], 422, "override 1 changes series 1 on 2015-08-10 too"],
    [
      "taking back what is not there",
      { unique_id: "1", ds: "2015-08-10", withdraw: true, reason: "off" },
      422,
      "has none",
    ],
  ];
  for (const [what, body, status, says] of refusals) {
    it(`refuses ${what}, and keeps nothing`, async () => {
      await using server = await testServer({ users });
      const answer = await tell(server, body);
      expect(answer.status).toBe(status);
      expect(JSON.stringify(answer)).toContain(says);
      expect((await read(server, "/overrides?history=true")).overrides).toEqual([]);
    });
  }

  it("refuses a closed day", async () => {
    const { fakeModel } = await import("../support/serving.ts");
    const model = fakeModel(), { plan } = model;
    const closed = {
      ...model,
      plan: (id: string) => plan(id).map((day) => ({ ...day, known: { ...day.known, open: 0 } })),
    };
    await using server = await testServer({ users, load: () => Promise.resolve(closed) });
    expect(await tell(server, PARTY)).toMatchObject({ status: 422, type: "/problems/closed-day" });
  });

  it("names the row and the field of a CSV that cannot be read", async () => {
    await using server = await testServer({ users });
    const csv = (text: string) => tell(server, text, { type: "text/csv" });
    expect((await csv("unique_id,ds,value\n1,2015-08-10,3")).detail).toContain("lacks reason");
    expect((await csv("unique_id,ds,value,reason\n1,2015-08-10,many,Fair")).detail).toContain(
      "row 1: value must be a number",
    );
    expect((await csv("unique_id,ds,value,reason\n1,2015-08-10,3,Fair\n1,10.8.2015,3,Fair")).detail).toContain(
      "row 2: ds",
    );
  });

  it("nobody but a listed planner may", async () => {
    await using server = await testServer({ users });
    expect((await server.ask("/overrides", PARTY)).status).toBe(403);
    expect(await tell(server, PARTY, { user: "vera", key: other.privateKey })).toMatchObject({ status: 403 });
    expect(await tell(server, PARTY, { key: other.privateKey })).toMatchObject({ status: 403 });
    expect((await read(server, "/overrides?history=true")).overrides).toEqual([]);
  });
});

describe("overrides beside forecasts", () => {
  it("lie over a forecast only where they are asked for, and the statistical one stays", async () => {
    await using server = await testServer({ users });
    await tell(server, [PARTY, { unique_id: "1", ds: "2015-08-11", lo: 1100, hi: 1200, reason: "Road works" }]);
    const ask = async (overrides: boolean) =>
      (await (await server.ask("/forecast", { unique_id: "1", start: "2015-08-10", horizon: 3, overrides })).json())
        .days;
    expect((await ask(false)).map((day: Record<string, unknown>) => day.prediction)).toEqual([1000, 1000, 1000]);
    const [party, works, usual] = await ask(true);
    expect(party).toMatchObject({
      prediction: 1300,
      statistical: 1000,
      override: { by: "carla", reason: "Street party" },
    });
    expect(works).toMatchObject({ prediction: 1100, statistical: 1000 });
    expect(usual.override).toBeUndefined();
  });

  it("lie over stored forecasts, too", async () => {
    await using server = await testServer({ users });
    await server.services.forecasts.putForecasts([{
      uniqueId: "1",
      ds: "2015-08-10",
      model: "m/1",
      origin: "2015-08-01",
      yHat: 990,
      intervals: {},
      madeAt: "2015-08-01T00:00:00Z",
    }]);
    await tell(server, PARTY);
    const [plain] = (await read(server, "/forecast?unique_id=1")).forecasts;
    const [changed] = (await read(server, "/forecast?unique_id=1&overrides=true")).forecasts;
    expect([plain.prediction, changed.prediction, changed.statistical]).toEqual([990, 1300, 990]);
  });

  it("are worth what they make errors smaller, once sales are known", async () => {
    await using server = await testServer({ users });
    await tell(server, [PARTY, { ...PARTY, ds: "2015-08-11", value: 1200 }, {
      ...PARTY,
      ds: "2015-08-12",
      value: 900,
    }]);
    const actual = (ds: string, Sales: number) => ({ Store: 1, Date: ds, Sales });
    await server.ask("/actuals", [actual("2015-08-10", 1400), actual("2015-08-11", 1000)]);
    // Without overrides errors are 400 and 0, with them 100 and 200.
    expect(await read(server, "/overrides/value")).toMatchObject({
      overrides: 3,
      scored: 2,
      better: 1,
      worse: 1,
      added: 0.25,
    });
  });
});
