// Make a dataset of a CSV file.
import { basename, join, relative, resolve } from "node:path";
import { draftSuite, profileTable, suiteToJson } from "@/checks/mod.ts";
import { ParamsError } from "@/core/errors.ts";
import {
  datasets,
  inferDataset,
  ownDataset,
  type OwnDescription,
  ownFolder,
  readTable,
  readTexts,
} from "@/datasets/mod.ts";
import { writeAtomic } from "@/stores/mod.ts";
import { type FlagValues, main } from "./support/command.ts";
import { table as textTable } from "./support/terminal.ts";

await main({
  name: "init",
  about:
    "Make a dataset of a CSV file with a row per series and day (or week): infers series, dates, target, roles and a draft " +
    "suite, copies the file, and writes one description. Asks on a terminal what no flag says. Hourly data is refused.",
  example: "deno task init my-data.csv --target sales --known promo",
  positional: { name: "file", about: "the CSV file" },
  flags: {
    file: { type: "string", value: "CSV", about: "the CSV file, where it is not given first" },
    name: { type: "string", value: "NAME", about: "what the dataset is called (default: the file's name)" },
    by: { type: "string", value: "A,B", about: "the columns that name a series" },
    date: { type: "string", value: "COLUMN", about: "the column of dates, YYYY-MM-DD" },
    target: { type: "string", value: "COLUMN", about: "the column to forecast" },
    known: { type: "string", value: "A,B", about: "columns that are planned, so known for the future" },
    observed: { type: "string", value: "A,B", about: "columns that only the past knows" },
    force: { type: "boolean", about: "write over a description of that name" },
  },
  async run(context, values) {
    const here = Deno.env.get("INIT_CWD") ?? Deno.cwd();
    if (values["file"] === undefined) throw new ParamsError("Cannot make a dataset as no CSV file is given");
    const path = resolve(here, String(values["file"])), file = basename(path);
    const bytes = await Deno.readFile(path).catch((error) => {
      const none = error instanceof Deno.errors.NotFound;
      throw new ParamsError(`Cannot read ${path}: ${none ? "there is no such file" : error.message}`);
    });
    const { table, separator } = readTexts(new TextDecoder().decode(bytes));
    const say = ask(table.columns);
    const list = (flag: string) =>
      values[flag] === undefined ? undefined : String(values[flag]).split(",").filter(Boolean);
    const text = (flag: string) => values[flag] === undefined ? undefined : String(values[flag]);
    const given = {
      series: list("by"),
      date: text("date"),
      target: text("target"),
      known: list("known"),
      observed: list("observed"),
      horizon: values["horizon"] === undefined ? undefined : Number(values["horizon"]),
    };
    const answered = Object.fromEntries(Object.entries(say(given)).filter(([, value]) => value !== undefined));
    const inferred = inferDataset(table, file, answered);
    const name = nameOf(values, file);
    const folder = ownFolder(), written = join(folder, `${name}.json`);
    const data = Deno.env.get("SHELFCAST_DATASETS")
      ? join(folder, "data", name)
      : context.project.path(`data/own/${name}`);
    const builtIn = datasets[name] !== undefined && !("own" in datasets[name]);
    const there = await Deno.stat(written).then(() => true, () => false);
    if (builtIn || (there && values["force"] !== true)) {
      throw new ParamsError(
        `Cannot call the dataset ${name} as there is one: give another --name${
          builtIn ? "" : ", or --force to write over it"
        }`,
      );
    }
    const draft: OwnDescription = {
      format: 1,
      name,
      title: `${inferred.target} of ${file}, ${inferred.frequency === "1d" ? "daily" : "weekly"}`,
      folder: relative(folder, data),
      ...inferred,
      ...separator !== "," && { separator },
      suite: null,
    };
    // Reading it as every run will: what is wrong with the file is said now.
    const dataset = ownDataset(draft), train = readTable(bytes, dataset.tables[0]!, name);
    const { panel } = dataset.toPanel({ train });
    const suite = JSON.parse(suiteToJson(draftSuite(profileTable(train), `${name}_raw`)));
    await writeAtomic(join(data, file), bytes);
    await writeAtomic(written, `${JSON.stringify({ ...draft, suite }, null, 2)}\n`);
    const { frequency, horizon, columns, names, target, date, series } = draft;
    return {
      json: {
        name,
        written,
        data: join(data, file),
        frequency,
        horizon,
        series,
        date,
        target,
        columns,
        count: names.length,
      },
      text: [
        `${name}: ${panel.frame.height.toLocaleString("en")} ${
          frequency === "1d" ? "days" : "weeks"
        } of ${names.length} ` +
        `series to before ${panel.asOf}; forecasts "${target}" ${horizon} steps ahead`,
        textTable(
          ["column", "role", "type", "in the panel"],
          columns.map(({ column, role, type, name }) => [column, role, type, name]),
        ),
        "static never changes for a series, known is planned for the future too, observed is known only for the past. A " +
        "wrong known is a leak that nobody finds later: --known and --observed change it.",
        `wrote ${relative(here, written)} (the roles, and a draft of rules to review) and ${
          relative(here, join(data, file))
        }`,
        `next: deno task pipeline --dataset ${name}`,
      ].join("\n\n"),
    };
  },
});

/** Asks for what no flag says, where somebody is there to answer; an empty answer lets it be inferred. */
function ask(columns: readonly string[]) {
  return <Given extends { series?: unknown; date?: unknown; target?: unknown }>(given: Given): Given => {
    if (!Deno.stdin.isTerminal()) return given;
    const answer = (question: string) =>
      prompt(`${question} (of ${columns.join(", ")}; Enter to infer it)`)?.trim() || undefined;
    return {
      ...given,
      series: given.series ?? answer("Which columns name a series?")?.split(/\s*,\s*/),
      date: given.date ?? answer("Which column has the dates?"),
      target: given.target ?? answer("Which column is to be forecast?"),
    };
  };
}

function nameOf(values: FlagValues, file: string): string {
  const plain = file.replace(/\.[^.]*$/, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  const name = values["name"] === undefined ? plain : String(values["name"]);
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return name;
  throw new ParamsError(
    `Cannot call a dataset "${name}": expected small letters, digits and -, a letter first; say --name`,
  );
}
