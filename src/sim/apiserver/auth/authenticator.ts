/**
 * Who makes a request: client certificate, then bearer token, else anonymous
 * (apiserver `pkg/authentication/request/*`, `pkg/kubeapiserver/authenticator/config.go`).
 */
import type { ClientCertificate } from "../../api/http";
import { secrets } from "../../api/kinds/secret";
import type { Secret } from "../../api/types";
import type { Micros } from "../../kernel/time";
import type { Caches } from "../cache/caches";
import { decodeBase64Url } from "./base64url";
import type { ServiceAccountTokens } from "./service-account-tokens";
import { ANONYMOUS, AUTHENTICATED, makeUser, serviceAccountUser, type User } from "./user";
import { serviceAccounts } from "../../api/kinds/service-account";

/** A token that an operator was given, and whose it is. */
export interface StaticToken {
  readonly token: string;
  readonly user: string;
  readonly groups: readonly string[];
}

const BEARER = "bearer ";

export class Authenticator {
  readonly #caches: Caches;
  readonly #tokens: ServiceAccountTokens;
  readonly #static = new Map<string, User>();
  readonly #certificates = new WeakMap<ClientCertificate, User>();
  /** Users of tokens that lie in Secrets, by token; kept in step with the Secrets. */
  readonly #secretTokens = new Map<string, Secret>();

  constructor(caches: Caches, tokens: ServiceAccountTokens, operators: readonly StaticToken[]) {
    this.#caches = caches;
    this.#tokens = tokens;
    for (const { token, user, groups } of operators) {
      this.#static.set(token, makeUser(user, [...groups, AUTHENTICATED]));
    }
    caches.of(secrets).listeners.push(({ type, object, prev }) => {
      if (prev !== undefined) this.#forgetSecret(prev as Secret);
      if (type !== "DELETED") this.#learnSecret(object as Secret);
    });
  }

  /** The user of a request; undefined when its credentials are wrong (401). */
  authenticate(identity: unknown, authorization: string | undefined, now: Micros): User | undefined {
    if (identity !== undefined) return this.#ofCertificate(identity as ClientCertificate);
    if (authorization === undefined) return ANONYMOUS;
    if (!authorization.slice(0, BEARER.length).toLowerCase().startsWith(BEARER)) return ANONYMOUS;
    return this.ofToken(authorization.slice(BEARER.length).trim(), now);
  }

  /** The user behind a bearer token; undefined when it is not valid. */
  ofToken(token: string, now: Micros): User | undefined {
    const operator = this.#static.get(token);
    if (operator !== undefined) return operator;
    const bound = this.#tokens.authenticate(token, now);
    return bound ?? this.#ofSecret(token);
  }

  #ofCertificate(certificate: ClientCertificate): User {
    const known = this.#certificates.get(certificate);
    if (known !== undefined) return known;
    const user = makeUser(certificate.commonName, [...certificate.organizations, AUTHENTICATED]);
    this.#certificates.set(certificate, user);
    return user;
  }

  #ofSecret(token: string): User | undefined {
    const secret = this.#secretTokens.get(token);
    if (secret === undefined || secret.metadata.deletionTimestamp !== undefined) return undefined;
    const annotations = secret.metadata.annotations ?? {};
    const name = annotations["kubernetes.io/service-account.name"] ?? "";
    const uid = annotations["kubernetes.io/service-account.uid"];
    const account = this.#caches.find(serviceAccounts, secret.metadata.namespace, name);
    if (account === undefined || account.metadata.uid !== uid) return undefined;
    return serviceAccountUser(secret.metadata.namespace, name, account.metadata.uid);
  }

  #learnSecret(secret: Secret): void {
    const token = tokenIn(secret);
    if (token !== undefined) this.#secretTokens.set(token, secret);
  }

  #forgetSecret(secret: Secret): void {
    const token = tokenIn(secret);
    if (token !== undefined) this.#secretTokens.delete(token);
  }
}

/** The token in a Secret's data, which is base64. */
function tokenIn(secret: Secret): string | undefined {
  if (secret.type !== "kubernetes.io/service-account-token") return undefined;
  const data = secret.data?.["token"];
  return data === undefined ? undefined : decodeBase64Url(data);
}
