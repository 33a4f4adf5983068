import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { openNotifiers } from "@/pipeline/notify.ts";
import { notify } from "@/pipeline/notify.ts";
import { slackMessage, slackWebhook } from "@/stores/mod.ts";
import { startSlack } from "../support/slack_endpoint.ts";

const message = {
  title: "Version 3 waits",
  level: "good",
  text: "rmspe 0.12 < 0.14",
  facts: { dataset: "rossmann" },
} as const;

describe("a message in Slack's format", () => {
  it("arrives, with what Slack reads as marks escaped", async () => {
    await using slack = startSlack();
    await slackWebhook(slack.url).send(message);
    expect(slack.messages).toEqual([{
      text: ":white_check_mark: Version 3 waits",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "Version 3 waits" } },
        { type: "section", text: { type: "mrkdwn", text: "rmspe 0.12 &lt; 0.14" } },
        { type: "section", fields: [{ type: "mrkdwn", text: "*dataset*\nrossmann" }] },
      ],
    }]);
  });

  it("keeps Slack's limits: 150 characters of a header, 3,000 of a section, 10 fields", () => {
    const facts = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [`fact ${k}`, "x"]));
    const { blocks } = slackMessage({ title: "t".repeat(200), level: "warning", text: "x".repeat(4_000), facts });
    const [header, section, list] = blocks;
    expect([header?.text?.text.length, section?.text?.text.length, list?.fields?.length]).toEqual([150, 3_000, 10]);
  });

  it("that is refused or goes nowhere is reported, without the secret address", async () => {
    const slack = startSlack();
    slack.refuse(503);
    const notifiers = [slackWebhook(slack.url)];
    expect(await notify(notifiers, message)).toEqual([
      "Slack: Cannot post to the webhook: it answered 503 service_unavailable",
    ]);
    await slack[Symbol.asyncDispose]();
    const [problem] = await notify(notifiers, message);
    expect(problem).toMatch(/^Slack: Cannot reach the webhook/);
    expect(problem).not.toContain("/services/T000");
  });
});

describe("openNotifiers()", () => {
  const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ SHELFCAST_SLACK_WEBHOOK: "hooks.slack.com/x" }, "must be an http:// or https:// address"],
    [{ SHELFCAST_SMTP: "mail.example.org" }, "smtp://user:password@host:587"],
    [{ SHELFCAST_SMTP: "smtp://mail.example.org" }, "who gets it?"],
  ];
  for (const [env, words] of wrong) {
    it(`refuses ${JSON.stringify(env)}`, () => expect(() => openNotifiers((name) => env[name])).toThrow(words));
  }
});
