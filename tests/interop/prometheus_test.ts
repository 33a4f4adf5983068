import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parse } from "yaml";
import { leaveBatchMetrics } from "@/pipeline/batch_metrics.ts";
import { monitor } from "@/pipeline/monitor/monitor.ts";
import { NO_RUNS, writeRetrainState } from "@/pipeline/retrain/retrain_state.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { type LiveServer, liveServer } from "../support/live_server.ts";
import {
  eventually,
  prometheusMissing,
  type RunningPrometheus,
  runTool,
  startAlertmanager,
  startNodeExporter,
  startPrometheus,
  startPushgateway,
} from "../support/prometheus.ts";
import { interopMissing } from "../support/python.ts";
import { type SlackEndpoint, startSlack } from "../support/slack_endpoint.ts";
import { type SmtpServer, startSmtp } from "../support/smtp_server.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url)), DEPLOY = join(PROJECT, "deploy");
const missing = prometheusMissing() || interopMissing();
const read = (path: string) => Deno.readTextFileSync(join(PROJECT, path));

interface Rule {
  readonly alert: string;
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}
interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
}
interface Board {
  readonly title: string;
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const alerts = (parse(read("deploy/alerts.yml")) as Rules).groups.flatMap(({ rules }) => rules);
const dashboards = [...Deno.readDirSync(join(DEPLOY, "grafana/dashboards"))].map(({ name }) =>
  JSON.parse(read(`deploy/grafana/dashboards/${name}`)) as Board
);

describe("alert rules", () => {
  it("each have a runbook, and each runbook has its rule", () => {
    const linked = alerts.map(({ annotations }) => annotations.runbook_url).sort();
    const there = [...Deno.readDirSync(join(PROJECT, "docs/runbooks"))].map(({ name }) => `docs/runbooks/${name}`);
    expect(linked).toEqual(there.sort());
    for (const { alert, annotations } of alerts) expect(read(annotations.runbook_url)).toContain(`# ${alert}\n`);
  });

  it("are each tested for firing and for silence", () => {
    const all = (parse(read("deploy/alerts_test.yml")) as RuleTests).tests.flatMap(({ alert_rule_test }) =>
      alert_rule_test
    );
    for (const { alert } of alerts) {
      const own = all.filter(({ alertname }) => alertname === alert);
      expect({ alert, fires: own.some(({ exp_alerts }) => exp_alerts.length > 0) }).toEqual({ alert, fires: true });
      expect({ alert, silent: own.some(({ exp_alerts }) => exp_alerts.length === 0) }).toEqual({ alert, silent: true });
    }
  });
});

describe("the files of deploy/, in the real tools", { skip: missing !== false }, () => {
  const commands: readonly (readonly [program: string, ...args: string[]])[] = [
    ["promtool", "check", "config", "prometheus.yml"],
    ["promtool", "check", "rules", "alerts.yml"],
    ["promtool", "test", "rules", "alerts_test.yml"],
    ["amtool", "check-config", "alertmanager.yml"],
  ];
  for (const [program, ...args] of commands) {
    it(`pass ${[program, ...args].join(" ")}`, async () => {
      const { ok, said } = await runTool(program, args);
      if (!ok) throw new Error(said);
    });
  }

  it("a changed threshold is noticed by the rules' tests", async () => {
    const folder = await Deno.makeTempDir();
    const changed = read("deploy/alerts.yml").replace("> 0.02", "> 0.2").replace("== 1\n", "== 2\n");
    await Deno.writeTextFile(join(folder, "alerts.yml"), changed);
    await Deno.copyFile(join(DEPLOY, "alerts_test.yml"), join(folder, "alerts_test.yml"));
    const { ok, said } = await runTool("promtool", ["test", "rules", "alerts_test.yml"], folder);
    expect(ok).toBe(false);
    expect(said).toContain("alertname: ShelfcastErrors");
    expect(said).toContain("alertname: DataDrifted");
    await Deno.remove(folder, { recursive: true });
  });
});

describe("a live server, watched by the real Prometheus and Alertmanager", { skip: missing !== false }, () => {
  const stack = new AsyncDisposableStack();
  let live: LiveServer, prometheus: RunningPrometheus, slack: SlackEndpoint, mail: SmtpServer;

  /** Asks for what the panels show: forecasts, a batch, something that is refused. */
  const traffic = async () => {
    const model = live.running.services.models.answerer();
    const rows = model.series.map((id) => ({ unique_id: id, ds: model.origin }));
    const answers = [
      await live.ask("/predict", rows[0]),
      await live.ask("/predict_batch", rows),
      await live.ask("/predict", { unique_id: "no such store", ds: model.origin }),
    ];
    for (const answer of answers) await answer.body?.cancel();
    return answers.map(({ status }) => status);
  };

  before(async () => {
    const folder = await Deno.makeTempDir({ prefix: "shelfcast-prometheus-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    // It would look after itself at once: here somebody else has to notice.
    live = stack.use(await liveServer({ watchMs: 3_600_000 }));
    slack = stack.use(startSlack());
    mail = stack.use(await startSmtp());
    const gateway = stack.use(await startPushgateway());
    const textfiles = join(folder, "textfiles");
    await Deno.mkdir(textfiles);
    const node = stack.use(await startNodeExporter(textfiles));
    const alertmanager = stack.use(await startAlertmanager(folder, { slack: slack.url, smtp: mail.address }));
    const host = ({ url }: { readonly url: string }) => new URL(url).host;
    prometheus = stack.use(
      await startPrometheus(folder, { shelfcast: host(live), batch: host(gateway), node: host(node) }, {
        alertmanager: host(alertmanager),
      }),
    );
    // What tasks leave behind: forecasts, what was then sold, a look for drift, a run of retraining, batch metrics.
    const { services } = live.running, { models, forecasts, now } = services, { context } = live.shop;
    const model = models.answerer();
    await batchForecast(model, forecasts, { now });
    const sold = model.series.map((id) => ({ unique_id: id, ds: model.origin, y: 1_000 }));
    await (await live.ask("/actuals", sold)).body?.cancel();
    await monitor(context);
    const at = now().toString();
    await writeRetrainState(context.store, {
      ...NO_RUNS("rossmann"),
      runs: { deployed: 0, waiting: 1, kept: 0, failed: 0 },
      last: {
        outcome: "waiting",
        trigger: "force",
        startedAt: at,
        endedAt: at,
        seconds: 1,
        champion: 1,
        challenger: 2,
        reason: "better",
        asOf: model.origin,
      },
      trainedAt: at,
    });
    const run = { dataset: "rossmann", succeeded: true, seconds: 2, peakBytes: 3e8, endedAt: now() };
    expect(await leaveBatchMetrics({ ...run, task: "monitor" }, { pushgateway: gateway.url })).toEqual([]);
    expect(await leaveBatchMetrics({ ...run, task: "dvc:pull" }, { textfiles })).toEqual([]);
    expect(await traffic()).toEqual([200, 200, 404]);
  });
  after(() => stack[Symbol.asyncDispose]());

  for (const { title, panels, annotations } of dashboards) {
    for (const { title: panel, targets } of panels) {
      it(`shows something in the panel "${panel}" of "${title}"`, async () => {
        expect(targets.length).toBeGreaterThan(0);
        for (const { expr } of targets) {
          const values = await eventually(expr, async () => {
            await traffic();
            const found = await prometheus.query(expr);
            return found.some(({ value }) => Number.isFinite(value)) ? found : undefined;
          });
          expect(values.length).toBeGreaterThan(0);
        }
      });
    }
    it(`can evaluate the annotations of "${title}"`, async () => {
      for (const { expr } of annotations.list) expect(await prometheus.query(expr)).toBeInstanceOf(Array);
    });
  }

  it("counts what it answered, and knows its model", async () => {
    const { answered } = await eventually("requests of /predict", async () => {
      const [found] = await prometheus.query('sum(request_count_total{route="/predict",status="200"})');
      return found && found.value > 0 ? { answered: found.value } : undefined;
    });
    expect(answered).toBeGreaterThan(0);
    const [info] = await prometheus.query("model_info");
    expect(info?.metric).toMatchObject({ version: "1", job: "shelfcast" });
  });

  it("has the numbers of tasks from the gateway and from the text file", async () => {
    const found = await eventually("two tasks", async () => {
      const own = await prometheus.query("batch_duration_seconds");
      return own.length >= 2 ? own : undefined;
    });
    expect(found.map(({ metric: { task, dataset, job }, value }) => ({ task, dataset, job, value }))).toEqual(
      expect.arrayContaining([
        { task: "monitor", dataset: "rossmann", job: "shelfcast_batch", value: 2 },
        { task: "dvc:pull", dataset: "rossmann", job: "node", value: 2 },
      ]),
    );
  });

  it("tells Slack and the person on call that no model answers, and that one does again", async () => {
    const { models } = live.running.services;
    models.unload("A test took it away");
    const firing = await eventually(
      "the alert in Slack",
      () =>
        Promise.resolve(
          slack.messages.find(({ attachments }) => attachments?.[0]?.title?.startsWith("FIRING: ShelfcastNotReady")),
        ),
    );
    expect(firing.attachments![0]!.text).toContain("no verified model does");
    expect(firing.attachments![0]!.text).toContain("docs/runbooks/shelfcast_not_ready.md");
    const letter = await eventually(
      "the alert by mail",
      () => Promise.resolve(mail.mails.find(({ subject }) => subject.includes("ShelfcastNotReady"))),
    );
    expect(letter).toMatchObject({ from: "shelfcast@localhost", to: ["on-call@localhost"] });
    expect(letter.subject).toContain("FIRING");

    expect((await models.swap()).outcome).toBe("swapped");
    await eventually(
      "the end in Slack",
      () =>
        Promise.resolve(
          slack.messages.find(({ attachments }) => attachments?.[0]?.title?.startsWith("RESOLVED: ShelfcastNotReady")),
        ),
    );
    await eventually(
      "the end by mail",
      () => Promise.resolve(mail.mails.find(({ subject }) => subject.includes("RESOLVED"))),
    );
  });
});
