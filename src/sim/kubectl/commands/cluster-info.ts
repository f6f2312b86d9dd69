/** `kubectl cluster-info` (kubectl `pkg/cmd/clusterinfo`). */
import { trimEnd } from "../../../shared/trim";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { Failure } from "../cli/failure";
import { resolvePath } from "../config/paths";
import type { Context } from "../context";
import { indentedJson } from "../print/json";
import { itemsOf } from "../resource/builder";
import { pathOf, type AnyObject } from "../resource/info";

/** What a dump holds of each namespace, by file. */
const DUMPED: readonly (readonly [resource: string, file: string])[] = [
  ["events", "events"],
  ["replicationcontrollers", "replication-controllers"],
  ["services", "services"],
  ["daemonsets.apps", "daemonsets"],
  ["deployments.apps", "deployments"],
  ["replicasets.apps", "replicasets"],
  ["pods", "pods"],
];

const dump: Command = {
  name: "dump",
  summary: "Writes down much of the cluster's state, for those who look for a fault",
  usage: "dump",
  flags: [
    { name: "all-namespaces", short: "A", type: "bool", help: "Of all namespaces." },
    { name: "namespaces", type: "strings", help: "Of these namespaces." },
    {
      name: "output",
      short: "o",
      type: "string",
      default: "json",
      help: "Format of the objects.",
      complete: ["json"],
    },
    { name: "output-directory", type: "string", help: "Folder to write to; `-`: standard output." },
    { name: "pod-running-timeout", type: "duration", default: "20s", help: "How long to wait for a pod." },
  ],
  *run(context) {
    const folder = context.flags.string("output-directory");
    const write = (name: string, text: string): void => {
      if (folder === "" || folder === "-") context.out(text);
      else context.io.files.write(resolvePath(context.io, `${folder}/${name}`), text);
    };
    const nodes = yield* context.resource("nodes");
    write("nodes.json", json(yield* context.rest.get<AnyObject>(pathOf(nodes, ""))));
    for (const namespace of yield* namespacesOf(context)) yield* dumpNamespace(context, namespace, write);
    if (folder !== "" && folder !== "-") context.out(`Cluster info dumped to ${folder}\n`);
    return 0;
  },
};

function json(object: AnyObject): string {
  return `${indentedJson(object, "    ")}\n`;
}

function* namespacesOf(context: Context): Task<readonly string[]> {
  const { flags } = context;
  if (!flags.bool("all-namespaces")) {
    const asked = flags.strings("namespaces");
    return asked.length > 0 ? asked : ["kube-system", context.namespace];
  }
  const mapping = yield* context.resource("namespaces");
  const list = yield* context.rest.get<AnyObject>(pathOf(mapping, ""));
  return (itemsOf(list) ?? []).map((n) => n.metadata?.name ?? "");
}

function* dumpNamespace(
  context: Context,
  namespace: string,
  write: (name: string, text: string) => void,
): Task {
  for (const [resource, file] of DUMPED) {
    const mapping = yield* context.resource(resource);
    const list = yield* context.rest.get<AnyObject>(pathOf(mapping, namespace));
    write(`${namespace}/${file}.json`, json(list));
    if (resource === "pods") {
      for (const pod of itemsOf(list) ?? []) yield* dumpLogs(context, namespace, pod, write);
    }
  }
}

function* dumpLogs(
  context: Context,
  namespace: string,
  pod: AnyObject,
  write: (name: string, text: string) => void,
): Task {
  const name = pod.metadata?.name ?? "";
  const mapping = yield* context.resource("pods");
  const { containers = [] } = (pod["spec"] ?? {}) as { containers?: readonly { readonly name: string }[] };
  let text = "";
  for (const container of containers) {
    const title = `container ${container.name} of pod ${namespace}/${name}`;
    const log = yield* context.rest.attempt<string>("GET", pathOf(mapping, namespace, name, "log"), {
      query: { container: container.name },
    });
    const body = log instanceof Failure ? `Request log error: ${log.message}\n` : log;
    text += `==== START logs for ${title} ====\n${body}==== END logs for ${title} ====\n`;
  }
  write(`${namespace}/${name}/logs.txt`, text);
}

export const clusterInfo: Command = {
  name: "cluster-info",
  group: "cluster",
  summary: "Tells where the control plane and its services are",
  usage: "cluster-info",
  commands: [dump],
  *run(context) {
    const hint = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";
    try {
      const mapping = yield* context.resource("services");
      const list = yield* context.rest.get<AnyObject>(pathOf(mapping, "kube-system"), {
        labelSelector: "kubernetes.io/cluster-service=true",
      });
      const server = trimEnd(context.config.server, "/");
      context.out(`Kubernetes control plane is running at ${server}\n`);
      for (const service of itemsOf(list) ?? []) context.out(lineOf(server, service));
    } finally {
      context.out(hint);
    }
    return 0;
  },
};

interface Service extends AnyObject {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] };
  };
}

function lineOf(server: string, service: Service): string {
  const { name = "", namespace = "", labels = {} } = service.metadata ?? {};
  const title = labels["kubernetes.io/name"] ?? name;
  const ports = service.spec?.ports ?? [];
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  if (ingress !== undefined) {
    const at = ingress.ip ?? ingress.hostname ?? "";
    return `${title} is running at ${ports.map((p) => `http://${at}:${p.port} `).join("")}\n`;
  }
  const [first] = ports;
  const port = first?.name === undefined || first.name === "" ? name : `${name}:${first.name}`;
  return `${title} is running at ${server}/api/v1/namespaces/${namespace}/services/${port}/proxy\n`;
}
