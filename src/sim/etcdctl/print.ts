import { encodeBase64 } from "../api/base64";
import { formatMicroTime } from "../api/time";
import type { KeyValue, MemberInfo } from "../etcd/records";
import type { ProgramIo } from "../terminal/io";
import { CommandFailure, EXIT } from "./failure";
import type { Flags } from "./flags";

export type Format = "simple" | "table" | "json" | "fields";

export function formatOf(flags: Flags): Format {
  const format = flags.text("write-out") ?? "simple";
  if (format === "simple" || format === "table" || format === "json") return format;
  if (format === "fields")
    throw new CommandFailure("fields is not simulated as an output format", EXIT.badFeature);
  throw new CommandFailure("unsupported output format", EXIT.badFeature);
}

/** A table as olekukonko/tablewriter draws it for etcdctl: heads in the middle, cells at the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => (r[i] ?? "").length)));
  const rule = `+${widths.map((w) => "-".repeat(w + 2)).join("+")}+\n`;
  const middle = (text: string, width: number): string => {
    const left = Math.floor((width - text.length) / 2);
    return " ".repeat(left) + text + " ".repeat(width - text.length - left);
  };
  const line = (cells: readonly string[], place: (text: string, width: number) => string): string =>
    `| ${widths.map((w, i) => place(cells[i] ?? "", w)).join(" | ")} |\n`;
  const body = rows.map((r) => line(r, (text, width) => text.padStart(width))).join("");
  return `${rule}${line(
    head.map((h) => h.toUpperCase()),
    middle,
  )}${rule}${body}${rule}`;
}

export const hex = (id: number): string => id.toString(16);

/** etcd's cluster id is a hash over the founders; here it is one that never changes. */
const CLUSTER = 0x1a2b3c4d5e6f7;
export const CLUSTER_ID = hex(CLUSTER).padStart(16);

export interface Header {
  readonly cluster_id: number;
  readonly member_id: number;
  readonly revision: number;
  readonly raft_term: number;
}

export const header = (member: number, revision: number, term: number): Header => ({
  cluster_id: CLUSTER,
  member_id: member,
  revision,
  raft_term: term,
});

export const peerUrl = (m: MemberInfo): string => `https://${m.ip}:2380`;
export const clientUrl = (m: MemberInfo): string => `https://${m.ip}:2379`;

/** What a value looks like as text: etcd holds objects here, and a real one protobuf. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  const held = typeof value === "object" && value !== null && "object" in value ? value.object : value;
  return JSON.stringify(held) ?? "";
}

export const jsonKeyValue = (kv: KeyValue, withValue: boolean): object => ({
  key: encodeBase64(kv.key),
  create_revision: kv.createRevision,
  mod_revision: kv.modRevision,
  version: kv.version,
  ...(withValue ? { value: encodeBase64(valueText(kv.value)) } : {}),
  ...(kv.lease === 0 ? {} : { lease: kv.lease }),
});

/** The line of the client's own log about a call that failed. */
export function warn(io: ProgramIo, method: string, endpoint: string, error: string): void {
  const line = {
    level: "warn",
    ts: formatMicroTime(io.process.now),
    logger: "etcd-client",
    caller: "v3@v3.6.6/retry_interceptor.go:65",
    msg: "retrying of unary invoker failed",
    target: `etcd-endpoints://0xc000000000/${endpoint}`,
    method: `/etcdserverpb.${method}`,
    attempt: 0,
    error: `rpc error: ${error}`,
  };
  io.err(`${JSON.stringify(line)}\n`);
}
