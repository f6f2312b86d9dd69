import type { ApiRequest, ApiResponse, WatchEvent } from "../sim/api/http";
import type { ApiObject } from "../sim/api/types";
import type { Exchange } from "../sim/kernel/connection";
import type { Message } from "../sim/kernel/message";
import type { Process } from "../sim/kernel/process";
import type { MessageShape, MessageView } from "./types";

const API_PORT = 6443;
const ETCD_CLIENT_PORT = 2379;
const ETCD_PEER_PORT = 2380;

interface Look {
  readonly shape: MessageShape;
  readonly code: number;
  readonly label: string;
  readonly subject: string;
}

/** How a message is drawn. The payloads' types follow from the port that it goes to. */
export function messageView(m: Message): MessageView | undefined {
  if (m.to === undefined && m.kind !== "datagram") return undefined;
  const look = lookOf(m);
  const via: string[] = [];
  for (let i = 1; i < m.route.length - 1; i++) {
    const name = m.route[i]?.name ?? "";
    if (name !== m.from.host.name && name !== via.at(-1)) via.push(name);
  }
  return {
    id: m.id,
    cause: m.cause,
    from: endpoint(m.from),
    to: m.to === undefined ? peerOf(m) : endpoint(m.to),
    via,
    sent: m.sent,
    received: Math.max(m.received, m.sent),
    shape: look.shape,
    code: look.code,
    dropped: m.dropped,
    quiet: m.quiet,
    label: look.label,
    subject: look.subject,
  };
}

function endpoint(p: Process): string {
  return p.id;
}

/** Datagrams go between etcd members; the receiver is whoever has that port on the last host of the route. */
function peerOf(m: Message): string {
  const host = m.route.at(-1);
  return `${host?.name ?? ""}/${m.port === ETCD_PEER_PORT ? "etcd" : "dns"}`;
}

function lookOf(m: Message): Look {
  switch (m.port) {
    case API_PORT:
      return apiLook(m);
    case ETCD_CLIENT_PORT:
      return etcdLook(m);
    case ETCD_PEER_PORT:
      return raftLook(m);
    default:
      return typeof m.port === "string"
        ? { shape: "cri", code: 0, label: criLabel(m), subject: "" }
        : { shape: "traffic", code: statusCode(m), label: m.kind, subject: "" };
  }
}

function apiLook(m: Message): Look {
  const request = (m.exchange as Exchange).request as ApiRequest;
  const talk = m.kind === "input" || typeof m.payload === "string" || isTalk(m.payload);
  if (m.kind !== "response" && talk) {
    const subject = pathSubject(request);
    return { shape: m.kind === "input" ? "write" : "watch", code: 0, label: subject, subject };
  }
  if (m.kind === "stream") {
    const event = m.payload as WatchEvent<ApiObject>;
    const meta = event.object?.metadata;
    const subject = meta === undefined ? "" : subjectOf(request.path, meta.namespace, meta.name);
    const rev = meta?.resourceVersion === undefined ? "" : ` · rev ${meta.resourceVersion}`;
    return { shape: "watch", code: 0, label: `${event.type} ${subject}${rev}`, subject };
  }
  const subject = pathSubject(request);
  if (m.kind === "response" || m.kind === "end") {
    const code = (m.payload as ApiResponse | undefined)?.status ?? 200;
    const rev = revisionOf((m.payload as ApiResponse | undefined)?.body);
    return { shape: "response", code, label: `${code} ${request.method} ${subject}${rev}`, subject };
  }
  const reading = request.method === "GET";
  const verb = reading && request.query["watch"] === "true" ? "WATCH" : request.method;
  return { shape: reading ? "read" : "write", code: 0, label: `${verb} ${subject}`, subject };
}

/** A piece of an exec: it has a channel, and is no watch event. */
function isTalk(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && "channel" in payload;
}

function revisionOf(body: unknown): string {
  const rev = (body as ApiObject | undefined)?.metadata?.resourceVersion;
  return rev === undefined ? "" : ` · rev ${rev}`;
}

/** `/apis/apps/v1/namespaces/default/deployments/web/scale` → `deployments/default/web scale`. */
function pathSubject(request: ApiRequest): string {
  const parts = request.path.split("/").filter((p) => p !== "");
  const rest = parts[0] === "api" ? parts.slice(2) : parts[0] === "apis" ? parts.slice(3) : parts;
  if (rest[0] === "namespaces" && rest.length > 2) {
    const [, namespace = "", resource = "", name, sub] = rest;
    return name === undefined
      ? `${resource}/${namespace}`
      : `${resource}/${namespace}/${name}${sub ? ` ${sub}` : ""}`;
  }
  const [resource = request.path, name, sub] = rest;
  return name === undefined ? resource : `${resource}/${name}${sub ? ` ${sub}` : ""}`;
}

function subjectOf(path: string, namespace: string | undefined, name: string | undefined): string {
  const parts = path.split("/");
  const at = parts.indexOf("namespaces");
  const resource = (at >= 0 && parts.length > at + 2 ? parts[at + 2] : parts.at(-1)) ?? "";
  return namespace === undefined ? `${resource}/${name ?? ""}` : `${resource}/${namespace}/${name ?? ""}`;
}

function etcdLook(m: Message): Look {
  const { method: op } = (m.exchange as Exchange).request as { readonly method: string };
  if (m.kind === "stream") return { shape: "watch", code: 0, label: "watch event", subject: "" };
  if (m.kind === "response") return { shape: "response", code: 0, label: `${op} done`, subject: "" };
  return { shape: op === "txn" ? "write" : "read", code: 0, label: op, subject: "" };
}

function raftLook(m: Message): Look {
  const raft = m.payload as { type: string; term: number; reject?: boolean; entries?: readonly unknown[] };
  const reply =
    raft.type.endsWith("Response") || raft.type.endsWith("-response") || raft.type.endsWith("Resp");
  const n = raft.entries?.length ?? 0;
  const label = `${raft.type} · term ${raft.term}${n > 0 ? ` · ${n} ${n === 1 ? "entry" : "entries"}` : ""}`;
  const beat = raft.type.toLowerCase().includes("heartbeat");
  return {
    shape: beat ? "heartbeat" : reply ? "raft-reply" : "raft",
    code: reply ? (raft.reject ? -1 : 1) : 0,
    label,
    subject: "",
  };
}

function criLabel(m: Message): string {
  const request = (m.exchange as Exchange).request as { method?: string; type?: string; op?: string };
  const name = request.method ?? request.type ?? request.op ?? "CRI";
  return m.kind === "response" ? `${name} done` : name;
}

function statusCode(m: Message): number {
  return m.kind === "response" ? ((m.payload as { status?: number } | undefined)?.status ?? 0) : 0;
}
