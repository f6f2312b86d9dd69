import type { Task } from "../../../../kernel/task";
import { SECOND } from "../../../../kernel/time";
import { httpGet, parseUrl, resolve, type HttpOutcome } from "../http-client";
import type { Command } from "./commands";
import type { Shell } from "./shell";
import { split } from "./text-commands";

/** Limit of a request that names none; busybox's wget waits for 900 s, which nobody would. */
const TIMEOUT = 10 * SECOND;

function* fetch(
  shell: Shell,
  url: string,
  tool: string,
  seconds: string | undefined,
): Task<HttpOutcome | undefined> {
  const parsed = parseUrl(url);
  if (parsed === undefined) {
    shell.complain(`${tool}: bad address '${url}'`);
    return undefined;
  }
  const limit = Number(seconds);
  const timeout = limit > 0 ? Math.round(limit * SECOND) : TIMEOUT;
  return yield* httpGet(shell.process, parsed, shell.context.sandbox.dns, { timeout, userAgent: tool });
}

/** `--timeout=2`, `--max-time 2`. */
function long(words: readonly string[], name: string): string | undefined {
  const at = words.findIndex((w) => w === name || w.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const word = words[at] as string;
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : words[at + 1];
}

/** A body as it comes over the wire. */
function bodyText(body: unknown): string {
  if (typeof body === "string") return body;
  return body === undefined ? "" : `${JSON.stringify(body)}\n`;
}

function* wget(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words, "OTYU");
  const url = rest.find((w) => !w.startsWith("-"));
  if (url === undefined) {
    shell.complain("wget: missing URL");
    return 1;
  }
  const outcome = yield* fetch(shell, url, "wget", flags.get("T") ?? long(words, "--timeout"));
  if (outcome === undefined) return 1;
  const { status, error, body } = outcome;
  if (status >= 200 && status < 400) {
    const text = bodyText(body);
    const file = flags.get("O");
    if (words.includes("--spider")) return 0;
    if (file === undefined || file === "-" || file.startsWith("/dev/")) {
      if (file === undefined || file === "-" || file === "/dev/stdout") shell.write(text);
    } else shell.files.write(shell.path(file), text);
    return 0;
  }
  shell.complain(
    `wget: ${status === 0 ? wgetError(error, url) : `server returned error: HTTP/1.1 ${statusLine(status)}`}`,
  );
  return 1;
}

function wgetError(error: string, url: string): string {
  const host = parseUrl(url)?.host ?? "";
  switch (error) {
    case "refused":
      return `can't connect to remote host (${host}): Connection refused`;
    case "timeout":
      return "download timed out";
    case "reset":
      return "error getting response: Connection reset by peer";
    default:
      return error;
  }
}

const PHRASES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function statusLine(status: number): string {
  return `${status} ${PHRASES[status] ?? ""}`.trim();
}

function* curl(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words, "omHXwAdu");
  const url = rest.find((w, i) => !w.startsWith("--") && !TAKES_VALUE.has(rest[i - 1] ?? ""));
  if (url === undefined) {
    shell.complain("curl: try 'curl --help' for more information");
    return 2;
  }
  const outcome = yield* fetch(
    shell,
    url,
    "curl",
    flags.get("m") ?? long(words, "--max-time") ?? long(words, "--connect-timeout"),
  );
  if (outcome === undefined) return 3;
  const { status, error, body } = outcome;
  const quiet = (flags.has("s") && !flags.has("S")) || words.includes("--silent");
  if (status === 0) {
    const { code, text } = curlError(error, url);
    if (!quiet) shell.complain(`curl: (${code}) ${text}`);
    return code;
  }
  if ((flags.has("f") || words.includes("--fail")) && status >= 400) {
    if (!quiet) shell.complain(`curl: (22) The requested URL returned error: ${status}`);
    return 22;
  }
  if (flags.has("i") || flags.has("I")) shell.write(`HTTP/1.1 ${statusLine(status) || status}\n\n`);
  const file = flags.get("o");
  if (file === undefined && !flags.has("I")) shell.write(bodyText(body));
  else if (file !== undefined && file !== "/dev/null") shell.files.write(shell.path(file), bodyText(body));
  const format = flags.get("w");
  if (format !== undefined)
    shell.write(format.replaceAll("%{http_code}", String(status)).replaceAll("\\n", "\n"));
  return 0;
}

const TAKES_VALUE: ReadonlySet<string> = new Set([
  "--max-time",
  "--connect-timeout",
  "--header",
  "--request",
]);

function curlError(error: string, url: string): { code: number; text: string } {
  const { host = "", port = 80 } = parseUrl(url) ?? {};
  if (error.startsWith("bad address")) return { code: 6, text: `Could not resolve host: ${host}` };
  if (error === "refused")
    return { code: 7, text: `Failed to connect to ${host} port ${port}: Connection refused` };
  if (error === "timeout" || error === "lost") return { code: 28, text: "Connection timed out" };
  return { code: 56, text: "Recv failure: Connection reset by peer" };
}

function* nslookup(shell: Shell, words: readonly string[]): Task<number> {
  const name = words[1] ?? "";
  const { dns } = shell.context.sandbox;
  shell.print(`Server:\t\t${dns.servers[0] ?? ""}`);
  shell.print(`Address:\t${dns.servers[0] ?? ""}:53`);
  shell.print("");
  const address = yield* resolve(shell.process, name, dns);
  if (address === undefined) {
    shell.print(`** server can't find ${name}: NXDOMAIN`);
    shell.print("");
    return 1;
  }
  shell.print(`Name:\t${name}`);
  shell.print(`Address: ${address}`);
  shell.print("");
  return 0;
}

/** `nc -z HOST PORT`: is anybody listening? Nothing else of it is here. */
function* nc(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words, "w");
  const [host = "", port = ""] = rest;
  if (!flags.has("z") || !/^\d+$/.test(port)) {
    shell.complain("nc: only 'nc -z HOST PORT' is known here");
    return 1;
  }
  const address = yield* resolve(shell.process, host, shell.context.sandbox.dns);
  if (address === undefined) {
    shell.complain(`nc: bad address '${host}'`);
    return 1;
  }
  const limit = (Number(flags.get("w")) || 10) * SECOND;
  const connection = shell.process.connect(address, Number(port), { dialTimeout: limit });
  // Whatever it says to a first request: that there is a connection is what counts.
  const answer = yield* connection.call(
    { method: "GET", path: "/", query: {}, headers: {}, body: undefined },
    { timeout: limit },
  );
  const open = answer.ok || (answer.error === "timeout" && connection.server !== undefined);
  connection.close();
  if (open && flags.has("v")) shell.complain(`${host} (${address}:${port}) open`);
  if (!open && flags.has("v")) shell.complain(`nc: ${host} (${address}:${port}): Connection refused`);
  return open ? 0 : 1;
}

export const NETWORK_COMMANDS: Readonly<Record<string, Command>> = { wget, curl, nslookup, nc };
