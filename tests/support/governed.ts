/**
 * Working folders with registered models and people who may approve and deploy them.
 *
 * @module
 */
import { join } from "node:path";
import type { ApprovedUsers, Role } from "@/governance/mod.ts";
import { USERS_FILE, usersText } from "@/governance/mod.ts";
import { approve, type Order } from "@/pipeline/approve.ts";
import { newApprover } from "@/pipeline/approver_new.ts";
import { unsealedUsers } from "@/pipeline/approved_users.ts";
import type { Context } from "@/pipeline/context.ts";
import { deploy } from "@/pipeline/deploy.ts";
import type { Overrides } from "@/pipeline/params.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { type Workdir, workdir } from "./workdir.ts";

/** The dataset of these folders; its name in the registry. */
export const DATASET = "rossmann", NAME = "test-rossmann";

const PEOPLE: Readonly<Record<string, Role>> = { anna: "approver", ada: "approver", ben: "deployer", vera: "viewer" };

/** A working folder in which a first model waits for approval; anna and ada approve, ben deploys, vera looks on. */
export interface Governed extends AsyncDisposable {
  readonly work: Workdir;
  readonly context: Context;
  /** What a person orders, with their key. */
  order(user: string, version?: number): Order;
  /** The folder's path of a key such as `models/audit.jsonl`. */
  path(key: string): string;
  /** Trains and registers one more version: of 3, 8 and 25 rounds each is better than the one before, of 60 it is not. */
  train(rounds: number): Promise<number>;
  /** Changes the list of users, and seals it. */
  changeUsers(change: (list: ApprovedUsers) => Partial<ApprovedUsers>): Promise<void>;
}

/** Makes such a folder; its data ends on another day where the overrides say so. */
export async function governed(
  { rounds = 3, overrides = {} }: { readonly rounds?: number; readonly overrides?: Overrides } = {},
): Promise<Governed> {
  const work = await workdir();
  const usual = { series: 4, steps: 320, windows: 2, models: ["seasonal_naive", "lightgbm"] };
  const plain = await work.context({ ...usual, ...overrides });
  // So small a gain could be chance: here it only has to be one.
  const context = { ...plain, params: { ...plain.params, gate: { ...plain.params.gate, alpha: 0.5 } } };
  const train = async (rounds: number) => {
    const { choices } = context, lightgbm = { ...choices.regressors["lightgbm"], rounds };
    const own = { ...context, choices: { ...choices, regressors: { ...choices.regressors, lightgbm } } };
    return (await pipeline(own)).registered!.version;
  };
  await train(rounds);
  for (const [name, role] of Object.entries(PEOPLE)) {
    await newApprover(context, name, role, { file: join(work.path, "keys", `${name}.pem`) });
  }
  return {
    work,
    context,
    order: (user, version) => ({
      user,
      key: join(work.path, "keys", `${user}.pem`),
      ...(version === undefined ? {} : { version }),
    }),
    path: (key) => context.store.path(key),
    train,
    async changeUsers(change) {
      const list = await unsealedUsers(context);
      await context.store.put(USERS_FILE, usersText({ ...list, ...change(list) }));
    },
    [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
  };
}

/** Approves and deploys a version. */
export async function intoProduction({ context, order }: Governed, version?: number): Promise<void> {
  const { version: { version: approved } } = await approve(context, order("anna", version));
  await deploy(context, order("ben", approved));
}
