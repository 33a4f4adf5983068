import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { notify, openNotifiers } from "@/pipeline/notify.ts";
import { smtpMail } from "@/stores/mod.ts";
import { interopMissing } from "../support/python.ts";
import { startSmtp } from "../support/smtp_server.ts";

const message = {
  title: "Retraining rossmann failed",
  level: "critical",
  text: "Die Straße ist zu. Version 1 is still in production.",
  facts: { "what to do": "docs/runbooks/retraining_failed.md" },
} as const;
const missing = interopMissing();

describe("mail through a real SMTP server (aiosmtpd)", { skip: missing !== false }, () => {
  it("arrives", async () => {
    await using server = await startSmtp();
    await smtpMail({
      server: `smtp://${server.address}`,
      from: "shelfcast@localhost",
      to: "ada@example.org, ben@example.org",
    })
      .send(message);
    expect(await server.arrived(1)).toEqual([{
      from: "shelfcast@localhost",
      to: ["ada@example.org", "ben@example.org"],
      subject: "[shelfcast] critical: Retraining rossmann failed",
      text: "Retraining rossmann failed\n\nDie Straße ist zu. Version 1 is still in production.\n\n" +
        "what to do: docs/runbooks/retraining_failed.md\n",
      user: null,
    }]);
  });

  it("logs in where the address has a name and a password", async () => {
    await using server = await startSmtp({ user: "shelf", password: "p@ss word" });
    const open = (login: string) => {
      const env: Record<string, string> = {
        SHELFCAST_SMTP: `smtp://${login}${server.address}`,
        SHELFCAST_MAIL_TO: "a@b.c",
      };
      return openNotifiers((name) => env[name]);
    };
    expect(await notify(open("shelf:p%40ss%20word@"), message)).toEqual([]);
    expect((await server.arrived(1)).map(({ user }) => user)).toEqual(["shelf"]);
    for (const login of ["", "shelf:wrong@"]) {
      const [problem] = await notify(open(login), message);
      expect(problem).toMatch(/^mail: Cannot send mail through 127\.0\.0\.1: .*(530|535)/);
    }
    expect(server.mails.length).toBe(1);
  });

  it("that cannot be delivered is reported", async () => {
    const server = await startSmtp();
    await server[Symbol.asyncDispose]();
    const notifier = smtpMail({ server: `smtp://${server.address}`, from: "a@b.c", to: "a@b.c" });
    expect((await notify([notifier], message))[0]).toMatch(
      /^mail: Cannot send mail through 127\.0\.0\.1: .*ECONNREFUSED/,
    );
  });
});
