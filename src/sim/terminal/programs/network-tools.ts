/** What speaks to addresses on the simulated network: curl; and what would have to be another network. */
import type { ApiRequest, ApiResponse } from "../../api/http";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { ShellIo, ShellProgram } from "../shell-io";
import { misused } from "./inputs";
import { options } from "./options";

const WORDS = {
  refused: [7, "Failed to connect to HOST port PORT: Connection refused"],
  reset: [56, "Recv failure: Connection reset by peer"],
  lost: [28, "Connection timed out"],
  timeout: [28, "Connection timed out"],
  closed: [52, "Empty reply from server"],
} as const;

/** GET of an address in the cluster's outside world: a load balancer, a node port. */
function* curl(io: ShellIo): Task<number> {
  const given = options(io.args, {
    flags: "sSkivLfI",
    values: "mHX",
    long: { silent: "s", insecure: "k", include: "i", "max-time": "m", header: "H", request: "X", fail: "f" },
  });
  if (given.problem !== undefined) return misused(io, "curl", given.problem, 2);
  const [url] = given.rest;
  if (url === undefined) return misused(io, "curl", "(2) no URL specified", 2);
  if ((given.value("X") ?? "GET") !== "GET") return misused(io, "curl", "this curl only sends GET", 2);
  const found = /^(?:(https?):\/\/)?([^/:?]+)(?::(\d+))?(\/[^\s]*)?$/.exec(url);
  if (found === null) return misused(io, "curl", "(3) URL rejected", 3);
  const [, scheme = "http", host = "", portText, path = "/"] = found;
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(host))
    return misused(io, "curl", `(6) Could not resolve host: ${host}`, 6);
  const port = Number(portText ?? (scheme === "https" ? 443 : 80));
  const limit = Number(given.value("m") ?? "30") * SECOND;
  const connection = io.process.connect(host, port, { dialTimeout: limit });
  const [bare = "/", queryText] = path.split("?");
  const request: ApiRequest = {
    method: "GET",
    path: bare,
    query: Object.fromEntries(
      (queryText ?? "")
        .split("&")
        .filter((p) => p !== "")
        .map(pair),
    ),
    headers: { host, "user-agent": "curl/8.14.1", accept: "*/*" },
    body: undefined,
  };
  const result = yield* connection.call(request, { timeout: limit, quiet: false });
  connection.close();
  if (!result.ok) {
    const [code, words] = WORDS[result.error];
    if (!given.has("s") || given.has("S"))
      io.err(`curl: (${code}) ${words.replace("HOST", host).replace("PORT", String(port))}\n`);
    return code;
  }
  const { status, headers, body } = result.value as ApiResponse;
  if (given.has("f") && status >= 400) {
    io.err(`curl: (22) The requested URL returned error: ${status}\n`);
    return 22;
  }
  if (given.has("i") || given.has("I")) {
    io.out(`HTTP/1.1 ${status}\n`);
    for (const [name, value] of Object.entries(headers)) io.out(`${name}: ${value}\n`);
    io.out("\n");
  }
  if (!given.has("I"))
    io.out(typeof body === "string" ? body : body === undefined ? "" : `${JSON.stringify(body, null, 2)}\n`);
  return 0;
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

const refused = (program: string): ShellProgram =>
  function* run(io): Task<number> {
    io.err(
      `${program}: not simulated here; \`curl http://ADDRESS:PORT\` reaches addresses on the simulated network\n`,
    );
    return 1;
  };

export const networkTools: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["curl", curl],
  ["ping", refused("ping")],
  ["nc", refused("nc")],
  ["wget", refused("wget")],
]);
