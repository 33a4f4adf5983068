/**
 * The limits of a server, and who may call it.
 *
 * @module
 */

/** What a server allows. */
export interface Settings {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Milliseconds that a request may take, its body included; long ones (batches) may take `longMs`. */
  readonly requestMs: number;
  readonly longMs: number;
  /** Requests in work at the same time. */
  readonly concurrency: number;
  /** Requests per second and client; no limit by default. */
  readonly perSecond: number;
  /** sha256 of each API key, hexadecimal; without any, everybody may call. */
  readonly apiKeys: readonly string[];
  /** Origins of other sites whose pages may call; none by default. */
  readonly corsOrigins: readonly string[];
  /** Rows of a batch. */
  readonly batchRows: number;
  /** Days that served predictions are kept, and how many at most. */
  readonly logDays: number;
  readonly logRows: number;
  /** Overrides that change a forecast by more than `overrideWarn` (a share) get a warning; beyond `overrideMost` they are refused. */
  readonly overrideWarn: number;
  readonly overrideMost: number;
  /** Whose alerts the page Monitoring shows; without, it shows those that follow from the files of tasks. */
  readonly prometheus?: string;
}

/** The settings of a server that was told nothing. */
export const DEFAULT_SETTINGS: Settings = {
  bodyBytes: 16 * 1024 * 1024,
  requestMs: 10_000,
  longMs: 60_000,
  concurrency: 256,
  perSecond: Infinity,
  apiKeys: [],
  corsOrigins: [],
  batchRows: 100_000,
  logDays: 90,
  logRows: 2_000_000,
  overrideWarn: 0.5,
  overrideMost: 9,
};

/**
 * Reads settings from environment variables: `SHELFCAST_API_KEYS` (sha256 of each key, separated by commas),
 * `SHELFCAST_CORS` (origins), `SHELFCAST_BODY_MB`, `SHELFCAST_CONCURRENCY`, `SHELFCAST_REQUESTS_PER_SECOND`, `SHELFCAST_OVERRIDE_WARN`,
 * `SHELFCAST_OVERRIDE_MOST`, `SHELFCAST_PROMETHEUS` (its address).
 *
 * @throws {RangeError} If a number is none, a key is not a sha256, or an address is none.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readSettings } from "@/serving/settings.ts";
 *
 * expect(readSettings(() => undefined).apiKeys).toEqual([]);
 * expect(readSettings((name) => name === "SHELFCAST_BODY_MB" ? "2" : undefined).bodyBytes).toBe(2 * 1024 * 1024);
 * ```
 */
export function readSettings(env: (name: string) => string | undefined): Settings {
  const list = (name: string) => (env(name) ?? "").split(",").map((part) => part.trim()).filter(Boolean);
  const number = (name: string, usual: number) => {
    const text = env(name);
    if (text === undefined || text === "") return usual;
    const value = Number(text);
    if (!(value > 0)) throw new RangeError(`Cannot use ${name} as it must be a number above 0: found "${text}"`);
    return value;
  };
  const apiKeys = list("SHELFCAST_API_KEYS").map((key) => key.toLowerCase());
  if (apiKeys.some((key) => !/^[0-9a-f]{64}$/.test(key))) {
    throw new RangeError("Cannot use SHELFCAST_API_KEYS as each must be a sha256, 64 hexadecimal digits");
  }
  const prometheus = env("SHELFCAST_PROMETHEUS");
  if (prometheus && !/^https?:\/\//.test(prometheus)) {
    throw new RangeError(
      `Cannot use SHELFCAST_PROMETHEUS as it must be like http://127.0.0.1:9090: found "${prometheus}"`,
    );
  }
  return {
    ...DEFAULT_SETTINGS,
    ...prometheus ? { prometheus } : {},
    apiKeys,
    corsOrigins: list("SHELFCAST_CORS"),
    bodyBytes: number("SHELFCAST_BODY_MB", DEFAULT_SETTINGS.bodyBytes / 1024 / 1024) * 1024 * 1024,
    concurrency: number("SHELFCAST_CONCURRENCY", DEFAULT_SETTINGS.concurrency),
    perSecond: number("SHELFCAST_REQUESTS_PER_SECOND", DEFAULT_SETTINGS.perSecond),
    overrideWarn: number("SHELFCAST_OVERRIDE_WARN", DEFAULT_SETTINGS.overrideWarn),
    overrideMost: number("SHELFCAST_OVERRIDE_MOST", DEFAULT_SETTINGS.overrideMost),
  };
}
