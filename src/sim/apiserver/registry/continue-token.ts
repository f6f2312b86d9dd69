/**
 * Where a list that was cut at a limit goes on (apiserver `pkg/storage/continue.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { badRequest } from "../../api/status";
import type { Status } from "../../api/types";
import { decodeBase64Url, encodeBase64Url } from "../auth/base64url";

export interface ContinueToken {
  readonly v: string;
  /** The revision of the whole list; -1: whatever is newest by then. */
  readonly rv: number;
  /** Key of the last object of the page before. */
  readonly start: string;
}

const VERSION = "meta.k8s.io/v1";
const ALPHABET = /[^-\w]/u;

export function writeToken(rv: number, start: string): string {
  const token: ContinueToken = { v: VERSION, rv, start };
  return encodeBase64Url(JSON.stringify(token));
}

export function readToken(text: string): Result<ContinueToken, Status> {
  const refuse = (why: string) => err(badRequest(`invalid continue token: continue key is not valid${why}`));
  const data = decodeBase64Url(text);
  const wrong = ALPHABET.exec(text);
  if (data === undefined || wrong !== null) {
    return refuse(`: illegal base64 data at input byte ${wrong?.index ?? text.length}`);
  }
  const token = parseJson(data);
  if (token === undefined) return refuse(": invalid character in continue token");
  if (token.v !== VERSION) return refuse(": server does not recognize this encoded version");
  const { rv, start } = token;
  if (typeof rv !== "number" || !Number.isSafeInteger(rv) || rv === 0 || rv < -1) {
    return refuse(`: incorrect encoded start resourceVersion (version ${VERSION})`);
  }
  if (typeof start !== "string" || start === "") {
    return refuse(`: encoded start key empty (version ${VERSION})`);
  }
  return ok({ v: VERSION, rv, start });
}

function parseJson(text: string): Partial<Record<keyof ContinueToken, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
