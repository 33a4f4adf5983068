/**
 * The trial's shop as a server without a port.
 *
 * @module
 */
import type { Trial } from "@/audit/trial.ts";
import { ModelUnavailableError } from "@/core/errors.ts";
import { createApp } from "@/serving/app.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { Models } from "@/serving/models.ts";
import { closeServices, openServices } from "@/serving/serve.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import type { Services } from "@/serving/services.ts";

/** A server that answers inside this process. */
export interface Answering extends AsyncDisposable {
  readonly services: Services;
  /** The model that answers. */
  readonly model: ServedModel;
  /** The status of a GET. */
  get(path: string): Promise<number>;
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

/**
 * Opens the shop's server with the version in production.
 *
 * @throws {ModelUnavailableError} If no verified model can answer.
 */
export async function answering(trial: Trial): Promise<Answering> {
  const { context } = trial;
  const opened = openServices(context, { source: deployedSource(context), workers: 0 });
  const models = new Models(trial.load, { now: context.now });
  const services: Services = { ...opened, models };
  const close = async () => {
    await models[Symbol.asyncDispose]();
    await closeServices(opened);
  };
  const { outcome, why } = await models.swap();
  if (outcome === "refused") {
    await close();
    throw new ModelUnavailableError(`Cannot answer with the deployed model: ${why}`);
  }
  const app = createApp(services), headers = { "content-type": "application/json" };
  return {
    services,
    model: models.answerer(),
    get: async (path) => {
      const answer = await app.request(path);
      await answer.body?.cancel();
      return answer.status;
    },
    post: async (path, body) => {
      const answer = await app.request(path, { method: "POST", body: JSON.stringify(body), headers });
      return { status: answer.status, body: await answer.json().catch(() => undefined) };
    },
    [Symbol.asyncDispose]: close,
  };
}
