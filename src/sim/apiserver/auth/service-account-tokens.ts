/**
 * Tokens of ServiceAccounts (`pkg/serviceaccount/{jwt,claims}.go`): three parts like a JWT, signed with a key that
 * all API servers share, and valid as long as what they are bound to exists.
 *
 * The signature is a keyed hash for a world without attackers on the wire; it keeps made-up tokens out, no more.
 */
import { pods } from "../../api/kinds/pod";
import { serviceAccounts } from "../../api/kinds/service-account";
import { SECOND, type Micros } from "../../kernel/time";
import type { Caches } from "../cache/caches";
import { decodeBase64Url, encodeBase64Url } from "./base64url";
import { serviceAccountUser, type User } from "./user";

/** Seconds from 1970 to the beginning of virtual time. */
const EPOCH_SECONDS = 20_454 * 86_400;
export const ISSUER = "https://kubernetes.default.svc.cluster.local";
const HEADER = encodeBase64Url('{"alg":"HS256","kid":"cluster"}');

export interface BoundPod {
  readonly name: string;
  readonly uid: string;
  readonly node?: string;
}

export interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly pod?: BoundPod;
}

interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly sub: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly node?: { readonly name: string };
  };
}

interface Verified {
  readonly claims: Claims;
  readonly user: User;
}

export class ServiceAccountTokens {
  readonly #key: string;
  readonly #caches: Caches;
  /** Tokens whose signature was checked, with the user that they stand for. */
  readonly #verified = new Map<string, Verified>();

  constructor(key: string, caches: Caches) {
    this.#key = key;
    this.#caches = caches;
  }

  /** A new token; times in virtual microseconds. */
  issue(subject: TokenSubject, audiences: readonly string[], now: Micros, expires: Micros): string {
    const { namespace, name, uid, pod } = subject;
    const bound = {
      namespace,
      serviceaccount: { name, uid },
      ...(pod === undefined ? {} : { pod: { name: pod.name, uid: pod.uid } }),
      ...(pod?.node === undefined ? {} : { node: { name: pod.node } }),
    };
    const claims: Claims = {
      aud: audiences,
      exp: EPOCH_SECONDS + Math.floor(expires / SECOND),
      iat: EPOCH_SECONDS + Math.floor(now / SECOND),
      iss: ISSUER,
      sub: `system:serviceaccount:${namespace}:${name}`,
      "kubernetes.io": bound,
    };
    const body = `${HEADER}.${encodeBase64Url(JSON.stringify(claims))}`;
    return `${body}.${this.#sign(body)}`;
  }

  /** The user behind a token, or undefined if it is none of ours, expired, or what it is bound to is gone. */
  authenticate(token: string, now: Micros): User | undefined {
    const verified = this.#verify(token);
    if (verified === undefined) return undefined;
    const { claims, user } = verified;
    if (claims.exp <= EPOCH_SECONDS + now / SECOND) return undefined;
    const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
    const account = this.#caches.find(serviceAccounts, namespace, serviceaccount.name);
    if (account?.metadata.uid !== serviceaccount.uid) return undefined;
    if (pod === undefined) return user;
    const bound = this.#caches.find(pods, namespace, pod.name);
    return bound?.metadata.uid === pod.uid ? user : undefined;
  }

  #verify(token: string): Verified | undefined {
    const known = this.#verified.get(token);
    if (known !== undefined) return known;
    const dot = token.lastIndexOf(".");
    const body = token.slice(0, dot);
    if (dot < 0 || !body.startsWith(`${HEADER}.`) || token.slice(dot + 1) !== this.#sign(body))
      return undefined;
    const text = decodeBase64Url(body.slice(HEADER.length + 1));
    if (text === undefined) return undefined;
    const claims = JSON.parse(text) as Claims;
    const verified = { claims, user: userOf(claims) };
    if (this.#verified.size > 4096) this.#verified.clear();
    this.#verified.set(token, verified);
    return verified;
  }

  #sign(body: string): string {
    let made = "";
    for (let round = 0; round < 4; round++) {
      let h = 0x811c9dc5 ^ Math.imul(round + 1, 0x9e3779b9);
      const text = `${this.#key}${round}${body}${this.#key}`;
      for (let i = 0; i < text.length; i++) {
        h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
        h ^= h >>> 15;
      }
      made += (h >>> 0).toString(16).padStart(8, "0");
    }
    return encodeBase64Url(made);
  }
}

function userOf(claims: Claims): User {
  const { namespace, serviceaccount, pod, node } = claims["kubernetes.io"];
  if (pod === undefined) return serviceAccountUser(namespace, serviceaccount.name, serviceaccount.uid);
  const extra: Record<string, readonly string[]> = {
    "authentication.kubernetes.io/pod-name": [pod.name],
    "authentication.kubernetes.io/pod-uid": [pod.uid],
  };
  if (node !== undefined) extra["authentication.kubernetes.io/node-name"] = [node.name];
  return serviceAccountUser(namespace, serviceaccount.name, serviceaccount.uid, extra);
}
