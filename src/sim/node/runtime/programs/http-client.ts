import type { ApiRequest, ApiResponse } from "../../../api/http";
import type { Process } from "../../../kernel/process";
import type { Task } from "../../../kernel/task";
import { SECOND, type Micros } from "../../../kernel/time";
import { DNS_PORT, type DnsAnswer, type DnsQuery } from "../../wire/dns";
import type { DnsConfig } from "../cri/types";

/** resolv.conf's `timeout` and `attempts`. */
const DNS_TIMEOUT: Micros = 5 * SECOND;
const DNS_ATTEMPTS = 2;

/** What came of a request: a status, or the reason why there is none. */
export interface HttpOutcome {
  /** 0: no answer. */
  readonly status: number;
  readonly error: string;
  readonly body: unknown;
}

/** The parts of a URL that matter here. */
export interface Url {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** Takes `http://host:port/path` apart; scheme and path may be missing. undefined: not a URL. */
export function parseUrl(text: string): Url | undefined {
  const rest = text.startsWith("http://") ? text.slice(7) : text;
  const slash = rest.indexOf("/");
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const colon = authority.lastIndexOf(":");
  const host = colon < 0 ? authority : authority.slice(0, colon);
  const port = colon < 0 ? 80 : Number(authority.slice(colon + 1));
  if (host === "" || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  return { host, port, path: slash < 0 ? "/" : rest.slice(slash) };
}

/** A GET request as a record. */
export function getRequest(path: string, userAgent: string): ApiRequest {
  return { method: "GET", path, query: {}, headers: { "user-agent": userAgent }, body: undefined };
}

/** The names that a resolver tries for a name, in order (resolv.conf `search` and `ndots`). */
export function candidates(name: string, config: DnsConfig): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = config.searches.map((domain) => `${name}.${domain}`);
  let dots = 0;
  for (const c of name) if (c === ".") dots++;
  return dots >= config.ndots ? [name, ...searched] : [...searched, name];
}

function isAddress(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 && parts.every((p) => p !== "" && Number.isInteger(Number(p)) && Number(p) < 256);
}

/**
 * Asks the name servers for an address, as the C library does: each search domain in turn, no cache. Gives the
 * address, or undefined when there is none or no server answers.
 */
export function* resolve(process: Process, name: string, config: DnsConfig): Task<string | undefined> {
  if (isAddress(name)) return name;
  for (const candidate of candidates(name.toLowerCase(), config)) {
    const answer = yield* ask(process, candidate, config);
    if (answer === undefined) return undefined;
    if (answer.addresses.length > 0) return answer.addresses[0];
  }
  return undefined;
}

function* ask(process: Process, name: string, config: DnsConfig): Task<DnsAnswer | undefined> {
  const query: DnsQuery = { name };
  for (let attempt = 0; attempt < DNS_ATTEMPTS; attempt++) {
    for (const server of config.servers) {
      const connection = process.connect(server, DNS_PORT);
      const result = yield* connection.call(query, { timeout: DNS_TIMEOUT });
      connection.close();
      const answer = result.ok ? (result.value as DnsAnswer) : undefined;
      if (answer !== undefined && answer.code !== "SERVFAIL") return answer;
    }
  }
  return undefined;
}

/** Calls a URL over a connection of its own. */
export function* httpGet(
  process: Process,
  url: Url,
  dns: DnsConfig,
  options: { readonly timeout: Micros; readonly userAgent: string },
): Task<HttpOutcome> {
  const address = yield* resolve(process, url.host, dns);
  if (address === undefined) return { status: 0, error: `bad address '${url.host}'`, body: undefined };
  const connection = process.connect(address, url.port);
  const request = getRequest(url.path, options.userAgent);
  const result = yield* connection.call(request, { timeout: options.timeout });
  connection.close();
  if (!result.ok) return { status: 0, error: result.error, body: undefined };
  const response = result.value as ApiResponse;
  return { status: response.status, error: "", body: response.body };
}
