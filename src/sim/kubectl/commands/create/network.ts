/** `kubectl create service` and `ingress` (kubectl `pkg/cmd/create/create_{service,ingress}.go`). */
import type { Command, Flag } from "../../cli/command";
import { fail } from "../../cli/failure";
import type { Context } from "../../context";
import type { AnyObject } from "../../resource/info";
import { creator, type Maker, type Target } from "./maker";

const SERVICE: Target = { apiVersion: "v1", kind: "Service", resource: "services", namespaced: true };
const TCP: Flag = { name: "tcp", type: "strings", help: "Ports, as `port` or `port:targetPort`." };

interface Port {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: "TCP";
}

function portOf(text: string): Port {
  const at = text.indexOf(":");
  const [first, target] = at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 1)];
  const port = numberOf(first);
  if (/^-?\d+$/.test(target)) {
    const targetPort = numberOf(target);
    return { name: text.replaceAll(":", "-"), port, targetPort, protocol: "TCP" };
  }
  if (!/^[a-z0-9-]{1,15}$/.test(target) || !/[a-z]/.test(target)) {
    throw fail(`must be a valid port name or number: ${target}`);
  }
  return { name: text.replaceAll(":", "-"), port, targetPort: target, protocol: "TCP" };
}

function numberOf(text: string): number {
  if (!/^[-+]?\d+$/.test(text))
    throw fail(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const port = Number(text);
  if (port < 1 || port > 65_535) throw fail("must be between 1 and 65535, inclusive");
  return port;
}

/** One of the four types, with the ports of `--tcp`. */
function service(
  type: string,
  maker: Pick<Maker, "name" | "summary" | "usage" | "flags">,
  more: (context: Context, ports: readonly Port[]) => Readonly<Record<string, unknown>>,
): Command {
  return creator({
    ...maker,
    target: SERVICE,
    failure: `failed to create ${type} service`,
    make(context, name): AnyObject {
      const ports = context.flags.strings("tcp").map(portOf);
      const spec: Record<string, unknown> = { selector: { app: name }, type, ...more(context, ports) };
      if (ports.length > 0) spec["ports"] ??= ports;
      return { metadata: { name, labels: { app: name } }, spec, status: { loadBalancer: {} } };
    },
  });
}

const clusterIp = service(
  "ClusterIP",
  {
    name: "clusterip",
    summary: "Creates a service inside the cluster",
    usage: "service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    flags: [TCP, { name: "clusterip", type: "string", help: "Its address; None for a headless one." }],
  },
  ({ flags }, ports) => {
    const clusterIP = flags.string("clusterip");
    if (clusterIP !== "None" && ports.length === 0)
      throw fail("at least one tcp port specifier must be provided");
    if (clusterIP === "None" && ports.length > 0) throw fail("can not map ports with clusterip=None");
    return clusterIP === "" ? {} : { clusterIP };
  },
);

const nodePort = service(
  "NodePort",
  {
    name: "nodeport",
    summary: "Creates a service with a port on every node",
    usage: "service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    flags: [TCP, { name: "node-port", type: "int", default: "0", help: "Port on every node." }],
  },
  ({ flags }, ports) => {
    if (ports.length === 0) throw fail("at least one tcp port specifier must be provided");
    const number = flags.int("node-port");
    return number === 0 ? {} : { ports: ports.map((port) => ({ ...port, nodePort: number })) };
  },
);

const loadBalancer = service(
  "LoadBalancer",
  {
    name: "loadbalancer",
    summary: "Creates a service with a load balancer of the cloud",
    usage: "service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    flags: [TCP],
  },
  (_, ports) => {
    if (ports.length === 0) throw fail("at least one tcp port specifier must be provided");
    return {};
  },
);

const externalName = service(
  "ExternalName",
  {
    name: "externalname",
    summary: "Creates a service that stands for a name outside",
    usage: "service externalname NAME --external-name external.name [--dry-run=server|client|none]",
    flags: [TCP, { name: "external-name", type: "string", help: "The name outside.", required: true }],
  },
  ({ flags }) => ({ externalName: flags.string("external-name") }),
);

export const createService: Command = {
  name: "service",
  aliases: ["svc"],
  summary: "Creates a service of a certain type",
  usage: "create service",
  commands: [clusterIp, externalName, loadBalancer, nodePort],
};

const RULE = /^(?<host>[\w*\-.]*)(?<path>\/.*)=(?<service>[\w-]+):(?<port>[\w\-.]+)(?<tls>(?:,.*)?)$/s;
const BACKEND = /^(?<service>[\w-]+):(?<port>[\w\-.]+)$/;

function backendOf(service_: string, port: string) {
  return {
    service: { name: service_, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
  };
}

interface Rule {
  readonly host: string;
  readonly path: object;
  /** Name of the secret; `""`: the default certificate; undefined: no TLS. */
  readonly secret: string | undefined;
}

function ruleOf(text: string): Rule {
  const groups = RULE.exec(text)?.groups;
  if (groups === undefined)
    throw fail(`rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  const { host = "", path = "", service: name = "", port = "", tls = "" } = groups;
  const wild = path.endsWith("*");
  const secret = /^,tls(?:=(.*))?$/.exec(tls);
  return {
    host,
    path: {
      path: wild ? path.slice(0, -1) : path,
      pathType: wild ? "Prefix" : "Exact",
      backend: backendOf(name, port),
    },
    secret: secret === null ? undefined : (secret[1] ?? ""),
  };
}

/** One rule a host, one TLS entry a secret, in the order in which they come. */
function ingressSpec(rules: readonly Rule[]) {
  const hosts = new Map<string, object[]>();
  const secrets = new Map<string, string[]>();
  for (const { host, path, secret } of rules) {
    hosts.set(host, [...(hosts.get(host) ?? []), path]);
    if (secret === undefined) continue;
    const known = secrets.get(secret) ?? [];
    if (!known.includes(host)) known.push(host);
    secrets.set(secret, known);
  }
  const tls = [...secrets].map(([secretName, names]) => ({
    ...(names.some((name) => name !== "") ? { hosts: names } : {}),
    ...(secretName === "" ? {} : { secretName }),
  }));
  return {
    ...(hosts.size === 0
      ? {}
      : {
          rules: [...hosts].map(([host, paths]) => ({ ...(host === "" ? {} : { host }), http: { paths } })),
        }),
    ...(tls.length === 0 ? {} : { tls }),
  };
}

export const createIngress = creator({
  name: "ingress",
  aliases: ["ing"],
  summary: "Creates an ingress",
  usage: "ingress NAME --rule=host/path=service:port[,tls[=secret]]",
  examples: ["kubectl create ingress shop --rule='shop.example/*=front:80'"],
  flags: [
    { name: "class", type: "string", help: "Class of the ingress." },
    { name: "rule", type: "array", help: "`host/path=service:port[,tls=secret]`." },
    { name: "default-backend", type: "string", help: "`service:port` for what no rule matches." },
    { name: "annotation", type: "array", help: "`key=value`." },
  ],
  target: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", resource: "ingresses", namespaced: true },
  failure: "failed to create ingress",
  make({ flags }, name) {
    const rules = flags.strings("rule");
    const fallback = flags.string("default-backend");
    if (rules.length === 0 && fallback === "") {
      throw fail(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all " +
          "traffic) or a list of rules (which catch specific paths)",
      );
    }
    const backend = fallback === "" ? undefined : BACKEND.exec(fallback)?.groups;
    if (fallback !== "" && backend === undefined)
      throw fail("default-backend should be in format servicename:serviceport");
    const annotations = Object.fromEntries(
      flags
        .strings("annotation")
        .map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
    );
    const ingressClassName = flags.string("class");
    return {
      metadata: { name, ...(flags.strings("annotation").length === 0 ? {} : { annotations }) },
      spec: {
        ...(ingressClassName === "" ? {} : { ingressClassName }),
        ...(backend === undefined
          ? {}
          : { defaultBackend: backendOf(backend["service"] ?? "", backend["port"] ?? "") }),
        ...ingressSpec(rules.map(ruleOf)),
      },
      status: { loadBalancer: {} },
    };
  },
});
