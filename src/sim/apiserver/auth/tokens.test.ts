import { beforeEach, describe, expect, it } from "vitest";
import { pods } from "../../api/kinds/pod";
import { secrets } from "../../api/kinds/secret";
import { serviceAccounts } from "../../api/kinds/service-account";
import { storageKey } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject } from "../../api/types";
import { SECOND } from "../../kernel/time";
import { Caches } from "../cache/caches";
import { Authenticator } from "./authenticator";
import { decodeBase64Url, encodeBase64Url } from "./base64url";
import { ServiceAccountTokens } from "./service-account-tokens";

let caches: Caches;
let tokens: ServiceAccountTokens;
let revision = 0;

function put(def: ResourceDefinition, name: string, rest: object | undefined): void {
  const { metadata, ...body } = (rest ?? {}) as { metadata?: object };
  const object = {
    kind: def.kind,
    apiVersion: def.apiVersion,
    metadata: { name, namespace: "ns", ...metadata },
    ...body,
  };
  const key = storageKey(def, "ns", name);
  caches
    .of(def)
    .apply(key, rest === undefined ? undefined : (object as unknown as ApiObject), ++revision, 0, false);
}

beforeEach(() => {
  caches = new Caches();
  tokens = new ServiceAccountTokens("key", caches);
  put(serviceAccounts, "robot", { metadata: { uid: "sa-uid" } });
  put(pods, "p", { metadata: { uid: "pod-uid" }, spec: { nodeName: "n1" } });
});

const SUBJECT = { namespace: "ns", name: "robot", uid: "sa-uid" };
const POD = { name: "p", uid: "pod-uid", node: "n1" };

describe("a token of a ServiceAccount", () => {
  it("stands for it until it runs out", () => {
    const token = tokens.issue(SUBJECT, ["a"], 5 * SECOND, 605 * SECOND);
    expect(token.split(".")).toHaveLength(3);
    expect(tokens.authenticate(token, 600 * SECOND)).toMatchObject({
      name: "system:serviceaccount:ns:robot",
      uid: "sa-uid",
      groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
    });
    expect(tokens.authenticate(token, 605 * SECOND)).toBeUndefined();
  });

  it("is known to every server that has the key, and to no other", () => {
    const token = tokens.issue(SUBJECT, [], 0, 600 * SECOND);
    expect(new ServiceAccountTokens("key", caches).authenticate(token, 0)?.uid).toBe("sa-uid");
    expect(new ServiceAccountTokens("other", caches).authenticate(token, 0)).toBeUndefined();
  });

  it("says which pod and node it is for, and dies with the pod", () => {
    const token = tokens.issue({ ...SUBJECT, pod: POD }, [], 0, 600 * SECOND);
    expect(tokens.authenticate(token, 0)?.extra).toMatchObject({
      "authentication.kubernetes.io/pod-name": ["p"],
      "authentication.kubernetes.io/node-name": ["n1"],
    });
    put(pods, "p", undefined);
    expect(tokens.authenticate(token, 0)).toBeUndefined();
  });

  it("is void once the account was made anew", () => {
    const token = tokens.issue(SUBJECT, [], 0, 600 * SECOND);
    put(serviceAccounts, "robot", { metadata: { uid: "another" } });
    expect(tokens.authenticate(token, 0)).toBeUndefined();
  });

  it("cannot be changed", () => {
    const [head, body, signature] = tokens.issue(SUBJECT, [], 0, 600 * SECOND).split(".") as [
      string,
      string,
      string,
    ];
    const forged = encodeBase64Url((decodeBase64Url(body) ?? "").replace("robot", "admin"));
    expect(tokens.authenticate(`${head}.${forged}.${signature}`, 0)).toBeUndefined();
    for (const junk of ["", ".", "a.b.c", `${head}.${body}.`, `${head}.${body}`]) {
      expect(tokens.authenticate(junk, 0)).toBeUndefined();
    }
  });
});

describe("the authenticator", () => {
  const jane = { token: "jane-token", user: "jane", groups: ["team"] };
  const ask = (authorization?: string, identity?: unknown) =>
    new Authenticator(caches, tokens, [jane]).authenticate(identity, authorization, 0);

  it.each<[string | undefined, string | undefined]>([
    [undefined, "system:anonymous"],
    ["Bearer jane-token", "jane"],
    ["bearer jane-token", "jane"],
    ["Bearer wrong", undefined],
    ["Basic YTpi", "system:anonymous"],
  ])("%s is %s", (authorization, name) => {
    expect(ask(authorization)?.name).toBe(name);
  });

  it("takes a certificate before a token, and adds that it knows who it is", () => {
    const certificate = { commonName: "system:kube-scheduler", organizations: ["ops"] };
    expect(ask("Bearer wrong", certificate)).toMatchObject({
      name: "system:kube-scheduler",
      groups: ["ops", "system:authenticated"],
    });
  });

  it("takes the token in a Secret of its ServiceAccount while it lies there", () => {
    const authenticator = new Authenticator(caches, tokens, []);
    const annotations = {
      "kubernetes.io/service-account.name": "robot",
      "kubernetes.io/service-account.uid": "sa-uid",
    };
    const data = { token: Buffer.from("long-lived").toString("base64") };
    put(secrets, "s", { metadata: { annotations }, type: "kubernetes.io/service-account-token", data });
    const user = () => authenticator.authenticate(undefined, "Bearer long-lived", 0)?.name;
    expect(user()).toBe("system:serviceaccount:ns:robot");
    put(secrets, "s", undefined);
    expect(user()).toBeUndefined();
  });
});

it.each(["", "a", "ab", "abc", '{"v":1}', "\u0000\u00ff~"])("base64url keeps %j", (text) => {
  expect(encodeBase64Url(text)).toBe(Buffer.from(text, "latin1").toString("base64url"));
  expect(decodeBase64Url(encodeBase64Url(text))).toBe(text);
  expect(decodeBase64Url(Buffer.from(text, "latin1").toString("base64"))).toBe(text);
});
