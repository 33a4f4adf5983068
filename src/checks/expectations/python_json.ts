/**
 * JSON as Python reads and writes it: `NaN`, `Infinity` and `-Infinity` are numbers to it.
 *
 * @module
 */

/**
 * Reads JSON, with Python's names of numbers that are none.
 *
 * @param nan What a NaN is read as: JSON has no word for it.
 * @throws {SyntaxError} If the text is no JSON.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readPythonJson } from "@/checks/expectations/python_json.ts";
 *
 * expect(readPythonJson('{"bins": [-Infinity, 0, Infinity], "name": "NaN"}'))
 *   .toEqual({ bins: [-Infinity, 0, Infinity], name: "NaN" });
 * ```
 */
export function readPythonJson(text: string, nan: "null" | "1e999" = "null"): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Strings are matched first, so that a NaN inside of one stays what it is.
    const strict = text.replaceAll(
      /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g,
      (found) => found === "NaN" ? nan : found.endsWith("Infinity") ? found.replace("Infinity", "1e999") : found,
    );
    if (strict === text) throw error;
    return JSON.parse(strict);
  }
}
