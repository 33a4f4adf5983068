/**
 * Machines that train together: LightGBM's own connections, which add up histograms of all of them.
 *
 * @module
 */
import type { Peers } from "@/models/native/job.ts";
import { check, lightgbmApi } from "@/models/native/lightgbm/api.ts";
import { cString } from "@/models/native/memory.ts";

/**
 * Connects this thread to the other machines, and waits until all are there; disposal ends the connections.
 *
 * @throws {NativeLibraryError} If this machine is not among them, its port is taken, or the others do not come in time.
 */
export function joinPeers({ machines, port, timeout }: Peers): Disposable {
  const api = lightgbmApi(), minutes = Math.max(1, Math.ceil(timeout / 60));
  check(
    api.LGBM_NetworkInit(cString(machines.join(",")), port, minutes, machines.length),
    `connect to ${machines.length} machines (${machines.join(", ")}) as the one that listens on port ${port}`,
  );
  return { [Symbol.dispose]: () => void api.LGBM_NetworkFree() };
}
