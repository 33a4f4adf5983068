/**
 * The presets that `--preset` may name. A new one is a file and a line here.
 *
 * @module
 */
import { evidently } from "@/checks/drift/evidently.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import { steady } from "@/checks/drift/steady.ts";

/** Name → preset. */
export const presets: Readonly<Record<string, Preset>> = Object.fromEntries(
  [evidently, steady].map((preset) => [preset.name, preset]),
);
