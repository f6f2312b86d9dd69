import { describe, expect, it } from "vitest";
import { parseImageReference } from "../image-reference";
import { findImage } from "../image-catalog";
import { candidates, parseUrl } from "./http-client";
import { configure } from "./configure";
import { parseScript } from "../../../shell/parser";

describe("shell", () => {
  it.each([
    ["echo $NAME; exit 1"],
    ["while true; do wget -q http://${NAME}; sleep 1; done"],
    ["if [ -f /ok ]; then true; else exit 2; fi"],
    ["until nslookup db; do echo waiting; sleep 2; done"],
    ["touch /a && rm -f /a || exit 1\nsleep 1 # a comment"],
    ["echo 'a; b' > /tmp/x 2"],
  ])("understands %s", (script) => {
    expect(parseScript(script).ok).toBe(true);
  });

  it.each([["while true; do sleep 1"], ["echo 'open"], ["| b"], ["sleep 1 &"], ["if true; fi"]])(
    "not %s",
    (script) => {
      expect(parseScript(script).ok).toBe(false);
    },
  );
});

describe("image names", () => {
  it.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:1.28", "docker.io/library/nginx:1.28"],
    ["kubarium/web:v1", "docker.io/kubarium/web:v1"],
    ["registry.k8s.io/coredns/coredns:v1.13.1", "registry.k8s.io/coredns/coredns:v1.13.1"],
    ["localhost:5000/x", "localhost:5000/x:latest"],
  ])("%s is %s", (text, full) => {
    expect(parseImageReference(text)?.full).toBe(full);
  });

  it.each([["Nginx"], [""], ["a b"], ["nginx:"], ["nginx@sha256:1"], ["-x"]])("%j is none", (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it.each([
    ["nginx:1.28", true],
    ["kubarium/web:v12", true],
    ["registry.k8s.io/kube-proxy:v1.35.2", true],
    ["nginx:typo", false],
    ["ngix", false],
  ])("%s is in a registry: %s", (text, there) => {
    const reference = parseImageReference(text);
    expect(reference !== undefined && findImage(reference) !== undefined).toBe(there);
  });
});

describe("names and addresses", () => {
  const dns = { servers: [], searches: ["default.svc.cluster.local", "svc.cluster.local"], ndots: 5 };

  it.each([
    ["web", ["web.default.svc.cluster.local", "web.svc.cluster.local", "web"]],
    [
      "a.b.c.d.e.f",
      ["a.b.c.d.e.f", "a.b.c.d.e.f.default.svc.cluster.local", "a.b.c.d.e.f.svc.cluster.local"],
    ],
    ["web.default.svc.cluster.local.", ["web.default.svc.cluster.local"]],
  ])("%s is looked for as %j", (name, expected) => {
    expect(candidates(name, dns)).toEqual(expected);
  });

  it.each([
    ["http://web:8080/x?y", { host: "web", port: 8080, path: "/x?y" }],
    ["web", { host: "web", port: 80, path: "/" }],
    ["http://web:0/", undefined],
    ["http:///x", undefined],
  ])("%s", (text, expected) => {
    expect(parseUrl(text)).toEqual(expected);
  });
});

describe("environment", () => {
  const image = findImage(parseImageReference("kubarium/crash")!)!;

  it.each([
    ["RUN_SECONDS", "2.5", { ends: { after: 2_500_000, code: 1 } }],
    ["EXIT_CODE", "7", { ends: { after: 5_000_000, code: 7 } }],
    ["STARTUP_SECONDS", "3", { startup: 3_000_000 }],
    ["LEAK", "1Mi", { leak: 1024 * 1024 }],
    ["LEAK", "much", { leak: 0 }],
    ["RUN_SECONDS", "-1", { ends: { after: 5_000_000, code: 1 } }],
  ])("%s=%s", (name, value, expected) => {
    expect(configure(image.behaviour!, [{ name, value }])).toMatchObject(expected);
  });
});
