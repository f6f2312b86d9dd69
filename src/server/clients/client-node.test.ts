/** The JavaScript client library: lists, informers, patches of every type, errors. */
import * as k8s from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorld, type World } from "./world";

const CONFIG_MAP = { metadata: { name: "settings" }, data: { a: "1" } };

describe("@kubernetes/client-node", () => {
  let world: World;
  let config: k8s.KubeConfig;
  let core: k8s.CoreV1Api;
  beforeAll(async () => {
    world = await openWorld();
    config = new k8s.KubeConfig();
    config.loadFromFile(world.kubeconfig);
    core = config.makeApiClient(k8s.CoreV1Api);
  }, 60_000);
  afterAll(() => world.close());

  it("creates, reads, lists and replaces", async () => {
    const made = await core.createNamespacedConfigMap({ namespace: "default", body: CONFIG_MAP });
    expect(made.metadata?.uid).toBeTruthy();
    const read = await core.readNamespacedConfigMap({ namespace: "default", name: "settings" });
    expect(read.data).toEqual({ a: "1" });
    const replaced = await core.replaceNamespacedConfigMap({
      namespace: "default",
      name: "settings",
      body: Object.assign(new k8s.V1ConfigMap(), read, { data: { a: "2" } }),
    });
    expect(Number(replaced.metadata?.resourceVersion)).toBeGreaterThan(
      Number(read.metadata?.resourceVersion),
    );
    const stale = core.replaceNamespacedConfigMap({ namespace: "default", name: "settings", body: read });
    await expect(stale).rejects.toMatchObject({ code: 409 });
    const page = await core.listPodForAllNamespaces({ limit: 2 });
    expect(page.items).toHaveLength(2);
    expect(page.metadata?._continue).toBeTruthy();
  });

  it.each([
    [k8s.PatchStrategy.MergePatch, { data: { b: "merge" } }, { b: "merge" }],
    [k8s.PatchStrategy.StrategicMergePatch, { data: { c: "strategic" } }, { c: "strategic" }],
    [k8s.PatchStrategy.JsonPatch, [{ op: "add", path: "/data/d", value: "json" }], { d: "json" }],
    [
      k8s.PatchStrategy.ServerSideApply,
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { e: "apply" } },
      { e: "apply" },
    ],
  ])("patches by %s", async (type, body, expected) => {
    const patched = await core.patchNamespacedConfigMap(
      { namespace: "default", name: "settings", body, fieldManager: "test" },
      k8s.setHeaderOptions("Content-Type", type),
    );
    expect(patched.data).toMatchObject(expected);
  });

  it("follows with an informer, through a lost watch too", async () => {
    const seen: string[] = [];
    const list = () => core.listNamespacedConfigMap({ namespace: "default" });
    const informer = k8s.makeInformer(config, "/api/v1/namespaces/default/configmaps", list);
    const saw = async (what: string): Promise<void> => {
      await expect.poll(() => seen, { timeout: 10_000 }).toContain(what);
    };
    informer.on("add", (object) => seen.push(`add ${object.metadata?.name}`));
    informer.on("update", (object) => seen.push(`update ${object.metadata?.name}`));
    informer.on("delete", (object) => seen.push(`delete ${object.metadata?.name}`));
    informer.on("error", () => {});
    await informer.start();
    await saw("add settings");
    await core.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name: "late" } } });
    await saw("add late");
    await core.patchNamespacedConfigMap(
      { namespace: "default", name: "late", body: { data: { x: "1" } } },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
    await saw("update late");
    await core.deleteNamespacedConfigMap({ namespace: "default", name: "late" });
    await saw("delete late");
    await informer.stop();
  });

  it("gets errors in Kubernetes' own form", async () => {
    const missing = core.readNamespacedPod({ namespace: "default", name: "none" });
    await expect(missing).rejects.toMatchObject({ code: 404 });
    const error = (await missing.catch((e: unknown) => e)) as { body: string };
    expect(JSON.parse(error.body)).toMatchObject({
      kind: "Status",
      reason: "NotFound",
      message: 'pods "none" not found',
    });
    const invalid = core.createNamespacedConfigMap({
      namespace: "default",
      body: { metadata: { name: "No!" } },
    });
    await expect(invalid).rejects.toMatchObject({ code: 422 });
  });
});
