import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { forbidden, methodNotSupported, unauthorized } from "../sim/api/status";
import type { Status } from "../sim/api/types";

const NOTHING = { group: "", resource: "" } as const;
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** Compares texts in a time that does not tell how much of them is equal. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Who may come in: this machine's own tools that hold the token; no web page, whatever name it came by. */
export class Guard {
  readonly #token: string;
  readonly #hosts: ReadonlySet<string>;

  constructor(token: string, port: number) {
    this.#token = token;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  }

  /** @returns why a request is refused; undefined when it may pass */
  refusal(method: string, headers: IncomingHttpHeaders): Status | undefined {
    // A name that was made to point at this machine (DNS rebinding) arrives with that name.
    if (!this.#hosts.has((headers.host ?? "").toLowerCase())) {
      return forbidden(NOTHING, "", "the Host header does not name this server");
    }
    if (headers.origin !== undefined || (headers["sec-fetch-site"] ?? "none") !== "none") {
      return forbidden(NOTHING, "", "web pages may not talk to this server");
    }
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    if (given === undefined || !sameText(given, this.#token)) return unauthorized();
    return METHODS.has(method) ? undefined : methodNotSupported(NOTHING, method.toLowerCase());
  }
}
