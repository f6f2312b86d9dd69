import type { ApiRequest } from "../../../api/http";
import { MONTH_NAMES } from "../../../api/civil";
import { formatTime } from "../../../api/time";
import type { Exchange } from "../../../kernel/connection";
import type { Micros } from "../../../kernel/time";

/** How the programs of an image write their logs. `plain`: as the teaching images do. */
export type LogStyle = "nginx" | "httpd" | "redis" | "plain" | "none";

/** `2026/01/01 00:00:07`. */
function slashed(at: Micros): string {
  return formatTime(at).slice(0, 19).replaceAll("-", "/").replace("T", " ");
}

/** `01/Jan/2026:00:00:07 +0000`, as in access logs. */
function common(at: Micros): string {
  const text = formatTime(at);
  const month = MONTH_NAMES[Number(text.slice(5, 7)) - 1] ?? "";
  return `${text.slice(8, 10)}/${month}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`;
}

/** `01 Jan 2026 00:00:07.123`. */
function dayFirst(at: Micros): string {
  const text = formatTime(at);
  const month = MONTH_NAMES[Number(text.slice(5, 7)) - 1] ?? "";
  const millis = String(Math.floor((at % 1_000_000) / 1000)).padStart(3, "0");
  return `${text.slice(8, 10)} ${month} ${text.slice(0, 4)} ${text.slice(11, 19)}.${millis}`;
}

/** What a server says when it is ready for requests. */
export function startLines(style: LogStyle, image: string, port: number, at: Micros): readonly string[] {
  switch (style) {
    case "nginx":
      return [
        "/docker-entrypoint.sh: Configuration complete; ready for start up",
        `${slashed(at)} [notice] 1#1: ${versioned("nginx", image)}`,
        `${slashed(at)} [notice] 1#1: start worker processes`,
      ];
    case "httpd":
      return [
        `[mpm_event:notice] [pid 1] AH00489: ${versioned("Apache", image)} configured -- resuming normal operations`,
      ];
    case "redis":
      return [`1:M ${dayFirst(at)} * Ready to accept connections tcp`];
    case "plain":
      return [`listening on :${port}`];
    case "none":
      return [];
  }
}

/** What a server says when it was asked to stop. */
export function stopLines(style: LogStyle, at: Micros): readonly string[] {
  switch (style) {
    case "nginx":
      return [
        `${slashed(at)} [notice] 1#1: signal 3 (SIGQUIT) received, shutting down`,
        `${slashed(at)} [notice] 1#1: exit`,
      ];
    case "httpd":
      return ["[mpm_event:notice] [pid 1] AH00492: caught SIGWINCH, shutting down gracefully"];
    case "redis":
      return [
        `1:signal-handler (${Math.floor(at / 1_000_000)}) Received SIGTERM scheduling shutdown...`,
        `1:M ${dayFirst(at)} # Redis is now ready to exit, bye bye...`,
      ];
    case "plain":
      return ["received SIGTERM, shutting down"];
    case "none":
      return [];
  }
}

/** The line of one request; undefined for servers that write none. Put into words when somebody reads it. */
export function accessLine(
  style: LogStyle,
  exchange: Exchange,
  status: number,
  bytes: number,
  at: Micros,
): (() => string) | undefined {
  if (style === "redis" || style === "none") return undefined;
  const { ip } = exchange.connection.client;
  const { method = "GET", path = "/", headers } = exchange.request as Partial<ApiRequest>;
  const agent = headers?.["user-agent"] ?? "-";
  // As many applications do, it spares its log the probes.
  if (style === "plain" && agent.startsWith("kube-probe/")) return undefined;
  if (style === "plain") return () => `${ip} ${method} ${path} ${status}`;
  const tail = style === "nginx" ? ` "-" "${agent}" "-"` : "";
  return () => `${ip} - - [${common(at)}] "${method} ${path} HTTP/1.1" ${status} ${bytes}${tail}`;
}

/** `nginx/1.28` of `nginx:1.28`; the bare name when the tag says nothing. */
function versioned(name: string, image: string): string {
  const tag = /:(\d[^/@:]*)$/.exec(image)?.[1];
  return tag === undefined ? name : `${name}/${tag}`;
}
