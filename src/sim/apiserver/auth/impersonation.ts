/**
 * Acting as somebody else: `Impersonate-*` headers, each of which the real user must be allowed to use
 * (apiserver `pkg/endpoints/filters/impersonation`).
 *
 * A header that is sent several times reaches the server as one, its values separated by commas.
 */
import { err, ok, type Result } from "../../../shared/result";
import { internalError } from "../../api/status";
import type { Status } from "../../api/types";
import type { AuthorizationAttributes } from "./attributes";
import { accessDenied, type Authorizer } from "./authorizer";
import { ANONYMOUS, AUTHENTICATED, makeUser, serviceAccountUser, UNAUTHENTICATED, type User } from "./user";

type Headers = Readonly<Record<string, string>>;

const PREFIX = "impersonate-";
const EXTRA = "impersonate-extra-";
const ACCOUNT = "system:serviceaccount:";
const AUTHENTICATION = "authentication.k8s.io";
const CACHE_MAX = 256;

interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export class Impersonation {
  readonly #authorizer: Authorizer;
  /** Users by what the headers say of them, as what is known of a user's rights is kept by reference. */
  readonly #users = new Map<string, User>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  /** Whom the request is to be treated as coming from. */
  apply(user: User, headers: Headers): Result<User, Status> {
    let asked = false;
    for (const name in headers) if (name.startsWith(PREFIX)) asked = true;
    if (!asked) return ok(user);
    const wanted = readHeaders(headers);
    if (wanted.name === "") {
      return err(internalError("requested impersonation without impersonating a user"));
    }
    const denied = this.#check(user, wanted);
    return denied === undefined ? ok(this.#userOf(wanted)) : err(denied);
  }

  #check(user: User, { name, uid, groups, extra }: Wanted): Status | undefined {
    const account = splitAccount(name);
    const questions: AuthorizationAttributes[] = [
      account === undefined
        ? question(user, "", "users", name)
        : { ...question(user, "", "serviceaccounts", account.name), namespace: account.namespace },
    ];
    if (uid !== "") questions.push(question(user, AUTHENTICATION, "uids", uid));
    for (const group of groups) questions.push(question(user, "", "groups", group));
    for (const [key, values] of Object.entries(extra)) {
      for (const value of values) {
        questions.push({ ...question(user, AUTHENTICATION, "userextras", value), subresource: key });
      }
    }
    for (const asked of questions) {
      const decision = this.#authorizer.authorize(asked);
      if (!decision.allowed) return accessDenied(asked, decision.reason);
    }
    return undefined;
  }

  #userOf(wanted: Wanted): User {
    const key = JSON.stringify(wanted);
    const known = this.#users.get(key);
    if (known !== undefined) return known;
    if (this.#users.size >= CACHE_MAX) this.#users.clear();
    const made = makeImpersonated(wanted);
    this.#users.set(key, made);
    return made;
  }
}

function makeImpersonated({ name, uid, groups, extra }: Wanted): User {
  const account = splitAccount(name);
  if (account !== undefined && groups.length === 0) {
    return serviceAccountUser(account.namespace, account.name, uid, extra);
  }
  const added = name === ANONYMOUS.name ? UNAUTHENTICATED : AUTHENTICATED;
  return makeUser(name, groups.includes(added) ? groups : [...groups, added], uid, extra);
}

function question(user: User, group: string, resource: string, name: string): AuthorizationAttributes {
  return {
    user,
    verb: "impersonate",
    isResource: true,
    path: "",
    group,
    resource,
    subresource: "",
    namespace: "",
    name,
    fieldSelector: "",
  };
}

function readHeaders(headers: Headers): Wanted {
  const extra: Record<string, readonly string[]> = {};
  for (const [header, text] of Object.entries(headers)) {
    if (header.startsWith(EXTRA)) extra[decodeKey(header.slice(EXTRA.length))] = valuesOf(text);
  }
  return {
    name: headers["impersonate-user"] ?? "",
    uid: headers["impersonate-uid"] ?? "",
    groups: valuesOf(headers["impersonate-group"] ?? ""),
    extra,
  };
}

function valuesOf(text: string): string[] {
  return text
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function splitAccount(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(ACCOUNT)) return undefined;
  const [namespace = "", name = "", ...rest] = user.slice(ACCOUNT.length).split(":");
  return namespace === "" || name === "" || rest.length > 0 ? undefined : { namespace, name };
}
