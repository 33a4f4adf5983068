import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { directoryStore } from "@/stores/mod.ts";
import { keepSimulation, tellPolicies } from "../../tasks/support/policy_records.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url)), PAGE = "docs/monitoring_policies.md";

describe("docs/monitoring_policies.md", () => {
  it("says what its records say, and nothing else", async () => {
    const folder = await Deno.makeTempDir(), copy = directoryStore(folder);
    const page = await Deno.readTextFile(join(PROJECT, PAGE));
    await copy.put(PAGE, page);
    for (const { name } of Deno.readDirSync(join(PROJECT, "docs/policies"))) {
      await copy.put(`docs/policies/${name}`, await Deno.readFile(join(PROJECT, "docs/policies", name)));
    }
    expect(await tellPolicies(copy)).toBeGreaterThan(0);
    expect(await Deno.readTextFile(join(folder, PAGE))).toBe(page);
    // A record that says something else is noticed.
    const [first] = [...Deno.readDirSync(join(folder, "docs/policies"))];
    const record = JSON.parse(await Deno.readTextFile(join(folder, "docs/policies", first!.name)));
    await keepSimulation(copy, first!.name.replace(".json", ""), { ...record, series: record.series + 1 });
    await tellPolicies(copy);
    expect(await Deno.readTextFile(join(folder, PAGE))).not.toBe(page);
    await Deno.remove(folder, { recursive: true });
  });
});
