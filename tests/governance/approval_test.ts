import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { GovernanceError } from "@/core/errors.ts";
import {
  type ApprovedUsers,
  demandApprovals,
  newKeyPair,
  readSigned,
  type Signed,
  signStatement,
  type Statement,
  type User,
} from "@/governance/mod.ts";

const keys = { anna: newKeyPair(), ada: newKeyPair() };
const anna: User = { name: "anna", role: "approver", key: keys.anna.publicKey };
const ada: User = { name: "ada", role: "approver", key: keys.ada.publicKey };
const list: ApprovedUsers = { users: [anna, ada], mode: "signed", twoPersons: false, sealed: true };
const about = { dataset: "rossmann", version: 3, model: "m1", data: "d1", metrics: "s1", decision: "g1" };
const statementOf = (user: string): Statement => ({ action: "approve", user, time: "2026-01-01T00:00:00Z", ...about });
const byAnna = signStatement(statementOf("anna"), list, anna, keys.anna.privateKey);
const byAda = signStatement(statementOf("ada"), list, ada, keys.ada.privateKey);
const demand = (approvals: readonly Signed[], change: object = {}, users = list) =>
  demandApprovals(approvals, { ...about, ...change }, users, "deploy version 3");

describe("demandApprovals()", () => {
  it("accepts what a listed approver signed for exactly these hashes", () => {
    expect(() => demand([byAnna])).not.toThrow();
  });

  it("says which hash is another one than the one that was approved", () => {
    const parts = { model: "model's files", data: "data", metrics: "metrics", decision: "gate's decision" };
    for (const [part, words] of Object.entries(parts)) {
      expect(() => demand([byAnna], { [part]: "other" })).toThrow(`the ${words} changed after anna approved`);
    }
  });

  it("refuses an approval of another version or dataset", () => {
    expect(() => demand([byAnna], { version: 4 })).toThrow("anna approved version 3 of rossmann");
    expect(() => demand([byAnna], { dataset: "walmart" })).toThrow("anna approved version 3 of rossmann");
  });

  it("refuses any change of the statement, and any other signature", () => {
    const { statement } = byAnna;
    for (const field of ["time", "user", "model", "version"] as const) {
      const changed = { ...statement, [field]: field === "version" ? 4 : field === "user" ? "ada" : "other" };
      expect(() => demand([{ ...byAnna, statement: changed as Statement }])).toThrow(GovernanceError);
    }
    expect(() => demand([{ ...byAnna, signature: byAda.signature }])).toThrow("does not verify");
    expect(() => demand([{ ...byAnna, signature: null }])).toThrow("is not signed");
  });

  it("refuses a signature that was made for another action", () => {
    const order = signStatement({ ...statementOf("anna"), action: "deploy" }, list, anna, keys.anna.privateKey);
    expect(() => demand([order])).toThrow('says "deploy"');
    expect(() => demand([{ ...order, statement: statementOf("anna") }])).toThrow("does not verify");
  });

  it("stops counting an approval when its approver is no longer listed, or lost the role", () => {
    expect(() => demand([byAnna], {}, { ...list, users: [ada] })).toThrow("listed in approved_users.json");
    const viewer = { ...anna, role: "viewer" as const };
    expect(() => demand([byAnna], {}, { ...list, users: [viewer] })).toThrow("anna is a viewer");
  });

  it("wants two different people where the rule asks for two", () => {
    const two = { ...list, twoPersons: true };
    expect(() => demand([byAnna], {}, two)).toThrow("two different approvers approve, and only anna has");
    expect(() => demand([byAnna, byAnna], {}, two)).toThrow("only anna has");
    expect(() => demand([byAnna, byAda], {}, two)).not.toThrow();
  });

  it("believes a listed name in allow-list mode, and no unsigned one in signed mode", () => {
    const open = { ...list, mode: "allow-list" as const };
    const unsigned = signStatement(statementOf("anna"), open, anna, undefined);
    expect(unsigned.signature).toBeNull();
    expect(() => demand([unsigned], {}, open)).not.toThrow();
    expect(() => demand([unsigned])).toThrow("is not signed");
  });
});

describe("signStatement()", () => {
  it("wants the person's own key", () => {
    const sign = (key: string | undefined) => () => signStatement(statementOf("anna"), list, anna, key);
    expect(sign(undefined)).toThrow("no private key was given");
    expect(sign(keys.ada.privateKey)).toThrow("belongs to somebody else");
    expect(sign("not a key")).toThrow("does not hold an Ed25519 private key");
  });

  it("signs the same statement the same way, whatever the order of its names", () => {
    const turned = Object.fromEntries(Object.entries(byAnna.statement).toReversed()) as unknown as Statement;
    expect(signStatement(turned, list, anna, keys.anna.privateKey).signature).toBe(byAnna.signature);
  });
});

describe("readSigned()", () => {
  it("gives back an approval, and refuses what is none", () => {
    expect(readSigned(JSON.parse(JSON.stringify(byAnna)))).toEqual(byAnna);
    const { statement, signature } = byAnna;
    for (
      const other of [null, 1, {}, { statement }, { statement: null, signature }, { ...byAnna, extra: 1 }, {
        statement: { ...statement, extra: 1 },
        signature,
      }, { statement, signature: 3 }]
    ) expect(() => readSigned(other)).toThrow(GovernanceError);
  });
});
