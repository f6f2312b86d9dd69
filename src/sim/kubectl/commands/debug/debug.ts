/** `kubectl debug`: a container to look at a pod or a node with (kubectl `pkg/cmd/debug/debug.go`). */
import { mergeSchemaOf } from "../../../api/patch/merge-keys";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fail } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import { randomSuffix } from "../../cli/random-name";
import { completePods } from "../../complete/objects";
import type { Context } from "../../context";
import { twoWayPatch } from "../../patch/strategic";
import { visitObjects } from "../../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../../resource/files";
import { pathOf, type AnyObject, type Info } from "../../resource/info";
import { STRATEGIC } from "../apply/patcher";
import { attachTo } from "./attach";
import { containerFields, type DebugOptions } from "./container";
import { nodePod, podCopy } from "./pods";
import { PROFILES, profiled, type Profile } from "./profiles";

/** Image names as the container world writes them (distribution `reference/regexp.go`), roughly. */
const PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const HOST = "(?:[a-zA-Z0-9](?:[\\w.-]*[a-zA-Z0-9])?(?::\\d+)?/)?";
const TAG = "(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][\\w.+-]*:[0-9a-fA-F]{32,})?";
const IMAGE = new RegExp(`^${HOST}${PART}(?:/${PART})*${TAG}$`);

export const debug: Command = {
  name: "debug",
  group: "debug",
  summary: "Adds a container to look at a pod with, or makes a pod to look at a node with",
  usage: "debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  examples: [
    "kubectl debug web-1 --image=busybox:1.36 -- sleep 600",
    "kubectl debug node/worker-1 --image=busybox:1.36",
  ],
  flags: [
    { name: "arguments-only", type: "bool", help: "What follows -- are arguments, not the command." },
    { name: "attach", type: "bool", help: "Attach to the container once it runs." },
    { name: "container", short: "c", type: "string", help: "Name of the container." },
    { name: "copy-to", type: "string", help: "Make a copy of the pod with this name." },
    { name: "env", type: "map", help: "Environment of the container, as NAME=value." },
    ...fileFlags("what to look at"),
    { name: "image", type: "string", help: "Image of the container." },
    { name: "image-pull-policy", type: "string", help: "When the image is pulled." },
    { name: "keep-annotations", type: "bool", help: "The copy keeps annotations." },
    { name: "keep-init-containers", type: "bool", default: "true", help: "The copy keeps init containers." },
    { name: "keep-labels", type: "bool", help: "The copy keeps labels." },
    { name: "keep-liveness", type: "bool", help: "The copy keeps liveness probes." },
    { name: "keep-readiness", type: "bool", help: "The copy keeps readiness probes." },
    { name: "keep-startup", type: "bool", help: "The copy keeps startup probes." },
    {
      name: "profile",
      type: "string",
      default: "legacy",
      help: "What the container may do.",
      complete: PROFILES,
    },
    { name: "quiet", short: "q", type: "bool", help: "Say less." },
    { name: "replace", type: "bool", help: "Delete the pod once it is copied." },
    { name: "same-node", type: "bool", help: "The copy runs on the same node." },
    { name: "set-image", type: "map", help: "Other images of the copy, as CONTAINER=IMAGE." },
    { name: "share-processes", type: "bool", default: "true", help: "The copy's containers see each other." },
    { name: "stdin", short: "i", type: "bool", help: "Hand on what is typed." },
    { name: "target", type: "string", help: "Container whose processes are seen." },
    { name: "tty", short: "t", type: "bool", help: "Give the container a terminal." },
  ],
  complete: completePods,
  run,
};

function* run(context: Context): Task<number> {
  const { flags, args, argsBeforeDash } = context;
  const dash = argsBeforeDash ?? args.length;
  const names = args.slice(0, dash);
  const profile = flags.string("profile");
  if (!PROFILES.includes(profile)) throw fail(`unknown profile: ${profile}`);
  const options: DebugOptions = {
    image: flags.string("image"),
    container: flags.string("container"),
    command: args.slice(dash),
    profile: profile as Profile,
    quiet: flags.bool("quiet"),
  };
  const files = fileOptions(flags, context.config.namespaceGiven);
  check(context, options, names.length > 0 || hasFiles(files));
  // Names without a kind are names of pods.
  const named = names.some((name) => name.includes("/"))
    ? names.map((name) => (name.includes("/") ? name : `pods/${name}`))
    : ["pods", ...names];
  const selection = {
    ...(hasFiles(files) ? { files, latest: true } : { args: named }),
    namespace: context.namespace,
  };
  const { failure } = yield* visitObjects(context, selection, (info) => debugOne(context, options, info));
  if (failure !== undefined) throw failure;
  return 0;
}

