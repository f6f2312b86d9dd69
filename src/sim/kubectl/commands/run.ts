/** `kubectl run` (kubectl `pkg/cmd/run/run.go`). */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag, operation, writeQuery } from "../cli/dry-run";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import type { AnyObject } from "../resource/info";
import { withLastApplied } from "../resource/last-applied";
import { parsePort } from "./expose";
import { OVERRIDE_FLAGS, overridden, parseLabelList } from "./overrides";
import { parsePairs } from "./pairs";
import { attachTo } from "./run-attach";
import { isStrictName } from "./set/env-arguments";

export const run: Command = {
  name: "run",
  group: "beginner",
  summary: "Runs an image in a pod",
  usage:
    'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] ' +
    "[--overrides=inline-json] [--command] -- [COMMAND] [args...]",
  examples: [
    "kubectl run web --image=nginx:1.28",
    "kubectl run once --image=busybox --restart=Never -- date",
  ],
  flags: [
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    fieldManagerFlag("kubectl-run"),
    { name: "image", type: "string", help: "The image.", required: true },
    { name: "annotations", type: "array", help: "`key=value` for the pod." },
    { name: "image-pull-policy", type: "string", help: "Always, IfNotPresent or Never." },
    { name: "rm", type: "bool", help: "Delete the pod when it has ended; with --attach or -i." },
    { name: "env", type: "array", help: "`key=value` for the container." },
    { name: "port", type: "string", help: "Port of the container." },
    { name: "labels", short: "l", type: "string", help: "Labels of the pod, separated by commas." },
    { name: "stdin", short: "i", type: "bool", help: "Pass standard input on." },
    { name: "tty", short: "t", type: "bool", help: "Standard input is a terminal." },
    { name: "attach", type: "bool", help: "Follow what the container prints." },
    { name: "leave-stdin-open", type: "bool", help: "Do not wait for the container's end." },
    {
      name: "restart",
      type: "string",
      default: "Always",
      help: "Always, OnFailure or Never.",
      complete: ["Always", "OnFailure", "Never"],
    },
    { name: "command", type: "bool", help: "What follows -- is the command, not its arguments." },
    { name: "expose", type: "bool", help: "Make a service for it as well; needs --port." },
    { name: "quiet", short: "q", type: "bool", help: "Print less." },
    { name: "privileged", type: "bool", help: "Run as on the node itself." },
    { name: "save-config", type: "bool", help: "Remember the object for a later apply." },
    { name: "pod-running-timeout", type: "duration", default: "1m0s", help: "How long to wait for the pod." },
    // As of `delete`, with --rm.
    { name: "force", type: "bool", help: "With --rm: delete at once.", hidden: true },
    { name: "grace-period", type: "int", default: "-1", help: "With --rm.", hidden: true },
    { name: "wait", type: "bool", help: "With --rm.", hidden: true },
    { name: "timeout", type: "duration", help: "With --rm.", hidden: true },
    ...OVERRIDE_FLAGS,
  ],
  run: runPod,
};

interface Wanted {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly port: number | undefined;
  readonly restartPolicy: string;
  readonly attach: boolean;
}

function* runPod(context: Context): Task<number> {
  const wanted = readFlags(context);
  const { flags } = context;
  const dryRun = dryRunOf(context);
  const { output } = printRequest(context);
  const print = objectPrinter(context, printRequest(context, operation("created", dryRun)));
  const pod = overridden(context, podFor(context, wanted));
  let service: AnyObject | undefined;
  if (flags.bool("expose")) {
    service = yield* created(context, serviceFor(wanted), "services");
    context.out(print(service), refTo(context, "services", wanted.name));
    if (output === "yaml") context.out("---\n");
  }
  const made = yield* created(context, pod, "pods");
  if (wanted.attach) return yield* attachTo(context, made, wanted.restartPolicy, service);
  context.out(print(made), refTo(context, "pods", wanted.name));
  return 0;
}

function refTo({ namespace }: Context, resource: string, name: string) {
  return { group: "", resource, namespace, name };
}

