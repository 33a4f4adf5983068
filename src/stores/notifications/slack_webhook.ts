/**
 * Messages to a channel, by an incoming webhook in Slack's format (which Mattermost, Rocket.Chat and others take too).
 *
 * @module
 */
import type { Notification, Notifier } from "@/core/notification.ts";

const TIMEOUT_MS = 10_000;
/** What Slack takes at most. */
const HEADER_LENGTH = 150, TEXT_LENGTH = 3_000, FIELDS = 10;
const SIGN: Readonly<Record<Notification["level"], string>> = {
  good: ":white_check_mark:",
  warning: ":warning:",
  critical: ":rotating_light:",
};

/** A text of a message, with the way that Slack reads it: `plain_text`, or `mrkdwn` with Slack's marks. */
export interface SlackText {
  /** `plain_text` or `mrkdwn`. */
  readonly type: string;
  /** The text itself, cut to what Slack takes. */
  readonly text: string;
}

/** A part of a message, one below the other. */
export interface SlackBlock {
  /** `header` or `section`. */
  readonly type: string;
  /** The title, or the sentences below it; left out in the section of facts. */
  readonly text?: SlackText;
  /** Names with their values, ten at most. */
  readonly fields?: readonly SlackText[];
}

/** A message as Slack's webhook takes it. */
export interface SlackMessage {
  /** The title with its sign, for notifications and old clients. */
  readonly text: string;
  /** What the channel shows: the title, then text and facts where there are any. */
  readonly blocks: readonly SlackBlock[];
}

/**
 * Lays a message out as Slack's webhook wants it: `text` for notifications and old clients, `blocks` for the channel.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { slackMessage } from "@/stores/notifications/slack_webhook.ts";
 *
 * const message = slackMessage({ title: "A < B", level: "good", text: "", facts: { version: "3" } });
 * expect(message.text).toBe(":white_check_mark: A &lt; B");
 * expect(message.blocks.length).toBe(2);
 * ```
 */
export function slackMessage({ title, level, text, facts }: Notification): SlackMessage {
  const fields = Object.entries(facts).slice(0, FIELDS).map(([name, value]) => ({
    type: "mrkdwn",
    text: `*${escaped(name)}*\n${escaped(value)}`,
  }));
  return {
    text: `${SIGN[level]} ${escaped(title)}`,
    blocks: [
      { type: "header", text: { type: "plain_text", text: shortened(title, HEADER_LENGTH) } },
      ...text === ""
        ? []
        : [{ type: "section", text: { type: "mrkdwn", text: escaped(shortened(text, TEXT_LENGTH)) } }],
      ...fields.length === 0 ? [] : [{ type: "section", fields }],
    ],
  };
}

/** Slack reads <, > and & as its own marks. */
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const shortened = (text: string, most: number) => text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/**
 * Opens a webhook. Requires `--allow-net`. The address is a secret: it is never part of a message.
 *
 * @throws {Error} Its `send`: if the webhook cannot be reached, or refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { slackWebhook } from "@/stores/notifications/slack_webhook.ts";
 *
 * const heard: unknown[] = [];
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
 *   heard.push((await request.json()).text);
 *   return new Response("ok");
 * });
 * const notifier = slackWebhook(`http://127.0.0.1:${server.addr.port}/hook`);
 * await notifier.send({ title: "Version 3 waits", level: "good", text: "", facts: {} });
 * expect(heard).toEqual([expect.stringContaining("Version 3 waits")]);
 * await server.shutdown();
 * ```
 */
export function slackWebhook(address: string): Notifier {
  return {
    name: "Slack",
    async send(notification) {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(slackMessage(notification)),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((error) => {
        throw new Error(`Cannot reach the webhook: ${(error as Error).message.replaceAll(address, "(its address)")}`);
      });
      const said = (await answer.text()).slice(0, 200);
      if (!answer.ok) throw new Error(`Cannot post to the webhook: it answered ${answer.status} ${said}`);
    },
  };
}
