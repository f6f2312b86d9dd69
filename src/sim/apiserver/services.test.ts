/** The addresses and ports that Services get. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Service, Status } from "../api/types";
import { MERGE } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
});

describe("services", () => {
  const path = "/api/v1/namespaces/default/services";
  const service = (name: string, spec: object = {}) => ({
    metadata: { name },
    spec: { ports: [{ port: 80 }], ...spec },
  });

  it("gives addresses and node ports, different ones, and takes them back", () => {
    const made = ["s1", "s2"].map(
      (name) => world.create(path, service(name, { type: "NodePort" })).body as Service,
    );
    for (const { spec } of made) {
      expect(spec.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
      expect(spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
    }
    const { clusterIP, ports } = made[0]!.spec;
    expect(clusterIP).not.toBe(made[1]!.spec.clusterIP);
    const clash = world.create(path, service("s3", { clusterIP }));
    expect(clash.status).toBe(422);
    expect((clash.body as Status).message).toContain("provided IP is already allocated");
    world.request("DELETE", `${path}/s1`);
    const nodePort = ports?.[0]?.nodePort;
    const again = world.create(
      path,
      service("s4", { type: "NodePort", clusterIP, ports: [{ port: 80, nodePort }] }),
    );
    expect(again.status).toBe(201);
  });

  it("gives node ports up when the type no longer has them", () => {
    const made = world.create(path, service("down", { type: "NodePort" })).body as Service;
    const port = made.spec.ports?.[0]?.nodePort;
    world.request("PATCH", `${path}/down`, { headers: MERGE, body: { spec: { type: "ClusterIP" } } });
    expect((world.get(`${path}/down`).body as Service).spec.ports?.[0]?.nodePort).toBeUndefined();
    const taken = world.create(
      path,
      service("up", { type: "NodePort", ports: [{ port: 80, nodePort: port }] }),
    );
    expect(taken.status).toBe(201);
  });

  it("has the service kubernetes with the address of each API server", () => {
    expect(world.get(`${path}/kubernetes`).body).toMatchObject({ spec: { clusterIP: "10.96.0.1" } });
    expect(world.get("/api/v1/namespaces/default/endpoints/kubernetes").body).toMatchObject({
      subsets: [{ addresses: [{ ip: "10.0.0.11" }], ports: [{ name: "https", port: 6443 }] }],
    });
  });
});
