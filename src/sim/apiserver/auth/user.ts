/** Who makes a request (apiserver `pkg/authentication/user/user.go`). */
export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  /** e.g. the pod that a ServiceAccount's token is bound to. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export const MASTERS = "system:masters";
export const NODES = "system:nodes";
export const AUTHENTICATED = "system:authenticated";
export const UNAUTHENTICATED = "system:unauthenticated";
const NODE_PREFIX = "system:node:";
const SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

const NO_EXTRA = Object.freeze({});

export function makeUser(
  name: string,
  groups: readonly string[],
  uid = "",
  extra: User["extra"] = NO_EXTRA,
): User {
  return { name, uid, groups, extra };
}

export const ANONYMOUS: User = makeUser("system:anonymous", [UNAUTHENTICATED]);
/** The API server itself, when it writes its own objects. */
export const LOOPBACK: User = makeUser("system:apiserver", [MASTERS, AUTHENTICATED]);

/** The node whose kubelet a user is; undefined for everyone else. */
export function nodeOf(user: User): string | undefined {
  if (!user.name.startsWith(NODE_PREFIX) || !user.groups.includes(NODES)) return undefined;
  return user.name.slice(NODE_PREFIX.length);
}

export function serviceAccountUser(
  namespace: string,
  name: string,
  uid: string,
  extra?: User["extra"],
): User {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  return makeUser(`${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`, groups, uid, extra);
}
