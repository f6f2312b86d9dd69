/**
 * What is shown is what is true: at random instants of random runs, the stage's elements say what the API's
 * objects say (believed) and what the machines do (actual).
 */
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import type { ApiAnswer, Command } from "../src/worker/protocol/protocol";

/** Small and seeded, so that a failure can be had again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface PodObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly reason?: string;
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly state: {
        readonly waiting?: { readonly reason: string };
        readonly terminated?: { readonly reason?: string; readonly exitCode: number };
        readonly running?: object;
      };
    }[];
  };
}

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The STATUS column of `kubectl get pods`, as far as these runs need it. */
function statusOf({ metadata, status }: PodObject): string {
  let word = status.reason ?? status.phase;
  for (const { state } of status.containerStatuses ?? []) {
    if (state.waiting?.reason) word = state.waiting.reason;
    else if (state.terminated) word = state.terminated.reason ?? `ExitCode:${state.terminated.exitCode}`;
  }
  if (metadata.deletionTimestamp !== undefined)
    return status.reason === "NodeLost" ? "Unknown" : "Terminating";
  return word;
}

async function list<T>(page: Page, path: string): Promise<readonly T[]> {
  const answer: ApiAnswer = await page.evaluate((asked) => {
    const { kubarium } = window;
    return kubarium.request({ method: "GET", path: asked });
  }, path);
  expect(answer.status).toBe(200);
  return (answer.body as { readonly items: readonly T[] }).items;
}

/** "namespace/name on host: STATUS" of every pod that the stage draws. */
const shownPods = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-pod]")]
      .filter((element) => element.dataset["believed"] !== "")
      .map((element) => {
        const host = element.closest<HTMLElement>("section[data-host]")?.dataset["host"] ?? "";
        return `${element.dataset["pod"]} on ${host}: ${element.dataset["believed"]}`;
      }),
  );

const shownNodes = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("section[data-host]")].map(
      (element) => `${element.dataset["host"]}: ${element.dataset["believed"]}`,
    ),
  );

/** Mirror pods and the daemons of a node are drawn as processes. */
const isDrawn = ({ metadata }: PodObject): boolean =>
  !(metadata.ownerReferences ?? []).some(({ kind }) => kind === "Node" || kind === "DaemonSet");

function nodeLine({ metadata, status }: NodeObject): string {
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  const word = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return `${metadata.name}: ${word}`;
}

const sorted = (lines: readonly string[]): string[] => lines.toSorted((a, b) => a.localeCompare(b));

function randomCommand(random: (below: number) => number): Command {
  const host = ["worker-1", "worker-2", "worker-3", "master-2"][random(4)] ?? "worker-1";
  const replicas = random(9);
  switch (random(5)) {
    case 0:
      return { type: "power-off", host };
    case 1:
      return { type: "power-on", host };
    case 2:
      return { type: "crash-process", host, process: "kubelet" };
    case 3:
      return { type: "cut", a: host, b: "*", direction: "both" };
    default:
      return {
        type: "http",
        id: `scale-${replicas}`,
        request: {
          method: "PATCH",
          path: "/apis/apps/v1/namespaces/default/deployments/web/scale",
          headers: { "content-type": "application/merge-patch+json" },
          body: { spec: { replicas } },
        },
      };
  }
}

for (const seed of [1, 2, 3]) {
  test(`what is shown is what is true (run ${seed})`, async ({ page }) => {
    const random = randomFrom(seed);
    await page.goto("/");
    await page.evaluate(() => window.kubarium.ready);
    await page.evaluate(() => window.kubarium.pause());
    for (let instant = 0; instant < 6; instant++) {
      // A command may be refused (powering on what is on); then nothing happens, which is a state, too.
      await page.evaluate(
        (command) => window.kubarium.run(command).catch(() => undefined),
        randomCommand(random),
      );
      await page.evaluate(
        (span) => window.kubarium.runUntil(window.kubarium.scene().time + span),
        random(60_000) * 1000,
      );
      // An answer takes a moment, in which things go on; in one of a few tries nothing does.
      await expect(async () => {
        const pods = (await list<PodObject>(page, "/api/v1/pods")).filter(isDrawn);
        const nodes = await list<NodeObject>(page, "/api/v1/nodes");
        const told = pods.map(
          (pod) =>
            `${pod.metadata.namespace}/${pod.metadata.name} on ${pod.spec.nodeName ?? ""}: ${statusOf(pod)}`,
        );
        expect(sorted(await shownPods(page))).toEqual(sorted(told));
        expect(sorted(await shownNodes(page))).toEqual(sorted(nodes.map(nodeLine)));
      }).toPass({ timeout: 15_000 });
      const { hosts, pods } = await page.evaluate(() => window.kubarium.scene());
      for (const host of Object.values(hosts)) {
        if (host.kind !== "master" && host.kind !== "worker") continue;
        const element = page.locator(`section[data-host=${host.id}]`);
        await expect(element).toHaveAttribute("data-actual", host.powered ? "on" : "off");
      }
      for (const pod of Object.values(pods)) {
        const dead = pod.node !== "" && hosts[pod.node]?.powered === false;
        if (pod.system || !dead) continue;
        const element = page.locator(`[data-pod="${pod.namespace}/${pod.name}"]`);
        await expect(element).toHaveAttribute("data-actual", "none");
      }
    }
  });
}
