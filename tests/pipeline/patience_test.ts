import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { run } from "@/pipeline/maturity/area.ts";
import { patience, workedSeconds } from "@/pipeline/maturity/patience.ts";
import { workdir } from "../support/workdir.ts";

/** The second at which a command is ended that gets this share of a processor, and why; undefined if it never is. */
function ended(share: number, { seconds = 60, needs = Infinity } = {}): [number, string] | undefined {
  const judge = patience(seconds, { cores: 1 });
  for (let clock = 1; share * clock < needs && clock < 1e5; clock++) {
    const why = judge({ clock, worked: share * clock });
    if (why !== undefined) return [clock, why];
  }
}

describe("patience()", () => {
  it("lets a command end that needs less than its budget, however busy the machine is", () => {
    fc.assert(fc.property(fc.double({ min: 0.02, max: 1, noNaN: true }), (share) => {
      expect(ended(share, { needs: 59 })).toBeUndefined();
    }));
  });

  it("ends one that works on and on, as soon as it has had its budget", () => {
    expect(ended(1)).toEqual([61, "ended after 60 s of work"]);
    expect(ended(0.5)).toEqual([121, "ended after 60 s of work"]);
  });

  it("ends one that does nothing", () => {
    expect(ended(0)).toEqual([61, "ended as it did nothing for 60 s"]);
  });

  it("goes by the clock where work cannot be told", () => {
    const judge = patience(60);
    expect([judge({ clock: 60, worked: undefined }), judge({ clock: 61, worked: undefined })]).toEqual([
      undefined,
      "ended after 60 s",
    ]);
  });
});

describe("workedSeconds()", () => {
  it("tells the work of a process, and nothing of one that is not there", () => {
    expect(workedSeconds(2 ** 30)).toBeUndefined();
    if (Deno.build.os === "linux") expect(workedSeconds(Deno.pid)).toBeGreaterThan(0);
  });
});

describe("run()", () => {
  for (
    const [what, code, reason] of [
      [
        "does nothing",
        "await new Promise((done) => setTimeout(done, 1e8))",
        /^ended (as it did nothing for|after) 1 s$/,
      ],
      ["never comes to an end", "for (;;);", /^ended after \d+ s( of work)?$/],
    ] as const
  ) {
    it(`ends a command that ${what}`, async () => {
      await using work = await workdir();
      const found = await run(await work.context(), Deno.execPath(), ["eval", code], { seconds: 1 });
      expect(found).toEqual({ code: -1, output: expect.stringMatching(reason) });
    });
  }

  it("says what a command printed on both streams, and that one could not be started", async () => {
    await using work = await workdir();
    const context = await work.context();
    const told = await run(context, Deno.execPath(), ["eval", "console.log(1); console.error(2); Deno.exit(3)"]);
    expect(told).toEqual({ code: 3, output: "1\n2\n" });
    expect(await run(context, "no-such-command", [])).toEqual({
      code: -1,
      output: expect.stringContaining("no-such-command"),
    });
  });
});
