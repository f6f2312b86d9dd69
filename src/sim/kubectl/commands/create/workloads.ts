/** `kubectl create deployment`, `job`, `cronjob` (kubectl `pkg/cmd/create/create_{deployment,job,cronjob}.go`). */
import type { Task } from "../../../kernel/task";
import { fail } from "../../cli/failure";
import type { Context } from "../../context";
import type { AnyObject } from "../../resource/info";
import { creator, type Target } from "./maker";

const JOB: Target = { apiVersion: "batch/v1", kind: "Job", resource: "jobs", namespaced: true };
const IMAGE = { name: "image", type: "string", help: "Image of the container.", required: true } as const;

/** What stands after `--`, to be run in the container. */
function commandOf({ args, argsBeforeDash }: Context): readonly string[] {
  return argsBeforeDash === undefined ? [] : args.slice(argsBeforeDash);
}

/** A container's name from its image: the last part of the path, without tag and digest. */
export function imageName(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  const end = last.search(/[:@]/);
  return (end < 0 ? last : last.slice(0, end)).toLowerCase();
}

export const createDeployment = creator({
  name: "deployment",
  aliases: ["deploy"],
  summary: "Creates a deployment",
  usage: "deployment NAME --image=image -- [COMMAND] [args...]",
  examples: ["kubectl create deployment web --image=nginx:1.28 --replicas=3"],
  flags: [
    { name: "image", type: "strings", help: "Images of the containers.", required: true },
    { name: "port", type: "int32", default: "-1", help: "Port of the containers." },
    { name: "replicas", short: "r", type: "int32", default: "1", help: "How many pods." },
  ],
  target: { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", namespaced: true },
  failure: "failed to create deployment",
  make(context, name) {
    const { flags } = context;
    const images = flags.strings("image");
    const command = commandOf(context);
    if (images.length > 1 && command.length > 0) {
      throw fail(`cannot specify multiple --image options and command`);
    }
    const replicas = flags.int("replicas");
    if (replicas < 0) throw fail("--replicas can't be negative");
    const port = flags.int("port");
    const containers = images.map((image, i) => ({
      name: imageName(image),
      image,
      resources: {},
      ...(command.length > 0 ? { command } : {}),
      ...(port >= 0 && i === 0 ? { ports: [{ containerPort: port }] } : {}),
    }));
    const labels = { app: name };
    return {
      metadata: { name, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    };
  },
});

function jobSpec(name: string, image: string, command: readonly string[], restartPolicy: string) {
  const container = { name, image, resources: {}, ...(command.length > 0 ? { command } : {}) };
  return { template: { metadata: {}, spec: { restartPolicy, containers: [container] } } };
}

export const createJob = creator({
  name: "job",
  summary: "Creates a job",
  usage: "job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  examples: [
    "kubectl create job once --image=busybox -- echo hi",
    "kubectl create job now --from=cronjob/nightly",
  ],
  flags: [
    { name: "image", type: "string", help: "Image of the container." },
    { name: "from", type: "string", help: "CronJob to make a job of." },
  ],
  target: JOB,
  failure: "failed to create job",
  *make(context, name): Task<AnyObject> {
    const { flags } = context;
    const image = flags.string("image");
    const from = flags.string("from");
    const command = commandOf(context);
    if ((image === "") === (from === "")) throw fail("either --image or --from must be specified");
    if (from === "") return { metadata: { name }, spec: jobSpec(name, image, command, "Never"), status: {} };
    if (command.length > 0) throw fail("cannot specify --from and command");
    return yield* jobOf(context, name, from);
  },
});

/** A job as the schedule would make it. */
function* jobOf(context: Context, name: string, from: string): Task<AnyObject> {
  const [type = "", cronJobName] = from.split("/");
  if (cronJobName === undefined)
    throw fail("there is no need to specify a resource type as a separate argument");
  const mapping = yield* context.mapper.resource(type);
  if (mapping.kind !== "CronJob") throw fail("from must be an existing cronjob");
  const path = `/apis/batch/v1/namespaces/${context.namespace}/cronjobs/${cronJobName}`;
  const cronJob = yield* context.rest.get<AnyObject>(path);
  const { jobTemplate } = cronJob["spec"] as { jobTemplate: AnyObject };
  const owner = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    name: cronJob.metadata?.name ?? "",
    uid: cronJob.metadata?.uid ?? "",
    controller: true,
  };
  const { annotations, labels } = jobTemplate.metadata ?? {};
  return {
    metadata: {
      name,
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...annotations },
      ...(labels === undefined ? {} : { labels }),
      ownerReferences: [owner],
    },
    spec: jobTemplate["spec"],
    status: {},
  };
}

export const createCronJob = creator({
  name: "cronjob",
  aliases: ["cj"],
  summary: "Creates a cron job",
  usage: "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
  examples: ["kubectl create cronjob nightly --image=busybox --schedule='0 3 * * *' -- date"],
  flags: [
    IMAGE,
    { name: "schedule", type: "string", help: "When it runs, in the notation of cron.", required: true },
    { name: "restart", type: "string", default: "", help: "OnFailure or Never." },
  ],
  target: { apiVersion: "batch/v1", kind: "CronJob", resource: "cronjobs", namespaced: true },
  failure: "failed to create cronjob",
  make(context, name) {
    const { flags } = context;
    const restart = flags.string("restart") || "OnFailure";
    const spec = jobSpec(name, flags.string("image"), commandOf(context), restart);
    return {
      metadata: { name },
      spec: { schedule: flags.string("schedule"), jobTemplate: { metadata: { name }, spec } },
      status: {},
    };
  },
});
