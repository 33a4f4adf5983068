/**
 * Changing what answers, by a deployer's signed request.
 *
 * @module
 */
import { RequestError } from "@/serving/errors.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { type Call, json, type Route, type Routes } from "@/serving/route.ts";
import { demandDeployer, UsedSignatures } from "@/serving/signed_request.ts";

const SWAP = {
  type: "object",
  required: ["outcome", "at"],
  properties: {
    outcome: { type: "string", enum: ["swapped", "unchanged", "refused"] },
    version: { type: "string" },
    why: { type: "string" },
    at: { type: "string" },
  },
} as const;
const VERSION = { type: "string", pattern: "^\\d{1,9}$", description: "A version that is or was deployed" } as const;

/** `/admin/reload`, `/admin/shadow`, `/admin/canary`, and the repository of the Open Inference Protocol. */
export const adminRoutes: Routes = ({ models, users, now, log }) => {
  const used = new UsedSignatures();
  const signed = (
    path: string,
    about: string,
    more: Partial<Route>,
    handle: (call: Call, user: string) => Promise<Response>,
  ) => ({
    method: "post",
    path,
    tag: "administration",
    about,
    details:
      "Takes the headers x-shelfcast-user, x-shelfcast-time and x-shelfcast-signature: an Ed25519 signature, by a " +
      "listed deployer, of method, path, time and the sha256 of the body, each on a line. It is good for one request.",
    body: { type: "object", additionalProperties: false, properties: {} },
    guard: "deployer",
    long: true,
    ...more,
    answers: {
      200: { about: "Done", schema: { type: "object" } },
      403: problemOfKind("Nobody who may signed this request"),
      ...more.answers,
    },
    async handle(call) {
      const { pathname } = new URL(call.request.url);
      const { name } = demandDeployer(call.request, pathname, call.text ?? "", {
        list: await users(),
        now: now(),
        used,
      });
      log.info("administration", { path: pathname, user: name });
      return await handle(call, name);
    },
  } satisfies Route as Route);
  const swapped = async () => {
    const swap = await models.swap();
    return json(swap, swap.outcome === "refused" ? 409 : 200);
  };
  const demandName = (name: string) => {
    const { state } = models;
    if (state.ready && name !== state.model.name) {
      throw new RequestError(`There is no model "${name}": there is ${state.model.name}`, {
        status: 404,
        kind: "unknown-model",
        title: "There is no such model",
      });
    }
  };
  const reloaded = {
    200: { about: "What the swap came to", schema: SWAP },
    404: problemOfKind("There is no such model"),
    409: { about: "The new version was refused, and the old one goes on", schema: SWAP },
  };
  return [
    signed("/admin/reload", "Verify what is deployed now, and let it answer", { answers: reloaded }, swapped),
    signed("/admin/shadow", "Let a version listen to copies of requests", {
      body: { type: "object", additionalProperties: false, properties: { version: VERSION } },
    }, async ({ body }) => {
      const { version } = body as { readonly version?: string };
      await models.setShadow(version);
      return json({ shadow: version ?? null });
    }),
    signed("/admin/canary", "Give a version a share of the series", {
      body: {
        type: "object",
        additionalProperties: false,
        properties: { version: VERSION, share: { type: "number", minimum: 0, maximum: 1 } },
      },
    }, async ({ body }) => {
      const { version, share = 0 } = body as { readonly version?: string; readonly share?: number };
      await models.setCanary(version, share);
      return json({ canary: version ?? null, share: version === undefined ? 0 : share });
    }),
    signed("/v2/repository/models/:name/load", "Load what is deployed now (Open Inference Protocol)", {
      answers: reloaded,
    }, async ({ params }) => {
      demandName(params.name!);
      return await swapped();
    }),
    signed("/v2/repository/models/:name/unload", "Stop answering (Open Inference Protocol)", {
      answers: { 404: problemOfKind("There is no such model") },
    }, ({ params }, user) => {
      demandName(params.name!);
      models.unload(`The model was unloaded by ${user}`);
      return Promise.resolve(json({}));
    }),
  ];
};
