/** A teacher's hour with the real kubectl, in order: each step stands on the one before. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS, type Outcome, type RunOptions } from "./programs";
import { openWorld, type World } from "./world";

const SHOP = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.28
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 50m, memory: 32Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80}]}
`;

const BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: shop}}}
`;

describe.skipIf(!HAVE_CLIENTS)("an hour with the real kubectl", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ workers: 3 });
    writeFileSync(path.join(world.home.folder, "shop.yaml"), SHOP);
    writeFileSync(path.join(world.home.folder, "pdb.yaml"), BUDGET);
  }, 60_000);
  afterAll(() => world.close());

  /** Runs a line; time passes while it waits for answers. */
  const kubectl = (line: string, options?: RunOptions): Promise<Outcome> =>
    world.home.kubectl(line.split(" "), options);
  /** The same while time passes all along, as a client needs that sleeps between its looks. */
  const flowing = (line: string, options?: RunOptions): Promise<Outcome> =>
    world.time.flow(kubectl(line, options));
  const printed = async (line: string, options?: RunOptions): Promise<string> => {
    const outcome = await kubectl(line, options);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    return outcome.stdout;
  };

  it("shows what is there", async () => {
    expect(await printed("get nodes")).toMatch(
      /^NAME +STATUS +ROLES +AGE +VERSION\nmaster-1 +Ready +control-plane/,
    );
    expect(await printed("version")).toContain("Server Version: v1.35");
    expect(await printed("cluster-info")).toContain("CoreDNS");
    expect(await printed("api-resources")).toMatch(/\ndeployments +deploy +apps\/v1 +true +Deployment/);
  });

  it("creates by name, which travels as protobuf", async () => {
    expect(await printed("create namespace team")).toBe("namespace/team created\n");
    expect(await printed("create deployment hello --image=nginx:1.28 --replicas=2 -n team")).toBe(
      "deployment.apps/hello created\n",
    );
    expect(await printed("create configmap settings --from-literal=a=1 -n team")).toBe(
      "configmap/settings created\n",
    );
    expect(await printed("rollout status deployment/hello -n team")).toContain(
      'deployment "hello" successfully rolled out',
    );
  });

  it("applies, and applies the same again", async () => {
    expect(await printed("apply -f shop.yaml")).toBe("deployment.apps/shop created\nservice/shop created\n");
    expect(await printed("apply -f shop.yaml")).toBe(
      "deployment.apps/shop unchanged\nservice/shop unchanged\n",
    );
    expect(await printed("diff -f shop.yaml")).toBe("");
    writeFileSync(path.join(world.home.folder, "shop3.yaml"), SHOP.replace("replicas: 2", "replicas: 3"));
    expect(await printed("apply -f shop3.yaml")).toBe(
      "deployment.apps/shop configured\nservice/shop unchanged\n",
    );
    expect(await printed("wait --for=condition=Available deployment/shop")).toBe(
      "deployment.apps/shop condition met\n",
    );
  });

  it("refuses what is misspelt, and changes nothing", async () => {
    const wrong = await kubectl("apply -f -", { stdin: SHOP.replace("replicas: 2", "replica: 2") });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('strict decoding error: unknown field "spec.replica"');
    expect(await printed("get deployment shop -o jsonpath={.spec.replicas}")).toBe("3");
  });

  it("scales, rolls out, looks back and undoes", async () => {
    expect(await printed("scale deployment shop --replicas=4")).toBe("deployment.apps/shop scaled\n");
    expect(await printed("set image deployment/shop nginx=nginx:1.29")).toBe(
      "deployment.apps/shop image updated\n",
    );
    expect(await printed("rollout status deployment/shop")).toContain("successfully rolled out");
    expect(await printed("rollout history deployment/shop")).toMatch(
      /^deployment\.apps\/shop *\nREVISION.*\n1 .*\n2 /,
    );
    expect(await printed("rollout undo deployment/shop")).toBe("deployment.apps/shop rolled back\n");
    expect(await printed("rollout status deployment/shop")).toContain("successfully rolled out");
    expect(await printed("get deployment shop -o jsonpath={.spec.template.spec.containers[0].image}")).toBe(
      "nginx:1.28",
    );
  });

  it("applies on the server's side: owners conflict, and one can insist", async () => {
    const apply = (replicas: number, flags = ""): Promise<Outcome> =>
      kubectl(`apply --server-side --field-manager=gitops -f -${flags}`, {
        stdin: JSON.stringify({
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "hello", namespace: "team" },
          spec: { replicas },
        }),
      });
    const conflict = await apply(3);
    expect(conflict.code).toBe(1);
    expect(conflict.stderr).toContain("Apply failed with 1 conflict: conflict with");
    expect(conflict.stderr).toContain(".spec.replicas");
    expect(await apply(3, " --force-conflicts")).toMatchObject({
      code: 0,
      stdout: "deployment.apps/hello serverside-applied\n",
    });
    expect(await printed("get deployment hello -n team -o yaml --show-managed-fields")).toContain(
      "manager: gitops\n    operation: Apply",
    );
  });

  it("explains, logs, and runs commands in containers", async () => {
    expect(await printed("explain pods.spec.containers.image")).toMatch(/FIELD: image <string>/);
    expect(await printed("explain deploy --recursive")).toContain("minReadySeconds\t<integer>");
    const logs = await flowing("logs -f deployment/shop", { until: "start worker process" });
    expect(logs.stdout).toContain("start worker process");
    expect(await printed("exec deploy/shop -- hostname")).toMatch(/^shop-[0-9a-z]+-[0-9a-z]{5}\n$/);
    const failed = await kubectl("exec deploy/shop -- false");
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain("command terminated with exit code 1");
  });

  it("measures", async () => {
    world.time.pass(60);
    expect(await printed("top nodes")).toMatch(/^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\)/);
    expect(await printed("top pods")).toMatch(/\nshop-/);
  });

  it("drains, within the disruption budget", async () => {
    expect(await printed("apply -f pdb.yaml")).toBe("poddisruptionbudget.policy/shop created\n");
    const drained = await flowing("drain worker-1 --ignore-daemonsets --delete-emptydir-data");
    expect(drained.code).toBe(0);
    expect(drained.stdout).toContain("node/worker-1 drained");
    expect(await printed("get node worker-1")).toContain("Ready,SchedulingDisabled");
    expect(await printed("uncordon worker-1")).toBe("node/worker-1 uncordoned\n");
  });

  it("waits for what does not come, and says so", async () => {
    const never = await flowing("wait --for=condition=Ready pod/none --timeout=1s");
    expect(never).toMatchObject({ code: 1, stderr: 'Error from server (NotFound): pods "none" not found\n' });
    const late = await flowing("wait --for=delete deployment/shop --timeout=1s");
    expect(late.code).toBe(1);
    expect(late.stderr).toContain("error: timed out waiting for the condition on deployments/shop\n");
  });

  it("deletes with everything below", async () => {
    expect(await printed("delete deployment shop --cascade=foreground")).toBe(
      'deployment.apps "shop" deleted from default namespace\n',
    );
    expect(await printed("get pods -l app=shop -o name")).toBe("");
    expect(await printed("delete namespace team")).toBe('namespace "team" deleted\n');
    const gone = await kubectl("get deployments -n team");
    expect(gone).toMatchObject({ code: 0, stdout: "", stderr: "No resources found in team namespace.\n" });
  });
});
