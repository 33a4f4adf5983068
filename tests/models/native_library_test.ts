import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { NativeLibraryError } from "@/core/errors.ts";
import { findLibrary, libraryVersion, type Surroundings } from "@/models/native/library.ts";

/** A machine without anything, but for what the test gives it. */
function machine(given: Partial<Surroundings> & { files?: readonly string[] }): Surroundings {
  const { files = [], ...rest } = given;
  return {
    os: "linux",
    root: "/shop",
    env: () => undefined,
    list: () => ["python3.11"],
    exists: (path) => files.includes(path),
    ...rest,
  };
}

function refusal(find: () => unknown): NativeLibraryError {
  try {
    find();
  } catch (error) {
    expect(error).toBeInstanceOf(NativeLibraryError);
    return error as NativeLibraryError;
  }
  throw new Error("Cannot happen: nothing was refused");
}

describe("findLibrary()", () => {
  // The names and folders are those inside the wheels of lightgbm 4.7.0, xgboost-cpu 3.2.0 and (macOS) xgboost 3.2.0.
  const wheels = [
    ["linux", "lightgbm", "/shop/.venv/lib/python3.11/site-packages/lightgbm/lib/lib_lightgbm.so"],
    ["linux", "xgboost", "/shop/.venv/lib/python3.11/site-packages/xgboost/lib/libxgboost.so"],
    ["darwin", "lightgbm", "/shop/.venv/lib/python3.11/site-packages/lightgbm/lib/lib_lightgbm.dylib"],
    ["darwin", "xgboost", "/shop/.venv/lib/python3.11/site-packages/xgboost/lib/libxgboost.dylib"],
    ["windows", "lightgbm", "\\shop\\.venv\\Lib\\site-packages\\lightgbm\\bin\\lib_lightgbm.dll"],
    ["windows", "xgboost", "\\shop\\.venv\\Lib\\site-packages\\xgboost\\lib\\xgboost.dll"],
  ] as const;
  for (const [os, name, file] of wheels) {
    it(`finds ${name} where its wheel puts it on ${os}`, () => {
      expect(findLibrary(name, machine({ os, files: [file] }))).toBe(file);
    });
  }

  it("prefers the file that the environment variable names", () => {
    const env = (name: string) => name === "SHELFCAST_XGBOOST" ? "/opt/libxgboost.so" : undefined;
    const files = ["/opt/libxgboost.so", "/shop/.venv/lib/python3.11/site-packages/xgboost/lib/libxgboost.so"];
    expect(findLibrary("xgboost", machine({ env, files }))).toBe("/opt/libxgboost.so");
  });

  it("does not look further when that variable is wrong: it says so", () => {
    const env = (name: string) => name === "SHELFCAST_LIGHTGBM" ? "/opt/typo.so" : undefined;
    const files = ["/shop/.venv/lib/python3.11/site-packages/lightgbm/lib/lib_lightgbm.so"];
    const { message, tried } = refusal(() => findLibrary("lightgbm", machine({ env, files })));
    expect(message).toContain("SHELFCAST_LIGHTGBM names /opt/typo.so, where there is no file");
    expect(tried).toEqual(["/opt/typo.so"]);
  });

  it("looks into the active Python environment after the project's own", () => {
    const env = (name: string) => name === "VIRTUAL_ENV" ? "/home/ann/venv" : undefined;
    const file = "/home/ann/venv/lib/python3.12/site-packages/lightgbm/lib/lib_lightgbm.so";
    const list = (folder: string) => folder === "/home/ann/venv/lib" ? ["pkgconfig", "python3.12"] : [];
    expect(findLibrary("lightgbm", machine({ env, list, files: [file] }))).toBe(file);
  });

  it("names every path that it tried, and the one command that mends it", () => {
    const env = (name: string) => name === "VIRTUAL_ENV" ? "/home/ann/venv" : undefined;
    const { message, tried } = refusal(() => findLibrary("lightgbm", machine({ env })));
    expect(message).toContain("Cannot find the LightGBM library: run `make setup`");
    expect(message).toContain("SHELFCAST_LIGHTGBM");
    expect(tried).toEqual([
      "/shop/.venv/lib/python3.11/site-packages/lightgbm/lib/lib_lightgbm.so",
      "/shop/.venv/lib/python3.11/site-packages/lightgbm/bin/lib_lightgbm.so",
      "/home/ann/venv/lib/python3.11/site-packages/lightgbm/lib/lib_lightgbm.so",
      "/home/ann/venv/lib/python3.11/site-packages/lightgbm/bin/lib_lightgbm.so",
    ]);
    for (const path of tried) expect(message).toContain(path);
  });

  it("names a place to look even where there is no environment at all", () => {
    const { tried } = refusal(() => findLibrary("xgboost", machine({ list: () => [] })));
    expect(tried).toEqual(["/shop/.venv/lib/python3.*/site-packages/xgboost/lib/libxgboost.so"]);
  });
});

describe("the native libraries on this machine", () => {
  it("are found, with their versions", () => {
    expect(libraryVersion("lightgbm")).toMatch(/^\d+\.\d+\.\d+$/);
    expect(libraryVersion("xgboost")).toMatch(/^\d+\.\d+\.\d+$/);
  });

  // A library stays open until its process ends, so these facts need processes of their own.
  const say = (environment: Record<string, string>, code: string) => {
    const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      cwd: new URL("../..", import.meta.url),
      env: { ...environment, NO_COLOR: "1" },
    }).outputSync();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  const fit = (kind: "lightgbm" | "xgboost") => `
    import { ${kind} } from "@/models/${kind}.ts";
    const x = { names: ["a"], rows: 2, data: Float32Array.of(1, 2), categorical: [] };
    const fitting = ${kind}.fit({ x, y: Float32Array.of(1, 2) }, { ...${kind}.defaults, rounds: 1 }, { seed: 1 });
    console.log(await fitting.then(() => "fitted " + Deno.env.get("OMP_WAIT_POLICY"), (e) => e.name + ": " + e.message));
  `;

  it("are opened on first use, not on import", () => {
    const code = `import "@/models/lightgbm.ts"; import "@/models/xgboost.ts"; console.log("imported")`;
    const missing = { SHELFCAST_LIGHTGBM: "/nowhere/a.so", SHELFCAST_XGBOOST: "/nowhere/b.so" };
    expect(say(missing, code)).toBe("imported\n");
  });

  it("that are missing reject a fit with one clear error", () => {
    expect(say({ SHELFCAST_LIGHTGBM: "/nowhere/a.so" }, fit("lightgbm"))).toMatch(
      /^NativeLibraryError: Cannot find the LightGBM library: SHELFCAST_LIGHTGBM names \/nowhere\/a\.so/,
    );
  });

  it("that are no libraries reject a fit with one clear error", () => {
    const said = say({ SHELFCAST_XGBOOST: Deno.execPath() + ".sh" }, fit("xgboost"));
    expect(said).toContain("NativeLibraryError");
    const file = Deno.makeTempFileSync();
    try {
      Deno.writeTextFileSync(file, "not a library");
      expect(say({ SHELFCAST_XGBOOST: file }, fit("xgboost"))).toMatch(
        /^NativeLibraryError: Cannot open .+make setup/s,
      );
    } finally {
      Deno.removeSync(file);
    }
  });

  it("are told to let idle threads sleep, unless the user says otherwise; and print nothing", () => {
    expect(say({}, fit("lightgbm"))).toBe("fitted passive\n");
    expect(say({ OMP_WAIT_POLICY: "active" }, fit("xgboost"))).toBe("fitted active\n");
  });
});
