import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { type AuditLine, nextLine, verifyLog } from "@/governance/mod.ts";

function logOf(count: number): AuditLine[] {
  const lines: AuditLine[] = [];
  for (let k = 0; k < count; k++) {
    const event = { time: `2026-01-01T00:00:0${k % 10}Z`, user: k % 2 ? "anna" : "ben", action: "deploy", version: k };
    lines.push(nextLine(lines.at(-1), { ...event, outcome: "done", dataset: "rossmann" }));
  }
  return lines;
}
const textOf = (lines: readonly AuditLine[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const headOf = (lines: readonly AuditLine[]) => ({ seq: lines.at(-1)?.seq ?? 0, hash: lines.at(-1)?.hash ?? "" });

const lines = logOf(6), text = textOf(lines), head = headOf(lines);

describe("verifyLog()", () => {
  it("finds nothing wrong with a log as it was written", () => {
    expect(verifyLog(text, head)).toEqual({ lines, problems: [], torn: "" });
    expect(verifyLog("", { seq: 0, hash: "" }).problems).toEqual([]);
  });

  it("finds any byte that was changed", () => {
    const bytes = new TextEncoder().encode(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = bytes.slice();
        damaged[at]! ^= mask;
        expect(verifyLog(new TextDecoder().decode(damaged), head).problems).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("finds any line that was dropped, doubled or moved, and says where", () => {
    for (let k = 0; k < lines.length; k++) {
      expect(verifyLog(textOf(lines.toSpliced(k, 1)), head).problems).toHaveLength(1);
      expect(verifyLog(textOf(lines.toSpliced(k, 0, lines[k]!)), head).problems).toHaveLength(1);
      if (k > 0) {
        const swapped = lines.with(k, lines[k - 1]!).with(k - 1, lines[k]!);
        expect(verifyLog(textOf(swapped), head).problems[0]).toMatch(new RegExp(`^line ${k} does not follow`));
      }
    }
    expect(verifyLog(textOf(lines.slice(0, 4)), head).problems).toEqual(["lines 5 to 6 are missing at the end"]);
  });

  it("finds a log that was forged as a whole", () => {
    expect(verifyLog(textOf(logOf(8).map((line) => ({ ...line, user: "eve" }))), head).problems[0]).toContain("line 1");
    const other = [nextLine(undefined, { time: "t", user: "eve", action: "deploy", outcome: "done" })];
    expect(verifyLog(textOf(other), head).problems).toEqual(["lines 2 to 6 are missing at the end"]);
    expect(verifyLog(text, { ...head, hash: "ab" }).problems).toEqual(["line 6 is not the one that was written"]);
  });

  it("takes a head that is one line behind, as a killed writer leaves it, and none that is further behind", () => {
    expect(verifyLog(text, headOf(lines.slice(0, 5))).problems).toEqual([]);
    expect(verifyLog(text, headOf(lines.slice(0, 4))).problems).toEqual(["lines 5 to 6 came from elsewhere"]);
  });

  it("tells a line that was never finished from one that was damaged", () => {
    const next = JSON.stringify(nextLine(lines.at(-1), { time: "t", user: "ben", action: "deploy", outcome: "done" }));
    expect(verifyLog(text + next.slice(0, 40), head)).toEqual({ lines, problems: [], torn: next.slice(0, 40) });
    expect(verifyLog(text.slice(0, -1) + "x", head).problems).toEqual(["line 6 is damaged"]);
  });
});
