// Draft a suite and a TypeScript type from a table.
import { basename, resolve } from "node:path";
import { draftSuite, profileTable, rowType, suiteToJson } from "@/checks/mod.ts";
import { ParamsError } from "@/core/errors.ts";
import { readTableFile, writeAtomic } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "profile-data",
  about: "Draft an expectation suite and a TypeScript type from a table, for a person to review.",
  example: "deno task profile-data --table sales.csv --out expectations/sales_draft.json --types sale.ts",
  flags: {
    table: { type: "string", value: "FILE", about: "the .csv or .parquet file" },
    out: { type: "string", value: "FILE", about: "where to write the suite (default: print it)" },
    types: { type: "string", value: "FILE", about: "where to write the TypeScript type" },
  },
  async run(_context, { table, out, types }) {
    if (table === undefined) throw new ParamsError("Cannot profile a table as --table is missing");
    const here = (path: string | boolean) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), String(path));
    const name = basename(String(table)).replace(/\.[^.]*$/, "");
    const profile = profileTable(readTableFile(here(table)));
    const suite = suiteToJson(draftSuite(profile, `${name}_draft`));
    const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean).map((word) => word[0]!.toUpperCase() + word.slice(1));
    const type = rowType(profile, `${words.join("").replace(/^\d/, "_$&")}Row`);
    if (out !== undefined) await writeAtomic(here(out), suite);
    if (types !== undefined) await writeAtomic(here(types), type);
    const written = [out, types].filter((path) => path !== undefined).map((path) => `wrote ${path}`);
    return { json: { suite: JSON.parse(suite), type }, text: written.join("\n") || `${suite}\n${type}` };
  },
});
