/**
 * A real PostgreSQL server for tests, in a folder of its own; Debian's, where it is installed.
 *
 * @module
 */
import { join } from "node:path";

/** A running server. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
  /** Stops the server as a crash would, and starts it again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The folder of the newest installed server; undefined where there is none. */
export function postgresPrograms(): string | undefined {
  try {
    const versions = [...Deno.readDirSync("/usr/lib/postgresql")].map(({ name }) => name).sort((a, b) =>
      Number(a) - Number(b)
    );
    const folder = `/usr/lib/postgresql/${versions.at(-1)}/bin`;
    Deno.statSync(`${folder}/initdb`);
    return folder;
  } catch {
    return undefined;
  }
}

async function run(program: string, args: readonly string[], owner: number | undefined): Promise<void> {
  const command = new Deno.Command(program, {
    args: [...args],
    stdout: "null",
    stderr: "piped",
    cwd: "/",
    ...owner !== undefined && { uid: owner },
  });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
}

/** Starts a server on a free port. PostgreSQL does not run as root: then it runs as its own user. */
export async function startPostgres(programs: string): Promise<Postgres> {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-postgres-" }), data = join(folder, "data");
  const owner = Deno.uid() === 0 ? await userOf("postgres") : undefined;
  if (owner !== undefined) await Deno.chown(folder, owner, null);
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await run(`${programs}/initdb`, ["-D", data, "-U", "shelfcast", "-A", "trust", "--no-sync"], owner);
  const start = () =>
    run(`${programs}/pg_ctl`, [
      "-D",
      data,
      "-w",
      "-l",
      join(folder, "log"),
      "-o",
      `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`,
      "start",
    ], owner);
  const stop = () => run(`${programs}/pg_ctl`, ["-D", data, "-m", "immediate", "-w", "stop"], owner);
  await start();
  return {
    url: `postgres://shelfcast@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop().catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function userOf(name: string): Promise<number> {
  const { stdout } = await new Deno.Command("id", { args: ["-u", name] }).output();
  return Number(new TextDecoder().decode(stdout));
}
