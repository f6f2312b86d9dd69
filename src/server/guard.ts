import { createHash, timingSafeEqual } from "node:crypto";
import { err, ok, type Result } from "../shared/result";
import { forbidden, methodNotSupported, unauthorized } from "../sim/api/status";
import type { Status } from "../sim/api/types";

const NOTHING = { group: "", resource: "" } as const;
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

/** Compares texts in a time that does not tell how much of them is equal. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Paths that bear the token begin with this. */
export const TOKEN_PATH = "/token/";

/** The base address for clients that send no Authorization header over plain HTTP: kubectl is one. */
export function addressWithToken(url: string, token: string): string {
  return url + TOKEN_PATH + token;
}

/** The names by which a server on loopback is asked, as they stand in a Host header. */
export function ownHosts(port: number): ReadonlySet<string> {
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
}

/** Who may come in: this machine's own tools that hold the token; no web page, whatever name it came by. */
export class Guard {
  readonly #token: string;
  readonly #hosts: ReadonlySet<string>;

  constructor(token: string, port: number) {
    this.#token = token;
    this.#hosts = ownHosts(port);
  }

  /**
   * Checks a request, whose token may stand in the header or before its path.
   *
   * @returns the path without the token, or why the request is refused
   */
  admit(method: string, url: string, headers: Headers): Result<string, Status> {
    // A name that was made to point at this machine (DNS rebinding) arrives with that name.
    if (!this.#hosts.has((headers.get("host") ?? "").toLowerCase())) {
      return err(forbidden(NOTHING, "", "the Host header does not name this server"));
    }
    if (headers.has("origin") || (headers.get("sec-fetch-site") ?? "none") !== "none") {
      return err(forbidden(NOTHING, "", "web pages may not talk to this server"));
    }
    const inPath = /^\/token\/([\w-]+)(?=\/|\?|$)/.exec(url);
    const given = inPath?.[1] ?? /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (given === undefined || !sameText(given, this.#token)) return err(unauthorized());
    if (!METHODS.has(method)) return err(methodNotSupported(NOTHING, method.toLowerCase()));
    const path = inPath === null ? url : url.slice(inPath[0].length);
    return ok(path.startsWith("/") ? path : `/${path}`);
  }
}
