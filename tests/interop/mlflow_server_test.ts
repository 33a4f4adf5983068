import { after, before, describe } from "@std/testing/bdd";
import { mlflowServer, mlflowServerRegistry } from "@/stores/mlflow/mod.ts";
import { registryContract } from "../contracts/registry_contract.ts";
import { tickingClock, trackerContract } from "../contracts/tracker_contract.ts";
import { type RealServer, startMlflow } from "../support/mlflow_server.ts";
import { interopMissing } from "../support/python.ts";

describe("on a real MLflow server", { skip: interopMissing() }, () => {
  let server: RealServer;
  before(async () => {
    server = await startMlflow();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function open() {
    await server.empty();
    return {
      tracker: mlflowServer(server.client, { now: tickingClock() }),
      registry: mlflowServerRegistry(server.client),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  trackerContract("mlflowServer()", open);
  registryContract("mlflowServerRegistry()", open);
});
