import { describe, expect, it } from "vitest";
import type { ApiResponse } from "../../api/http";
import { resources } from "../../api/registry";
import { defineResource } from "../../api/resource";
import { aggregatedVersion, discoveryAnswer } from "./discovery";
import { compareVersions, groupsOf } from "./groups";

type Doc = Record<string, any>;

const V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const V2BETA1 = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

const ask = (path: string, headers = {}, of = resources): ApiResponse | undefined =>
  discoveryAnswer(of, { method: "GET", path, query: {}, headers, body: undefined });
const body = (path: string, headers = {}, of = resources): Doc => ask(path, headers, of)?.body as Doc;

describe("aggregatedVersion", () => {
  it.each<[string, string | undefined]>([
    [`${V2},${V2BETA1},application/json`, "v2"],
    [`${V2BETA1},application/json`, "v2beta1"],
    [`${V2BETA1}, ${V2}`, "v2beta1"],
    ["application/json; g=apidiscovery.k8s.io; v=v2; as=APIGroupDiscoveryList", "v2"],
    ["application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json", undefined],
    ["application/json;as=Table;v=v1;g=meta.k8s.io,application/json", undefined],
    [`application/json,${V2}`, undefined],
    ["application/json", undefined],
    ["*/*", undefined],
    ["", undefined],
  ])("of %j is %s", (accept, version) => {
    expect(aggregatedVersion(accept)).toBe(version);
  });
});

describe("compareVersions", () => {
  it("puts the most wanted first", () => {
    const versions = ["v1alpha1", "foo", "v2beta1", "v1", "v10", "v2", "bar", "v1beta2", "v1beta10"];
    expect(versions.toSorted(compareVersions)).toEqual([
      "v10",
      "v2",
      "v1",
      "v2beta1",
      "v1beta10",
      "v1beta2",
      "v1alpha1",
      "bar",
      "foo",
    ]);
  });
});

describe("groupsOf", () => {
  it("puts custom groups after upstream's, and aggregated ones last", () => {
    const named = (group: string, version = "v1") =>
      defineResource({ group, version, kind: "X", resource: "xs", namespaced: true });
    const list = ["metrics.k8s.io", "z.example.com", "batch", "apps", "a.example.com", ""].map((g) =>
      named(g),
    );
    expect(groupsOf([...list, named("autoscaling"), named("autoscaling", "v2")])).toEqual([
      { group: "", versions: ["v1"] },
      { group: "apps", versions: ["v1"] },
      { group: "autoscaling", versions: ["v2", "v1"] },
      { group: "batch", versions: ["v1"] },
      { group: "a.example.com", versions: ["v1"] },
      { group: "z.example.com", versions: ["v1"] },
      { group: "metrics.k8s.io", versions: ["v1"] },
    ]);
  });
});

describe("discoveryAnswer", () => {
  it("gives the same resources in both forms", () => {
    const items = [
      ...body("/api", { accept: V2 })["items"],
      ...body("/apis", { accept: V2 })["items"],
    ] as Doc[];
    const aggregated = items.flatMap((group) =>
      (group["versions"] as Doc[]).flatMap((version) =>
        (version["resources"] as Doc[]).flatMap((r) => {
          const prefix = `${group["metadata"].name ?? ""}/${version["version"]}/${r["resource"]}`;
          return [prefix, ...(r["subresources"] ?? []).map((s: Doc) => `${prefix}/${s["subresource"]}`)];
        }),
      ),
    );
    const legacy = groupsOf(resources).flatMap(({ group, versions }) =>
      versions.flatMap((version) => {
        const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
        return (body(path)["resources"] as Doc[]).map((r) => `${group}/${version}/${r["name"]}`);
      }),
    );
    expect(aggregated.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      legacy.toSorted((a, b) => (a < b ? -1 : 1)),
    );
    expect(legacy.length).toBeGreaterThan(resources.length);
  });

  it.each<[string, string]>([
    [V2, "apidiscovery.k8s.io/v2"],
    [V2BETA1, "apidiscovery.k8s.io/v2beta1"],
  ])("names the version that was asked for: %s", (accept, apiVersion) => {
    const answer = ask("/apis", { accept });
    expect(answer?.headers["content-type"]).toBe(accept);
    expect(answer?.body).toMatchObject({ kind: "APIGroupDiscoveryList", apiVersion });
  });

  it("describes a resource and its subresources", () => {
    const [core = {}] = body("/api", { accept: V2 })["items"] as Doc[];
    expect(core["metadata"]).toEqual({});
    const pods = (core["versions"][0].resources as Doc[]).find((r) => r["resource"] === "pods");
    expect(pods).toMatchObject({
      responseKind: { group: "", version: "v1", kind: "Pod" },
      scope: "Namespaced",
      singularResource: "pod",
      shortNames: ["po"],
      categories: ["all"],
    });
    expect(pods?.["subresources"]).toContainEqual({
      subresource: "eviction",
      responseKind: { group: "policy", version: "v1", kind: "Eviction" },
      verbs: ["create"],
    });
    expect(body("/api/v1")["resources"]).toContainEqual({
      name: "pods/eviction",
      singularName: "",
      namespaced: true,
      group: "policy",
      version: "v1",
      kind: "Eviction",
      verbs: ["create"],
    });
  });

  it("answers plainly whoever asks for nothing else", () => {
    expect(body("/api")).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    expect(body("/apis")).toMatchObject({ kind: "APIGroupList", apiVersion: "v1" });
    expect(body("/apis/apps")).toMatchObject({
      kind: "APIGroup",
      name: "apps",
      preferredVersion: { groupVersion: "apps/v1", version: "v1" },
    });
    expect(body("/apis/apps/v1/")).toEqual(body("/apis/apps/v1"));
    expect(body("/version")).toMatchObject({ major: "1", minor: "35", gitVersion: "v1.35.2" });
    expect(body("/")["paths"]).toContain("/openapi/v3");
    expect(ask("/apis/nothing")).toBeUndefined();
  });

  it("does not repeat what a client has, and tells it of new kinds", () => {
    const etag = ask("/apis", { accept: V2 })?.headers["etag"] ?? "";
    const headers = { accept: V2, "if-none-match": etag };
    expect(ask("/apis", headers)).toMatchObject({ status: 304, body: undefined });
    const custom = defineResource({
      group: "example.com",
      version: "v1",
      kind: "X",
      resource: "xs",
      namespaced: true,
    });
    expect(ask("/apis", headers, [...resources, custom])).toMatchObject({ status: 200 });
    expect(body("/apis/example.com/v1", {}, [...resources, custom])["resources"]).toHaveLength(1);
  });
});
