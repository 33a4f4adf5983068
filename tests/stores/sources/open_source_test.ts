import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { SyntheticOptions } from "@/core/dataset.ts";
import { ParamsError } from "@/core/errors.ts";
import { openSource, type SourceOptions } from "@/stores/sources/open_source.ts";

const options: SourceOptions = {
  dataset: {
    competition: "walmart-recruiting-store-sales-forecasting",
    generate: ({ series, seed, steps }: SyntheticOptions) => ({ "b.csv": `${series},${seed},${steps}`, "a.csv": "é" }),
  },
  synthetic: { series: 3, seed: 7, steps: 21 },
  env: {},
  cache: "cache",
};

describe("openSource()", () => {
  it("asks the generator for what the options say", async () => {
    const source = openSource("synthetic", options);
    expect(source.name).toBe("synthetic (3 series, 21 steps, seed 7)");
    const files = await Array.fromAsync(source.files(["*.csv"]));
    expect(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])).toEqual([["a.csv", "é"], [
      "b.csv",
      "3,7,21",
    ]]);
    expect(await Array.fromAsync(source.files(["c.csv"]))).toEqual([]);
  });

  it("tells folders from addresses", () => {
    const names = ["./kaggle", "C:\\data", "C:/data", "/data/rossmann", "a b", "http://localhost:1/a.zip"];
    for (const text of names) expect(openSource(text, options).name).toBe(text);
  });

  it("refuses what is neither", () => {
    for (const text of ["", "  ", "ftp://example.org/a", "s3://bucket/a", "file:///a"]) {
      expect(() => openSource(text, options)).toThrow(ParamsError);
    }
  });

  it("reads nothing before the files are asked for", () => {
    expect(openSource("/no/such/folder", options).name).toBe("/no/such/folder");
  });

  it("hands progress on to downloads", async () => {
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("y\n1\n"));
    const seen: number[] = [];
    const source = openSource(`http://127.0.0.1:${server.addr.port}/a.csv`, {
      ...options,
      onProgress: ({ done }) => seen.push(done),
    });
    await Array.fromAsync(source.files(["a.csv"]));
    expect(seen.at(-1)).toBe(4);
  });
});
