/** Pods that are made to look at something: a copy of a pod, a pod on a node. */
import { fail } from "../../cli/failure";
import type { Context } from "../../context";
import type { AnyObject } from "../../resource/info";
import { containerFields, type DebugOptions } from "./container";
import { nodeAccess, profiled } from "./profiles";

type Container = Readonly<Record<string, unknown>>;

/** A copy of a pod with one more container, or with others in place of its own. */
export function podCopy(
  context: Context,
  options: DebugOptions,
  pod: AnyObject,
  newName: () => string,
): { readonly pod: AnyObject; readonly container: string } {
  const { flags } = context;
  const { ephemeralContainers: _, nodeName, ...spec } = pod["spec"] as Readonly<Record<string, unknown>>;
  const images = flags.map("set-image");
  const own = (spec["containers"] as readonly Container[]).map((c) => {
    const image = images.get(c["name"] as string) ?? images.get("*");
    return image === undefined ? c : { ...c, image };
  });
  const shared = flags.changed("share-processes")
    ? { shareProcessNamespace: flags.bool("share-processes") }
    : {};
  const base = { ...spec, ...shared, ...(flags.bool("same-node") ? { nodeName } : {}) };
  const metadata = {
    name: flags.string("copy-to"),
    namespace: pod.metadata?.namespace ?? "",
    ...(pod.metadata?.annotations === undefined ? {} : { annotations: pod.metadata.annotations }),
    ...(pod.metadata?.labels === undefined ? {} : { labels: pod.metadata.labels }),
  };
  const copy = (containers: readonly Container[]): AnyObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { ...base, containers },
  });
  const existing = own.find((c) => c["name"] === options.container);
  if (existing === undefined && options.image === "") {
    if (images.size > 0) return { pod: bare(context, options, copy(own)), container: "" };
    throw fail("you must specify image when creating new container");
  }
  const name = existing === undefined ? newName() : options.container;
  const fields = containerFields(context, options);
  // A command of its own does not go with the arguments of another.
  const { args: _args, ...rest } = existing ?? {};
  const kept = "command" in fields ? rest : (existing ?? {});
  const made = { resources: {}, terminationMessagePolicy: "File", ...kept, name, ...fields };
  const container = profiled(options.profile, made);
  const containers =
    existing === undefined ? [...own, container] : own.map((c) => (c === existing ? container : c));
  return { pod: bare(context, options, copy(containers)), container: name };
}

/** Without what would have others take the copy for the pod. */
function bare({ flags }: Context, { profile }: DebugOptions, pod: AnyObject): AnyObject {
  const { labels, annotations, ...metadata } = pod.metadata ?? {};
  // The oldest profile knows none of the flags.
  if (profile === "legacy")
    return { ...pod, metadata: annotations ? { ...metadata, annotations } : metadata };
  const { initContainers, ...spec } = pod["spec"] as Readonly<Record<string, unknown>>;
  const containers = (spec["containers"] as readonly Container[]).map(
    ({ livenessProbe, readinessProbe, startupProbe, ...container }) => ({
      ...container,
      ...(flags.bool("keep-liveness") && livenessProbe !== undefined ? { livenessProbe } : {}),
      ...(flags.bool("keep-readiness") && readinessProbe !== undefined ? { readinessProbe } : {}),
      ...(flags.bool("keep-startup") && startupProbe !== undefined ? { startupProbe } : {}),
    }),
  );
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...(flags.bool("keep-labels") && labels !== undefined ? { labels } : {}),
      ...(flags.bool("keep-annotations") && annotations !== undefined ? { annotations } : {}),
    },
    spec: {
      shareProcessNamespace: true,
      ...spec,
      ...(flags.bool("keep-init-containers") && initContainers !== undefined ? { initContainers } : {}),
      containers,
    },
  };
}

/** A pod on a node, with as much of the node as its profile allows. */
export function nodePod(
  context: Context,
  options: DebugOptions,
  { name, container, node }: { readonly name: string; readonly container: string; readonly node: string },
): AnyObject {
  const { namespaces, disk } = nodeAccess(options.profile);
  const fields = { name: container, ...containerFields(context, options), terminationMessagePolicy: "File" };
  const made = profiled(options.profile, { ...fields, resources: {} }, true);
  const mounted = disk ? { ...made, volumeMounts: [{ mountPath: "/host", name: "host-root" }] } : made;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [mounted],
      ...(namespaces ? { hostIPC: true, hostNetwork: true, hostPID: true } : {}),
      nodeName: node,
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
      ...(disk ? { volumes: [{ hostPath: { path: "/" }, name: "host-root" }] } : {}),
    },
  };
}
