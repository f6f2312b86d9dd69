/** Helm 3 and 4 with a chart of our own, through a release's whole life. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS, type Outcome } from "./programs";
import { openWorld, type World } from "./world";

const FILES: Readonly<Record<string, string>> = {
  "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\nappVersion: '1'\n",
  "values.yaml": "replicas: 2\nimage: nginx:1.28\n",
  "templates/deployment.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, labels: {app: {{ .Release.Name }}}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: main, image: {{ .Values.image }}}]}
`,
  "templates/service.yaml": `
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
`,
  "templates/config.yaml": `
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {image: {{ .Values.image | quote }}}
`,
  "templates/tests/connect.yaml": `
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}-test, annotations: {helm.sh/hook: test}}
spec:
  restartPolicy: Never
  containers: [{name: wget, image: busybox:1.36, command: [wget, -q, "http://{{ .Release.Name }}"]}]
`,
};

describe.skipIf(!HAVE_CLIENTS).each(["1.30", "1.35"] as const)("Helm beside kubectl %s", (release) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    for (const [name, text] of Object.entries(FILES)) {
      const file = path.join(world.home.folder, "demo", name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }, 60_000);
  afterAll(() => world.close());

  const helm = async (line: string): Promise<Outcome> => {
    const outcome = await world.time.flow(world.home.helm(line.split(" "), {}, release));
    expect(outcome.stderr).not.toContain("Error");
    expect(outcome.code).toBe(0);
    return outcome;
  };
  const image = async (): Promise<string> => {
    const path_ = "jsonpath={.spec.template.spec.containers[0].image}";
    const { stdout } = await world.home.kubectl(["get", "deployment", "demo", "-o", path_], {}, release);
    return stdout;
  };

  it("installs and waits", async () => {
    const installed = await helm("install demo ./demo --wait");
    expect(installed.stdout).toContain("STATUS: deployed");
    expect(await image()).toBe("nginx:1.28");
    expect((await helm("list")).stdout).toMatch(/\ndemo\s+default\s+1\s/);
  });

  it("upgrades, rolls back and tells its history", async () => {
    await helm("upgrade demo ./demo --wait --set image=nginx:1.29 --set replicas=3");
    expect(await image()).toBe("nginx:1.29");
    await helm("rollback demo 1 --wait");
    expect(await image()).toBe("nginx:1.28");
    const history = (await helm("history demo")).stdout.trim().split("\n");
    expect(history).toHaveLength(4);
    expect(history.at(-1)).toContain("Rollback to 1");
  });

  it("tests the release", async () => {
    expect((await helm("test demo")).stdout).toMatch(/Phase:\s+Succeeded/);
  });

  it("uninstalls and leaves nothing", async () => {
    expect((await helm("uninstall demo --wait")).stdout).toBe('release "demo" uninstalled\n');
    const left = await world.home.kubectl(["get", "deploy,svc,cm,secret", "-o", "name"], {}, release);
    expect(left.stdout).not.toContain("demo");
  });
});
