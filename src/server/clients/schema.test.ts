import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS, type Outcome } from "./programs";
import { openWorld, type World } from "./world";

const deployment = (name: string, container: string, spec = "replicas: 1"): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  ${spec}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: c, ${container}}]
`;

describe.skipIf(!HAVE_CLIENTS)("what clients learn of types, and how they are held to them", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 60_000);
  afterAll(() => world.close());

  const run = (line: string, stdin = "", release: "1.30" | "1.35" = "1.35"): Promise<Outcome> =>
    world.home.kubectl(line.split(" "), { stdin }, release);

  it.each(["1.30", "1.35"] as const)("kubectl %s explains kinds and fields", async (release) => {
    const kind = await run("explain deploy", "", release);
    expect(kind).toMatchObject({ code: 0, stderr: "" });
    expect(kind.stdout).toContain("DESCRIPTION:\n    Deployment enables declarative updates");
    expect(kind.stdout).toMatch(/\n {2}spec\t<DeploymentSpec>\n {4}Specification of the desired behavior/);
    const tree = await run("explain pods.spec.containers --recursive", "", release);
    expect(tree.stdout).toMatch(
      /\n {2}env\t<\[\]EnvVar>\n {4}name\t<string> -required-\n {4}value\t<string>/,
    );
  });

  it("lists what is served", async () => {
    const { stdout } = await run("api-resources --no-headers");
    expect(stdout).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    const old = await run("api-resources --no-headers", "", "1.30");
    expect(old.stdout).toBe(stdout);
  });

  it("refuses what a kind does not have, or warns of it", async () => {
    const body = deployment("typo", "image: nginx, imag: x");
    const field = 'unknown field "spec.template.spec.containers[0].imag"';
    expect(await run("create -f -", body)).toMatchObject({
      code: 1,
      stdout: "",
      stderr:
        'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled ' +
        `as a Deployment: strict decoding error: ${field}\n`,
    });
    expect(await run("create --validate=warn -f -", body)).toMatchObject({
      code: 0,
      stdout: "deployment.apps/typo created\n",
      stderr: `Warning: ${field}\n`,
    });
    expect(await run("create --validate=ignore -f -", body.replaceAll("typo", "other"))).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it("applies what changed, and nothing when nothing did", async () => {
    const first = deployment("applied", "image: nginx", "strategy: {rollingUpdate: {maxSurge: 1}}");
    const second = deployment("applied", "image: nginx", "strategy: {type: Recreate}");
    expect((await run("apply -f -", first)).stdout).toBe("deployment.apps/applied created\n");
    expect((await run("apply -f -", second)).stdout).toBe("deployment.apps/applied configured\n");
    expect((await run("apply -f -", second)).stdout).toBe("deployment.apps/applied unchanged\n");
    const { stdout } = await run("get deploy applied -o jsonpath={.spec.strategy}");
    expect(stdout).toBe('{"type":"Recreate"}');
  });

  it("says what is wrong with a patch", async () => {
    expect(await run('patch deploy web -p {"spec":{"replicas":"many"}}')).toMatchObject({
      code: 1,
      stderr:
        'The request is invalid: patch: Invalid value: "map[spec:map[replicas:many]]": unrecognized type: int32\n',
    });
    expect(await run('patch deploy web --type merge -p {"spec":{"replica":1}}')).toMatchObject({
      code: 0,
      stdout: "deployment.apps/web patched (no change)\n",
      stderr: 'Warning: unknown field "spec.replica"\n',
    });
  });

  it("warns of kinds that are going away", async () => {
    const { stderr } = await run("get endpoints");
    expect(stderr).toBe(
      "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n",
    );
  });

  it("sends clients on from a document that has changed", async () => {
    const { code, stdout } = await run("get --raw /openapi/v3/apis/apps/v1?hash=OLD");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ openapi: "3.0.0", info: { title: "Kubernetes" } });
  });
});
