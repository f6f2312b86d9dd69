import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CORE_MESSAGES } from "./messages-core";
import { MESSAGES } from "./messages";
import { decodeProtobuf } from "./decode";
import { isPlain, messageOf } from "./table";

type Part = (w: BinaryWriter) => void;
const message = (...parts: Part[]): Uint8Array => {
  const w = new BinaryWriter();
  for (const p of parts) p(w);
  return w.finish();
};
const bytes =
  (n: number, value: Uint8Array): Part =>
  (w) =>
    w.tag(n, WireType.LengthDelimited).bytes(value);
const text =
  (n: number, value: string): Part =>
  (w) =>
    w.tag(n, WireType.LengthDelimited).string(value);
const int =
  (n: number, value: number): Part =>
  (w) =>
    w.tag(n, WireType.Varint).int64(value);
const sub = (n: number, ...parts: Part[]): Part => bytes(n, message(...parts));

function envelope(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const body = message(sub(1, text(1, apiVersion), text(2, kind)), bytes(2, raw), text(3, ""), text(4, ""));
  return Buffer.concat([Buffer.from("k8s\0"), body]);
}
const decode = (apiVersion: string, kind: string, ...parts: Part[]): unknown => {
  const decoded = decodeProtobuf(envelope(apiVersion, kind, message(...parts)));
  return decoded.ok ? decoded.value : decoded.error;
};
/** Metadata as Go writes it for an object that has but a name. */
const named = (name: string): Part =>
  sub(1, text(1, name), text(2, ""), text(3, ""), text(4, ""), text(5, ""), text(6, ""), int(7, 0), sub(8));

