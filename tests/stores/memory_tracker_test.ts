import { memoryRegistry, memoryTracker } from "@/stores/memory_tracker.ts";
import { registryContract } from "../contracts/registry_contract.ts";
import { tickingClock, trackerContract } from "../contracts/tracker_contract.ts";

trackerContract("memoryTracker()", () => {
  const tracker = memoryTracker({ now: tickingClock() });
  return Promise.resolve({
    tracker,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

registryContract("memoryRegistry()", () => {
  const now = tickingClock(), tracker = memoryTracker({ now });
  return Promise.resolve({
    tracker,
    registry: memoryRegistry(tracker, { now }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