/** @throws Failure for what makes no sense */
function readFlags(context: Context): Wanted {
  const { flags, args, argsBeforeDash } = context;
  if (args.length === 0 || argsBeforeDash === 0) throw context.usage("NAME is required for run");
  checkImage(flags.string("image"));
  const attach = flags.changed("attach") ? flags.bool("attach") : flags.bool("stdin");
  if (flags.bool("tty") && !flags.bool("stdin"))
    throw context.usage("-i/--stdin is required for containers with -t/--tty=true");
  if (flags.bool("expose") && flags.string("port") === "")
    throw context.usage("--port must be set when exposing a service");
  const dryRun = dryRunOf(context);
  const restartPolicy = restartOf(context);
  if (!attach && flags.bool("rm")) throw context.usage("--rm should only be used for attached containers");
  if (attach && dryRun !== "none") {
    throw context.usage(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  const policy = flags.string("image-pull-policy");
  if (!["", "Always", "IfNotPresent", "Never"].includes(policy))
    throw context.usage(`invalid image pull policy: ${policy}`);
  const labels = flags.string("labels");
  return {
    name: args[0] as string,
    labels: labels === "" ? undefined : parseLabelList(labels),
    annotations: Object.fromEntries(parsePairs(flags.strings("annotations"), "annotations", false).set),
    env: flags.strings("env").map(variableOf),
    port: flags.string("port") === "" ? undefined : parsePort(flags.string("port")),
    restartPolicy,
    attach,
  };
}

/** Registry, path, tag and digest (distribution `reference`). */
const REGISTRY = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?`;
const PART = String.raw`[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*`;
const TAG = String.raw`(?::[\w][\w.-]{0,127})?`;
const DIGEST = String.raw`(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?`;
const IMAGE = new RegExp(String.raw`^${REGISTRY}${PART}(?:\/${PART})*${TAG}${DIGEST}$`);

function checkImage(image: string): void {
  if (image === "") throw fail("--image is required");
  if (!IMAGE.test(image)) throw fail(`Invalid image name ${goQuote(image)}: invalid reference format`);
}

function restartOf(context: Context): string {
  const { flags } = context;
  const given = flags.string("restart");
  if (given === "") return flags.bool("stdin") ? "OnFailure" : "Always";
  if (!["Always", "OnFailure", "Never"].includes(given))
    throw context.usage(`invalid restart policy: ${given}`);
  return given;
}

function variableOf(text: string): { readonly name: string; readonly value?: string } {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(at, 0));
  if (at <= 0 || !isStrictName(name)) throw fail(`invalid env: ${text}`);
  const value = text.slice(at + 1);
  return value === "" ? { name } : { name, value };
}

function labelsOf({ labels, name }: Wanted): Readonly<Record<string, string>> {
  return labels ?? { run: name };
}

function podFor({ flags, args }: Context, wanted: Wanted): AnyObject {
  const { name, annotations, env, port, restartPolicy } = wanted;
  const words = args.slice(1);
  const stdin = flags.bool("stdin");
  const policy = flags.string("image-pull-policy");
  const container = {
    name,
    image: flags.string("image"),
    ...(words.length === 0 ? {} : flags.bool("command") ? { command: words } : { args: words }),
    ...(env.length === 0 ? {} : { env }),
    ...(policy === "" ? {} : { imagePullPolicy: policy }),
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    resources: {},
    ...(flags.bool("privileged") ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin: true } : {}),
    ...(stdin && !flags.bool("leave-stdin-open") ? { stdinOnce: true } : {}),
    ...(flags.bool("tty") ? { tty: true } : {}),
  };
  const notes = Object.keys(annotations).length === 0 ? {} : { annotations };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...notes, labels: labelsOf(wanted), name },
    spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy },
    status: {},
  };
}

function serviceFor(wanted: Wanted): AnyObject {
  const { name, labels, port } = wanted;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...(labels === undefined ? {} : { labels }), name },
    spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: labelsOf(wanted) },
    status: { loadBalancer: {} },
  };
}

/** Creates an object; in a dry run of the client it is only told where it would be. */
function* created(context: Context, object: AnyObject, resource: string): Task<AnyObject> {
  const { namespace } = context;
  const dryRun = dryRunOf(context);
  if (dryRun === "client") {
    if (!context.config.namespaceGiven) return object;
    return { ...object, metadata: { ...object.metadata, namespace } };
  }
  const body = context.flags.bool("save-config") ? withLastApplied(object) : object;
  const query = writeQuery(context, dryRun);
  return yield* context.rest.call<AnyObject>("POST", `/api/v1/namespaces/${namespace}/${resource}`, {
    query,
    body,
  });
}
