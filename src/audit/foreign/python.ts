/**
 * Reading Python code without running it.
 *
 * @module
 */
import type { Context } from "@/pipeline/context.ts";
import { run } from "@/pipeline/maturity/area.ts";

/** What Python's own parser says of a project. */
export interface PythonCode {
  readonly files: number;
  /** `path:line: message` of files that do not parse. */
  readonly broken: readonly string[];
  readonly functions: number;
  readonly documented: number;
  /** Test functions, and those among them that assert nothing. */
  readonly tests: readonly string[];
  readonly idle: readonly string[];
  /** What tests import from the project itself: module names. */
  readonly tested: readonly string[];
}

/** Parses, and only parses: nothing of the project is imported or executed. */
const READER = `
import ast, json, os, sys
out = dict(files=0, broken=[], functions=0, documented=0, tests=[], idle=[], tested=[])
skip = {".git", "node_modules", ".venv", "venv", "__pycache__", "site-packages", ".tox", "build", "dist"}
for folder, folders, names in os.walk("."):
    folders[:] = sorted(d for d in folders if d not in skip and not d.startswith(".venv"))
    for name in sorted(names):
        if not name.endswith(".py"): continue
        path = os.path.relpath(os.path.join(folder, name))
        if os.path.getsize(path) == 0: continue
        out["files"] += 1
        try:
            tree = ast.parse(open(path, encoding="utf-8", errors="replace").read(), path)
        except (SyntaxError, ValueError) as error:
            out["broken"].append(f"{path}:{getattr(error, 'lineno', 0)}: {error.args[0]}")
            continue
        is_test = name.startswith("test_") or name.endswith("_test.py")
        for node in ast.walk(tree):
            if is_test and isinstance(node, ast.ImportFrom) and node.module: out["tested"].append(node.module)
            if is_test and isinstance(node, ast.Import): out["tested"] += [a.name for a in node.names]
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)): continue
            if is_test and node.name.startswith("test"):
                kinds = (ast.Assert,)
                said = any(isinstance(n, kinds) for n in ast.walk(node)) or any(
                    isinstance(n, ast.Attribute) and (n.attr.startswith("assert") or n.attr in ("raises", "approx"))
                    for n in ast.walk(node))
                out["tests"].append(f"{path}::{node.name}")
                if not said: out["idle"].append(f"{path}::{node.name}")
            elif not is_test and not node.name.startswith("_"):
                out["functions"] += 1
                if ast.get_docstring(node): out["documented"] += 1
print(json.dumps(out))
`;

/** Parses every Python file of the project; undefined where there is no Python to parse with. */
export async function pythonCode(context: Context): Promise<PythonCode | undefined> {
  const { code, output } = await run(context, "python3", ["-I", "-c", READER], { seconds: 60 });
  if (code !== 0) return undefined;
  return JSON.parse(output) as PythonCode;
}