describe("decodeProtobuf", () => {
  it.each<[string, string, string, Part[], unknown]>([
    [
      "drops empty texts, empty times, and zeros that mean nothing",
      "v1",
      "Namespace",
      [named("a"), sub(2), sub(3, text(1, ""))],
      { metadata: { name: "a" }, spec: {}, status: {} },
    ],
    [
      "maps, with empty values and any key",
      "v1",
      "ConfigMap",
      [
        named("a"),
        sub(2, text(1, "k"), text(2, "v")),
        sub(2, text(1, "__proto__")),
        sub(3, text(1, "b"), bytes(2, Uint8Array.of(0, 255))),
      ],
      { metadata: { name: "a" }, data: JSON.parse('{"k":"v","__proto__":""}'), binaryData: { b: "AP8=" } },
    ],
    [
      "zeros that count",
      "apps/v1",
      "Deployment",
      [sub(2, int(1, 0), int(5, 0), int(7, 0), int(6, 3))],
      { spec: { replicas: 0, revisionHistoryLimit: 3 } },
    ],
    [
      "numbers or texts",
      "apps/v1",
      "Deployment",
      [
        sub(
          2,
          sub(
            4,
            text(1, "RollingUpdate"),
            sub(2, sub(1, int(1, 1), int(2, 0), text(3, "25%")), sub(2, int(1, 0), int(2, 1), text(3, ""))),
          ),
        ),
      ],
      {
        spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: 1 } } },
      },
    ],
    [
      "ports that are not set",
      "v1",
      "Service",
      [
        sub(
          2,
          sub(
            1,
            text(1, "http"),
            text(2, "TCP"),
            int(3, 80),
            sub(4, int(1, 0), int(2, 0), text(3, "")),
            int(5, 0),
          ),
        ),
      ],
      { spec: { ports: [{ name: "http", protocol: "TCP", port: 80 }] } },
    ],
    [
      "inlined messages, also in lists; empty messages stay",
      "v1",
      "Pod",
      [
        sub(
          2,
          sub(1, text(1, "tmp"), sub(2, sub(2, text(1, "")))),
          sub(1, text(1, "cm"), sub(2, sub(19, sub(1, text(1, "files"))))),
        ),
      ],
      {
        spec: {
          volumes: [
            { name: "tmp", emptyDir: {} },
            { name: "cm", configMap: { name: "files" } },
          ],
        },
      },
    ],
    [
      "empty texts in lists",
      "rbac.authorization.k8s.io/v1",
      "Role",
      [named("r"), sub(2, text(1, "get"), text(2, ""), text(3, "pods"))],
      { metadata: { name: "r" }, rules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }] },
    ],
    [
      "quantities",
      "v1",
      "ResourceQuota",
      [sub(2, sub(1, text(1, "cpu"), sub(2, text(1, "500m"))), sub(1, text(1, "pods"), sub(2)))],
      { spec: { hard: { cpu: "500m", pods: "0" } } },
    ],
    [
      "times",
      "coordination.k8s.io/v1",
      "Lease",
      [
        sub(1, sub(8, int(1, 1_700_000_000), int(2, 5))),
        sub(2, int(2, 15), sub(3, int(1, 1), int(2, 2_000)), sub(4, int(1, -1))),
      ],
      {
        metadata: { creationTimestamp: "2023-11-14T22:13:20Z" },
        spec: {
          leaseDurationSeconds: 15,
          acquireTime: "1970-01-01T00:00:01.000002Z",
          renewTime: "1969-12-31T23:59:59.000000Z",
        },
      },
    ],
    [
      "JSON in the message",
      "v1",
      "ConfigMap",
      [sub(1, text(1, "a"), sub(17, text(1, "kubectl"), sub(7, text(1, '{"f:data":{}}'))))],
      { metadata: { name: "a", managedFields: [{ manager: "kubectl", fieldsV1: { "f:data": {} } }] } },
    ],
    [
      "lists of texts in a map",
      "authorization.k8s.io/v1",
      "SubjectAccessReview",
      [sub(2, text(3, "me"), sub(5, text(1, "k"), sub(2, text(1, "a"), text(1, "b"))))],
      { spec: { user: "me", extra: { k: ["a", "b"] } } },
    ],
    [
      "the other names of some fields",
      "authentication.k8s.io/v1",
      "TokenRequest",
      [sub(2, text(1, "aud"), sub(3, text(1, "Pod"), text(4, "u-1")), int(4, 600))],
      { spec: { audiences: ["aud"], boundObjectRef: { kind: "Pod", uid: "u-1" }, expirationSeconds: 600 } },
    ],
    [
      "an empty class of storage",
      "v1",
      "PersistentVolumeClaim",
      [sub(2, text(5, ""))],
      { spec: { storageClassName: "" } },
    ],
    [
      "false where it says something",
      "v1",
      "ServiceAccount",
      [int(4, 0)],
      { automountServiceAccountToken: false },
    ],
    [
      "unknown fields not at all",
      "v1",
      "Secret",
      [sub(99, text(1, "x")), int(98, 3), text(3, "Opaque")],
      { type: "Opaque" },
    ],
  ])("reads %s", (_what, apiVersion, kind, parts, expected) => {
    expect(decode(apiVersion, kind, ...parts)).toEqual({ apiVersion, kind, ...(expected as object) });
  });

  it("knows the options of a request in every group", () => {
    expect(decode("policy/v1", "DeleteOptions", int(1, 0), text(4, "Foreground"))).toEqual({
      apiVersion: "policy/v1",
      kind: "DeleteOptions",
      gracePeriodSeconds: 0,
      propagationPolicy: "Foreground",
    });
  });

  it("hears that a deletion or an eviction is to be a dry run", () => {
    const options = text(5, "All");
    expect(decode("v1", "DeleteOptions", options)).toMatchObject({ dryRun: ["All"] });
    expect(decode("policy/v1", "Eviction", sub(2, options))).toMatchObject({
      deleteOptions: { dryRun: ["All"] },
    });
  });

  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "expected prefix"],
    ["other bytes", Buffer.from("{}"), "expected prefix"],
    [
      "another kind",
      envelope("v1", "Nothing", new Uint8Array()),
      'no kind "Nothing" is registered for version "v1"',
    ],
    ["another group", envelope("nobody.example/v1", "Pod", new Uint8Array()), 'no kind "Pod"'],
    ["no kind", Buffer.from("k8s\0"), 'no kind ""'],
    [
      "a text for a message's number",
      envelope("apps/v1", "Deployment", message(sub(2, text(1, "x")))),
      "wrong wireType = 2 for field replicas",
    ],
    [
      "a number for a text",
      envelope("v1", "Secret", message(int(3, 1))),
      "wrong wireType = 0 for field type",
    ],
    ["a length beyond the end", envelope("v1", "Secret", Uint8Array.of(0x1a, 100, 1)), ""],
    ["a number without an end", envelope("v1", "ServiceAccount", new Uint8Array(20).fill(0xff)), ""],
    [
      "a number that JSON cannot hold",
      envelope(
        "apps/v1",
        "ControllerRevision",
        message((w) => w.tag(3, WireType.Varint).int64("9007199254740993")),
      ),
      "too large",
    ],
    [
      "a time out of range",
      envelope("v1", "Namespace", message(sub(1, sub(8, int(1, 1e15))))),
      "out of range",
    ],
    ["text that is no UTF-8", envelope("v1", "Secret", message(bytes(3, Uint8Array.of(0xff)))), ""],
    ["JSON that is none", envelope("v1", "ConfigMap", message(sub(1, sub(17, sub(7, text(1, "{")))))), ""],
  ])("refuses %s", (_what, body, error) => {
    const decoded = decodeProtobuf(body);
    expect(decoded.ok).toBe(false);
    if (!decoded.ok) expect(decoded.error).toContain(error);
  });

  it("says no to hostile bytes, and never throws", () => {
    const kinds = fc.constantFrom("Pod", "Service", "ConfigMap", "Node", "DeleteOptions");
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 300 }), (kind, raw) => {
        const decoded = decodeProtobuf(envelope("v1", kind, raw));
        if (decoded.ok) expect(decoded.value).toMatchObject({ kind });
        else expect(decoded.error).not.toContain("the table");
        decodeProtobuf(Buffer.concat([Buffer.from("k8s\0"), raw]));
      }),
      { numRuns: 300 },
    );
  });
});

describe("the tables", () => {
  const names = [...`${CORE_MESSAGES}\n${MESSAGES}`.matchAll(/^(?:# (\S+)|(\w+):)/gm)];

  it("can be read, and name no message that they do not have", () => {
    let group = "";
    let messages = 0;
    for (const [, newGroup, name] of names) {
      group = newGroup ?? group;
      if (name === undefined) continue;
      messages++;
      for (const { type, name: field } of messageOf(`${group}.${name}`)?.values() ?? []) {
        if (!isPlain(type)) expect(messageOf(type), `${name}.${field} ${type}`).toBeDefined();
      }
    }
    expect(messages).toBeGreaterThan(350);
  });
});
