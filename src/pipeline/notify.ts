/**
 * Tells people, by every way that the environment names.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { Notification, Notifier } from "@/core/notification.ts";
import type { Context } from "@/pipeline/context.ts";
import { slackWebhook, smtpMail } from "@/stores/mod.ts";

/**
 * Opens the ways to people: `SHELFCAST_SLACK_WEBHOOK`, and `SHELFCAST_SMTP` with `SHELFCAST_MAIL_TO` (and
 * `SHELFCAST_MAIL_FROM`). Without any, nobody is told.
 *
 * @throws {ParamsError} If mail is to be sent and nobody is named who gets it, or an address is none.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openNotifiers } from "@/pipeline/notify.ts";
 *
 * const env: Record<string, string> = { SHELFCAST_SMTP: "smtp://localhost", SHELFCAST_MAIL_TO: "ada@example.org" };
 * expect(openNotifiers((name) => env[name]).map(({ name }) => name)).toEqual(["mail"]);
 * expect(openNotifiers(() => undefined)).toEqual([]);
 * ```
 */
export function openNotifiers(env: Context["env"]): readonly Notifier[] {
  const slack = env("SHELFCAST_SLACK_WEBHOOK"), server = env("SHELFCAST_SMTP"), to = env("SHELFCAST_MAIL_TO");
  if (slack && !/^https?:$/.test(URL.parse(slack)?.protocol ?? "")) {
    throw new ParamsError("Cannot use SHELFCAST_SLACK_WEBHOOK as it must be an http:// or https:// address");
  }
  if (server && !/^smtps?:$/.test(URL.parse(server)?.protocol ?? "")) {
    throw new ParamsError("Cannot use SHELFCAST_SMTP as it must look like smtp://user:password@host:587");
  }
  if (server && !to) {
    throw new ParamsError("Cannot send mail as SHELFCAST_SMTP is set and SHELFCAST_MAIL_TO is not: who gets it?");
  }
  return [
    ...slack ? [slackWebhook(slack)] : [],
    ...server ? [smtpMail({ server, to: to!, from: env("SHELFCAST_MAIL_FROM") || "shelfcast@localhost" })] : [],
  ];
}

/** Tells everybody; returns what did not arrive, in sentences: a channel that is away must not undo the work. */
export async function notify(notifiers: readonly Notifier[], notification: Notification): Promise<readonly string[]> {
  const sent = await Promise.allSettled(notifiers.map((notifier) => notifier.send(notification)));
  return sent.flatMap((result, k) =>
    result.status === "rejected" ? [`${notifiers[k]!.name}: ${(result.reason as Error).message}`] : []
  );
}