function check(
  context: Context,
  { image, container, command, profile, quiet }: DebugOptions,
  named: boolean,
): void {
  const { flags } = context;
  const copy = flags.string("copy-to") !== "";
  const images = [...flags.map("set-image")];
  if (flags.changed("attach") && flags.bool("attach") && image === "" && container === "") {
    throw fail("you must specify --container or create a new container using --image in order to attach.");
  }
  if (copy) checkCopy(image, container, command, images.length > 0);
  else {
    for (const flag of ["replace", "same-node"]) {
      if (flags.bool(flag)) throw fail(`--${flag} may only be used with --copy-to.`);
    }
    if (images.length > 0) throw fail("--set-image may only be used with --copy-to.");
    if (image === "") throw fail("you must specify --image when not using --copy-to.");
  }
  if (image !== "" && !IMAGE.test(image)) {
    throw fail(`invalid image name ${goQuote(image)}: invalid reference format`);
  }
  if (!named) throw fail("NAME or filename is required for debug");
  const policy = flags.string("image-pull-policy");
  if (!["", "Always", "IfNotPresent", "Never"].includes(policy))
    throw fail(`invalid image pull policy: ${policy}`);
  for (const [name, other] of images) {
    if (!IMAGE.test(other)) {
      throw fail(
        `invalid image name ${goQuote(other)} for container ${goQuote(name)}: invalid reference format`,
      );
    }
  }
  const target = flags.string("target");
  if (target !== "") {
    if (copy) throw fail("--target is incompatible with --copy-to. Use --share-processes instead.");
    if (!quiet) {
      context.out(
        `Targeting container ${goQuote(target)}. If you don't see processes from this container it may be ` +
          "because the container runtime doesn't support this feature.\n",
      );
    }
  }
  if (flags.bool("tty") && !flags.bool("stdin")) {
    throw fail("-i/--stdin is required for containers with -t/--tty=true");
  }
  if (profile === "legacy") {
    context.err(
      "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a " +
        'profile, for example "--profile=general".\n',
    );
  }
}

function checkCopy(image: string, container: string, command: readonly string[], images: boolean): void {
  if (image === "" && !images && command.length === 0) {
    throw fail("you must specify --image, --set-image or command arguments.");
  }
  if (command.length > 0 && container === "" && image === "") {
    throw fail("you must specify an existing container or a new image when specifying args.");
  }
}

function* debugOne(context: Context, options: DebugOptions, info: Info): Task {
  const { mapping } = info;
  const kind = mapping.group === "" ? mapping.kind : "";
  if (kind !== "Node" && kind !== "Pod") {
    const name = mapping.group === "" ? mapping.version : `${mapping.group}/${mapping.version}`;
    throw fail(`${goQuote(`${name}, Kind=${mapping.kind}`)} not supported by debug`);
  }
  const made =
    kind === "Node"
      ? yield* debugNode(context, options, info)
      : context.flags.string("copy-to") === ""
        ? yield* debugPod(context, options, info)
        : yield* debugCopy(context, options, info);
  const { flags } = context;
  const attaches = flags.changed("attach") ? flags.bool("attach") : flags.bool("stdin");
  if (attaches && made.container !== "") yield* attachTo(context, made.pod, made.container);
}

/** A pod, and the container in it; `""` for none of one's own. */
interface Made {
  readonly pod: AnyObject;
  readonly container: string;
}

/** The name that was asked for, or one that the pod does not have yet. */
function nameFor(context: Context, { container, quiet }: DebugOptions): string {
  if (container !== "") return container;
  const name = `debugger-${randomSuffix(context.io.process)}`;
  if (!quiet) context.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function* debugPod(context: Context, options: DebugOptions, info: Info): Task<Made> {
  const pod = info.object as AnyObject;
  const spec = pod["spec"] as Readonly<Record<string, unknown>>;
  const name = nameFor(context, options);
  const target = context.flags.string("target");
  const container = profiled(options.profile, {
    name,
    ...containerFields(context, options),
    resources: {},
    terminationMessagePolicy: "File",
    ...(target === "" ? {} : { targetContainerName: target }),
  });
  const before = (spec["ephemeralContainers"] ?? []) as readonly unknown[];
  const edited = { ...pod, spec: { ...spec, ephemeralContainers: [...before, container] } };
  const path = pathOf(info.mapping, info.namespace, info.name, "ephemeralcontainers");
  const body = twoWayPatch(pod, edited, mergeSchemaOf("v1", "Pod"));
  const patched = yield* context.rest.call<AnyObject>("PATCH", path, { body, contentType: STRATEGIC });
  return { pod: patched, container: name };
}

function* debugCopy(context: Context, options: DebugOptions, info: Info): Task<Made> {
  const { flags } = context;
  const { pod, container } = podCopy(context, options, info.object as AnyObject, () =>
    nameFor(context, options),
  );
  const made = yield* context.rest.call<AnyObject>("POST", pathOf(info.mapping, info.namespace), {
    body: pod,
  });
  if (flags.bool("replace")) {
    const body = { kind: "DeleteOptions", apiVersion: "v1", gracePeriodSeconds: 0 };
    yield* context.rest.call("DELETE", pathOf(info.mapping, info.namespace, info.name), { body });
  }
  return { pod: made, container };
}

function* debugNode(context: Context, options: DebugOptions, info: Info): Task<Made> {
  const container = options.container === "" ? "debugger" : options.container;
  const name = `node-debugger-${info.name}-${randomSuffix(context.io.process)}`;
  if (!options.quiet) {
    context.out(`Creating debugging pod ${name} with container ${container} on node ${info.name}.\n`);
  }
  const body = nodePod(context, options, { name, container, node: info.name });
  const path = pathOf(yield* context.resource("pods"), context.namespace);
  return { pod: yield* context.rest.call<AnyObject>("POST", path, { body }), container };
}
