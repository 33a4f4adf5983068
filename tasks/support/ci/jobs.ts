/**
 * What each job of `.github/workflows` runs, as data: the same commands run on a laptop by `deno task ci:<job>`.
 *
 * @module
 */

/** One command of a job. `$NAME` in an argument stands for a setting or an environment variable. */
export interface Step {
  readonly about: string;
  readonly command: readonly string[];
  /** Environment variables without which the step has nowhere to go: it is left out on a laptop, and fails in CI. */
  readonly needs?: readonly string[];
  /** Is left out in CI too, where what it needs is not set: not every team works that way. */
  readonly optional?: boolean;
}

/** A job. */
export interface Job {
  readonly about: string;
  readonly steps: readonly Step[];
}

/** What jobs read from the environment when nobody sets it. */
export const SETTINGS: Readonly<Record<string, string>> = {
  DATASET: "rossmann",
  SOURCE: "synthetic",
  WORKDIR: ".",
  VERSION: "",
  TAG: "latest",
  REMOTE: "dagshub",
};

const task = (about: string, text: string, needs: readonly string[] = []): Step => ({
  about,
  command: ["deno", "task", ...text.split(" ")],
  ...needs.length > 0 && { needs },
});

const DVC = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const COMMON = "--dataset $DATASET --workdir $WORKDIR";
const pull = task("bring data and models", "dvc:pull --workdir $WORKDIR --remote $REMOTE", DVC);
const SIGNER = ["DEPLOYER", "SHELFCAST_KEY"];
const keep = (path: string): Step => ({
  ...task(`take ${path} into DVC's care`, `dvc:add ${path} --workdir $WORKDIR`, SIGNER),
  optional: true,
});
const push = task("copy data and models to the remote", "dvc:push --workdir $WORKDIR --remote $REMOTE", DVC);
const regression = task(
  "compare with the metrics that are committed",
  `regression ${COMMON} --against metrics/$DATASET.json`,
);

/** Every job by its name; an entry here, and one line in deno.json, is all that a new job takes. */
export const JOBS: Readonly<Record<string, Job>> = {
  check: {
    about: "format, lint, types, notebooks",
    steps: [
      task("what Deno itself checks", "test --only format,lint,types,cells"),
      task("no number is stale, none was typed by hand", "claims --check"),
      task("the reference is what the doc comments say, and they say all", "reference --check"),
    ],
  },
  test: {
    about: "examples, units, whole runs",
    steps: [
      task("tests", "test --only doc,unit,runs"),
      task("28 drills in a small shop, the lowest section above 5 of 7", "audit --min 5.5 --workdir .cache/audit"),
    ],
  },
  coverage: {
    about: "which lines tests run, files that no test imports among them",
    steps: [task("at least 80 %", "coverage --min 80")],
  },
  bench: {
    about: "what each stage costs, beside the record before on this kind of machine",
    steps: [task("name what has become slower", "bench --quick --repetitions 3 --workdir .cache/bench")],
  },
  interop: {
    about: "our files in the real tools, our pages in a real browser",
    steps: [task("tests", "test --only interop,browser")],
  },
  machines: {
    about: "many machines: the DAGs in the real Airflow, one model of two processes, Feast, partitions that are killed",
    steps: [
      task(
        "tests",
        "test tests/soak/airflow_test.ts tests/soak/distributed_test.ts tests/soak/feast_test.ts " +
          "tests/soak/partition_kill_test.ts",
      ),
    ],
  },
  train: {
    about: "train on the newest data, and judge what came of it",
    steps: [
      pull,
      task("from raw files to a registered model", `pipeline ${COMMON} --source $SOURCE`),
      regression,
      task("ask the gate", `gate ${COMMON}`),
    ],
  },
  retrain: {
    about: "retrain when drift, new data or a person asks for it",
    steps: [
      pull,
      task("has the world changed?", `monitor ${COMMON} --source $SOURCE`),
      task("retrain if it is due", `retrain ${COMMON} --source $SOURCE $RETRAIN_FLAGS`),
      regression,
      task("write the new metrics", `regression ${COMMON} --against metrics/$DATASET.json --write`),
      push,
    ],
  },
  release: {
    about: "put an approved version into production, where a deployer's key is at hand",
    steps: [
      pull,
      {
        ...task("verify the approval, and sign", `deploy ${COMMON} --version $VERSION --user $DEPLOYER`, SIGNER),
        optional: true,
      },
      keep("models/$DATASET"),
      keep("models/audit.jsonl"),
      keep("models/audit.head.json"),
      { ...push, needs: [...SIGNER, ...DVC], optional: true },
    ],
  },
  govern: {
    about: "is the version that shall be deployed approved, signed, whole?",
    steps: [
      pull,
      task("no line of the audit log edited, dropped or moved", `audit:verify --workdir $WORKDIR`),
      task("the bundle's checksums, approval and signature", `verify ${COMMON} --version $VERSION`),
    ],
  },
  images: {
    about: "build the container images",
    steps: [task("with the engine that is there", "images --only api,train --tag $TAG $IMAGES_FLAGS")],
  },
  api: {
    about: "serve the deployed bundle, and ask it everything once",
    steps: [task("start, ask, stop", `smoke ${COMMON} --version $VERSION`)],
  },
  push: {
    about: "push the images to a registry",
    steps: [
      task("after docker login", "images --only api,train --tag $TAG --push $REGISTRY $IMAGES_FLAGS", ["REGISTRY"]),
    ],
  },
  spaces: {
    about: "publish the bundle and its server as a Hugging Face Space",
    steps: [
      task("gather the Space's files", `space ${COMMON} --image $REGISTRY/shelfcast-api:$TAG --out .cache/space`, [
        "REGISTRY",
      ]),
      { about: "push them", command: ["bash", "deploy/spaces/push.sh", ".cache/space"], needs: ["SPACE", "HF_TOKEN"] },
    ],
  },
  ecs: {
    about: "run the pushed image on Amazon ECS",
    steps: [
      {
        about: "register and roll out",
        command: ["bash", "deploy/aws/rollout.sh"],
        needs: ["REGISTRY", "AWS_ACCOUNT", "AWS_REGION", "ECS_CLUSTER", "EFS_ID", "EFS_ACCESS_POINT"],
      },
    ],
  },
};
