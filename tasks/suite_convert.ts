// Turn a suite of one Great Expectations dialect into the other.
import { resolve } from "node:path";
import { convertSuite } from "@/checks/mod.ts";
import { ParamsError } from "@/core/errors.ts";
import { writeAtomic } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "suite:convert",
  about: "Turn an expectation suite of one Great Expectations dialect (up to 0.18, from 1.0) into the other.",
  example: "deno task suite:convert --suite old.json --to 1.0 --out new.json",
  flags: {
    suite: { type: "string", value: "FILE", about: "the suite, in either dialect" },
    to: { type: "string", value: "DIALECT", about: "1.0 (the default) or 0.18" },
    out: { type: "string", value: "FILE", about: "where to write it (default: print it)" },
  },
  async run(_context, { suite, to = "1.0", out }) {
    if (to !== "1.0" && to !== "0.18") throw new ParamsError(`Cannot use --to ${to}: expected 1.0 or 0.18`);
    if (suite === undefined) throw new ParamsError("Cannot convert a suite as --suite is missing");
    const here = (path: string | boolean) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), String(path));
    const text = await Deno.readTextFile(here(suite)).catch((error) => {
      throw new ParamsError(`Cannot read expectation suite ${suite}: ${error.message}`);
    });
    const converted = convertSuite(text, String(suite), to);
    if (out === undefined) return { json: JSON.parse(converted), text: converted.trimEnd() };
    await writeAtomic(here(out), new TextEncoder().encode(converted));
    return { json: { written: here(out) }, text: `wrote ${here(out)}` };
  },
});
