import { beforeEach, expect, it } from "vitest";
import { encodeBase64 } from "../api/base64";
import { configMaps } from "../api/kinds/config-map";
import { namespaces } from "../api/kinds/namespace";
import { pods } from "../api/kinds/pod";
import { secrets } from "../api/kinds/secret";
import { serviceAccounts } from "../api/kinds/service-account";
import type { ResourceDefinition } from "../api/resource";
import type { Namespace } from "../api/types";
import { fakeWorld } from "../testing/fake-world";
import { runControllers } from "../testing/run-controllers";
import { namespaceController } from "./namespace";
import { ROOT_CA_CONFIG_MAP, rootCaPublisher } from "./root-ca-publisher";
import { serviceAccountController } from "./serviceaccount";
import { serviceAccountTokenController } from "./serviceaccount-token";

let world: ReturnType<typeof fakeWorld>;

beforeEach(() => {
  world = fakeWorld();
  const makers = [
    namespaceController,
    serviceAccountController,
    serviceAccountTokenController,
    rootCaPublisher,
  ];
  runControllers(world, makers, { rootCa: "CA" });
  world.run(1);
  make(namespaces, "shop");
  world.run(2);
});

function make(def: ResourceDefinition<any>, name: string, more: object = {}): void {
  const metadata = def.namespaced ? { name, namespace: "shop" } : { name };
  world.api.create(def, { apiVersion: def.apiVersion, kind: def.kind, metadata, ...more });
}

const shop = (): Namespace | undefined => world.api.get<Namespace>("namespaces", "", "shop");
const inShop = (): string[] => [...world.api.objects.keys()].filter((k) => k.includes("/shop/"));
const conditionsOf = (): Record<string, string> =>
  Object.fromEntries((shop()?.status.conditions ?? []).map((c) => [c.type, `${c.status} ${c.reason}`]));

it("gives every namespace a ServiceAccount and the cluster's certificate, again if they are deleted", () => {
  expect(inShop()).toEqual(["serviceaccounts/shop/default", `configmaps/shop/${ROOT_CA_CONFIG_MAP}`]);
  expect(world.api.get("configmaps", "shop", ROOT_CA_CONFIG_MAP).data).toEqual({ "ca.crt": "CA" });
  world.api.remove("serviceaccounts", "shop", "default");
  world.api.change("configmaps", "shop", ROOT_CA_CONFIG_MAP, (m) => ({ ...m, data: { "ca.crt": "forged" } }));
  world.run(2);
  expect(inShop()).toContain("serviceaccounts/shop/default");
  expect(world.api.get("configmaps", "shop", ROOT_CA_CONFIG_MAP).data).toEqual({ "ca.crt": "CA" });
});

it("empties a namespace that is being deleted, then lets it go", () => {
  make(configMaps, "a");
  make(secrets, "b");
  world.api.delete("namespaces", "", "shop");
  world.run(4);
  expect(shop()?.status.phase).toBe("Terminating");
  expect(inShop().length).toBeGreaterThan(3);
  world.run(10);
  expect(inShop()).toEqual([]);
  expect(shop()).toBeUndefined();
});

it("waits for pods to end, and tells what is left", () => {
  make(pods, "p", { spec: { nodeName: "n1", terminationGracePeriodSeconds: 30, containers: [] } });
  make(configMaps, "needed-by-pod");
  world.api.delete("namespaces", "", "shop");
  world.run(20);
  expect(inShop()).toContain("configmaps/shop/needed-by-pod");
  expect(conditionsOf()).toMatchObject({
    NamespaceContentRemaining: "True SomeResourcesRemain",
    NamespaceDeletionContentFailure: "False ContentDeleted",
    NamespaceFinalizersRemaining: "False ContentHasNoFinalizers",
  });
  expect(shop()?.status.conditions?.find((c) => c.type === "NamespaceContentRemaining")?.message).toBe(
    "Some resources are remaining: pods. has 1 resource instances",
  );
  world.api.remove("pods", "shop", "p");
  world.run(30);
  expect(shop()).toBeUndefined();
});

it("waits for whoever holds a finalizer", () => {
  const metadata = { name: "held", namespace: "shop", finalizers: ["example.com/hold"] };
  world.api.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
  world.api.delete("namespaces", "", "shop");
  world.run(30);
  expect(conditionsOf()).toMatchObject({ NamespaceFinalizersRemaining: "True SomeFinalizersRemain" });
  world.api.remove("configmaps", "shop", "held");
  world.run(30);
  expect(shop()).toBeUndefined();
});

it("fills in token secrets, and deletes those of accounts that are gone", () => {
  make(serviceAccounts, "robot");
  const annotations = { "kubernetes.io/service-account.name": "robot" };
  const metadata = { name: "robot-token", namespace: "shop", annotations };
  const type = "kubernetes.io/service-account-token";
  world.api.create(secrets, { apiVersion: "v1", kind: "Secret", metadata, type });
  world.api.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "other", namespace: "shop" },
    type: "Opaque",
  });
  world.run(2);
  expect(world.api.get("secrets", "shop", "robot-token").data).toEqual({
    token: encodeBase64("a-token"),
    "ca.crt": encodeBase64("CA"),
    namespace: encodeBase64("shop"),
  });
  world.api.remove("serviceaccounts", "shop", "robot");
  world.run(5);
  expect(world.api.get("secrets", "shop", "robot-token")).toBeUndefined();
  expect(world.api.get("secrets", "shop", "other")).toBeDefined();
});
