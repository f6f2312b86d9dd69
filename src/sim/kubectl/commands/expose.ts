/** `kubectl expose` (kubectl `pkg/cmd/expose/expose.go`, `pkg/generate/versioned/service.go`). */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag, operation, writeQuery } from "../cli/dry-run";
import { fail } from "../cli/failure";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { visitObjects } from "../resource/builder";
import { fileFlags, fileOptions } from "../resource/files";
import { type AnyObject, type Info } from "../resource/info";
import { withLastApplied } from "../resource/last-applied";
import { requireType } from "./changes";
import { exposable, portsOf, protocolsOf, selectorOf } from "./expose-sources";
import { OVERRIDE_FLAGS, overridden, parseLabelList } from "./overrides";

/** Longest name of a service. */
const LONGEST = 63;

export const expose: Command = {
  name: "expose",
  group: "beginner",
  summary: "Makes a service for pods, deployments, replica sets or services",
  usage:
    "expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] " +
    "[--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  examples: ["kubectl expose deploy web --port=80 --target-port=8080"],
  flags: [
    ...PRINT_FLAGS,
    ...fileFlags("what to expose"),
    DRY_RUN_FLAG,
    fieldManagerFlag("kubectl-expose"),
    { name: "protocol", type: "string", help: "TCP, UDP or SCTP." },
    { name: "port", type: "string", help: "Port of the service; default: the ports of what it exposes." },
    { name: "type", type: "string", help: "ClusterIP, NodePort, LoadBalancer or ExternalName." },
    { name: "load-balancer-ip", type: "string", help: "Address of the load balancer." },
    { name: "selector", type: "string", help: "Labels of the pods." },
    { name: "labels", short: "l", type: "string", help: "Labels of the service." },
    { name: "target-port", type: "string", help: "Port of the pods, by number or name." },
    { name: "external-ip", type: "string", help: "A further address of the service." },
    { name: "name", type: "string", help: "Name of the service." },
    { name: "session-affinity", type: "string", help: "None or ClientIP." },
    { name: "cluster-ip", type: "string", help: "Its address; None: no address." },
    { name: "save-config", type: "bool", help: "Remember the object for a later apply." },
    ...OVERRIDE_FLAGS,
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  const dryRun = dryRunOf(context);
  const print = objectPrinter(context, printRequest(context, operation("exposed", dryRun)));
  const selection = {
    args: context.args,
    files: fileOptions(flags, context.config.namespaceGiven),
    namespace: context.namespace,
    continueOnError: true,
  };
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    requireType(info);
    const service = overridden(context, serviceFor(context, info));
    const { namespace } = context;
    const ref = { group: "", resource: "services", namespace, name: service.metadata?.name ?? "" };
    if (dryRun === "client") {
      const metadata = context.config.namespaceGiven ? { ...service.metadata, namespace } : service.metadata;
      context.out(print({ ...service, metadata: metadata ?? {} }), ref);
      return;
    }
    const body = flags.bool("save-config") ? withLastApplied(service) : service;
    const path = `/api/v1/namespaces/${namespace}/services`;
    const query = writeQuery(context, dryRun);
    context.out(print(yield* context.rest.call<AnyObject>("POST", path, { query, body })), ref);
  });
  if (failure !== undefined) throw failure;
  return 0;
}

/** The service for an object. @throws Failure when it cannot be exposed so */
function serviceFor(context: Context, info: Info): AnyObject {
  const { flags } = context;
  exposable(info);
  const typed = flags.string("selector");
  const selector = typed === "" ? selectorOf(info) : parseLabelList(typed);
  const headless = flags.string("cluster-ip") === "None";
  const ports = flags.string("port") === "" ? portsOf(info) : flags.string("port").split(",");
  if (ports.length === 0 && !headless) throw fail("couldn't find port via --port flag or introspection");
  const labels =
    flags.string("labels") === "" ? info.object?.metadata?.labels : parseLabelList(flags.string("labels"));
  const name = flags.string("name") || info.name.slice(0, LONGEST);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...(labels === undefined ? {} : { labels }), name },
    spec: {
      ...(ports.length === 0 ? {} : { ports: servicePorts(context, info, ports) }),
      selector,
      ...extras(context),
    },
    status: { loadBalancer: {} },
  };
}

function servicePorts(context: Context, info: Info, ports: readonly string[]): readonly unknown[] {
  const { flags } = context;
  const protocols = protocolsOf(info);
  const target = flags.string("target-port");
  return ports.map((text, i) => {
    const port = parsePort(text);
    const protocol = flags.string("protocol") || (protocols.get(text) ?? "TCP");
    return {
      ...(ports.length > 1 ? { name: `port-${i + 1}` } : {}),
      port,
      protocol,
      targetPort: target === "" ? port : /^\d+$/.test(target) ? Number(target) : target,
    };
  });
}

/** @throws Failure for what is no number */
export function parsePort(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw fail(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function extras({ flags }: Context): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {};
  const take = (flag: string, field: string, of: (text: string) => unknown = (text) => text): void => {
    if (flags.string(flag) !== "") made[field] = of(flags.string(flag));
  };
  take("type", "type");
  take("external-ip", "externalIPs", (text) => [text]);
  take("load-balancer-ip", "loadBalancerIP");
  take("cluster-ip", "clusterIP");
  take("session-affinity", "sessionAffinity", (text) => {
    if (text !== "None" && text !== "ClientIP") throw fail(`unknown session affinity: ${text}`);
    return text;
  });
  return made;
}
