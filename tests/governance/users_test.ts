import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { GovernanceError } from "@/core/errors.ts";
import {
  type ApprovedUsers,
  demandUser,
  newKeyPair,
  readUnsealedUsers,
  readUsers,
  usersText,
} from "@/governance/mod.ts";

const anna = { name: "anna", role: "approver", key: newKeyPair().publicKey } as const;
const ben = { name: "ben", role: "deployer", key: newKeyPair().publicKey } as const;
const list: ApprovedUsers = { users: [anna, ben], mode: "signed", twoPersons: false, sealed: true };
const text = usersText(list);

describe("readUsers()", () => {
  it("reads a list of nobody, as it is shipped: what is decided is signed", () => {
    expect(readUsers('{ "users": [] }')).toEqual({ users: [], mode: "signed", twoPersons: false, sealed: false });
  });

  it("reads the project's own list, whoever a team has put there", async () => {
    const { users, mode, sealed } = readUsers(
      await Deno.readTextFile(new URL("../../approved_users.json", import.meta.url)),
    );
    expect(users.length === 0 || mode === "allow-list" || sealed).toBe(true);
  });

  it("gives back what was written", () => {
    expect(readUsers(text)).toEqual(list);
  });

  it("refuses the file when any one byte of it was changed", () => {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1, 0x20, 0x80]) {
        const damaged = bytes.slice();
        damaged[at]! ^= mask;
        expect(() => readUsers(new TextDecoder().decode(damaged))).toThrow(GovernanceError);
      }
    }
  });

  it("does not mind the line ends that git may have changed", () => {
    expect(readUsers(text.replaceAll("\n", "\r\n"))).toEqual(list);
  });

  it("wants a list with keys to be sealed, and takes an allow-list as people write it", () => {
    const plain = { users: [{ name: "anna", role: "approver" }] };
    expect(() => readUsers(JSON.stringify(plain))).toThrow("no seal");
    expect(readUsers(JSON.stringify({ ...plain, mode: "allow-list" })).users).toEqual(plain.users);
  });

  it("says what is wrong with a user, and where", () => {
    const bad = (user: unknown) => () => readUnsealedUsers(JSON.stringify({ users: [user] }));
    expect(bad({ name: "anna", role: "boss" })).toThrow("users.0.role must be equal to one of the allowed values");
    expect(bad({ name: "Anna!", role: "viewer" })).toThrow("users.0.name");
    expect(bad({ name: "anna", role: "viewer", key: "short" })).toThrow("users.0.key");
    expect(bad({ name: "anna", role: "viewer", rank: 1 })).toThrow('unknown name "rank"');
    for (const text of ["", "[]", "null", '{"users":{}}', "{"]) {
      expect(() => readUnsealedUsers(text)).toThrow(GovernanceError);
    }
  });

  it("counts a person once: no name and no key is there twice", () => {
    const twice = (users: readonly unknown[]) => () => readUnsealedUsers(JSON.stringify({ users }));
    expect(twice([anna, { ...ben, name: "anna" }])).toThrow("anna twice");
    expect(twice([anna, { ...ben, key: anna.key }])).toThrow("a person counts once");
  });

  it("never throws anything but a GovernanceError, whatever the file holds", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        readUsers(text);
      } catch (error) {
        expect(error).toBeInstanceOf(GovernanceError);
      }
    }));
  });
});

describe("demandUser()", () => {
  it("lets a role do what the later ones may", () => {
    expect(demandUser(list, "anna", "deployer", "deploy")).toEqual(anna);
    expect(demandUser(list, "ben", "viewer", "look")).toEqual(ben);
  });

  it("names the user, the rule and the way to get approved", () => {
    const refused = (name: string, wanted = list) => {
      try {
        demandUser(wanted, name, "approver", "approve version 3");
      } catch (error) {
        return error as GovernanceError;
      }
      throw new Error("it was not refused");
    };
    expect(refused("bem")).toMatchObject({ rule: "listed", user: "bem" });
    expect(refused("bem").message).toMatch(
      /Refused to approve version 3 for bem: the rule is .*did you mean "ben"\?.*To get approved/,
    );
    expect(refused("ben")).toMatchObject({ rule: "role", user: "ben" });
    expect(refused("ben").message).toMatch(/takes the role approver, and ben is a deployer.*ask anna/);
    const keyless = { ...list, users: [{ name: "carl", role: "approver" as const }] };
    expect(refused("carl", keyless)).toMatchObject({ rule: "key", user: "carl" });
  });

  it("asks for no key in allow-list mode", () => {
    const carl = { name: "carl", role: "approver" as const };
    expect(demandUser({ ...list, users: [carl], mode: "allow-list" }, "carl", "approver", "approve")).toEqual(carl);
  });
});
