/**
 * `window.kubarium`: the page's handle for browser tests, embedders and teachers. Everything it does, a user
 * could do; it only does it without a mouse. All times are virtual microseconds since boot.
 */
import type {
  ApiAnswer,
  Command,
  HistoryAnswer,
  HttpRequestSpec,
  Pace,
  Scene,
  StepKind,
} from "../../worker/protocol/protocol";
import { currentScene, useCluster } from "../store/cluster-store";
import { requestApi, run, send } from "../store/session";

export interface RunUntilOptions {
  /** Virtual microseconds after which to give up; one hour unless told. */
  readonly limit?: number;
}

export interface Kubarium {
  /** Resolves once a cluster is on the stage. */
  readonly ready: Promise<void>;
  /** The scene as the page shows it now; a copy whose views must not be changed. */
  scene(): Scene;
  /** Does something to the cluster, as the menus do. */
  run(command: Command): Promise<unknown>;
  /**
   * Runs as fast as it goes until a virtual time, or until `predicate` holds for the scene, and pauses there.
   * Rejects when the predicate did not hold within the limit.
   */
  runUntil(until: number | ((scene: Scene) => boolean), options?: RunUntilOptions): Promise<Scene>;
  pause(): Promise<unknown>;
  resume(): Promise<unknown>;
  setPace(pace: Pace): Promise<unknown>;
  /** One kernel event, the next message that matters, or the next decision. */
  step(kind?: StepKind): Promise<unknown>;
  /** A request to the simulated API server as cluster admin; answered in simulated time (so time must run). */
  request(request: HttpRequestSpec): Promise<ApiAnswer>;
  /** Back to just before the last command. */
  undo(): Promise<unknown>;
  /** Back to the moment when the stage opened. */
  restart(): Promise<unknown>;
  /** Seed, configuration and commands, with the hash of everything that happened. */
  history(): Promise<HistoryAnswer>;
}

declare global {
  interface Window {
    kubarium: Kubarium;
  }
}

const FIRST_CHUNK = 100_000;
const LARGEST_CHUNK = 5_000_000;
const DEFAULT_LIMIT = 3_600_000_000;
const FRAME_PATIENCE_MS = 3000;

function scene(): Scene {
  const live = currentScene();
  if (!live) throw new Error("no cluster is on the stage yet: await kubarium.ready");
  const { hosts, pods, workloads, services, links } = live;
  return {
    ...live,
    hosts: { ...hosts },
    pods: { ...pods },
    workloads: { ...workloads },
    services: { ...services },
    links: { ...links },
  };
}

/** The store follows by frames: waits until it shows this time. */
function shown(time: number): Promise<void> {
  const there = (): boolean => (currentScene()?.time ?? -1) >= time;
  if (there()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = useCluster.subscribe(() => there() && end());
    const timer = setTimeout(end, FRAME_PATIENCE_MS);
  });
}

async function runTo(time: number): Promise<Scene> {
  await send({ t: "run-until", time });
  await shown(time);
  return scene();
}

async function runUntil(
  until: number | ((scene: Scene) => boolean),
  { limit = DEFAULT_LIMIT }: RunUntilOptions = {},
): Promise<Scene> {
  if (typeof until === "number") return runTo(until);
  await send({ t: "pause" });
  let now = scene();
  const start = now.time;
  let chunk = FIRST_CHUNK;
  while (!until(now)) {
    const passed = now.time - start;
    if (passed >= limit) throw new Error(`not so within ${limit / 1e6} virtual seconds`);
    now = await runTo(now.time + Math.min(chunk, limit - passed));
    if (passed > 20 * chunk) chunk = Math.min(LARGEST_CHUNK, chunk * 2);
  }
  return now;
}

const ready = new Promise<void>((resolve) => {
  if (useCluster.getState().status === "running") {
    resolve();
    return;
  }
  const stop = useCluster.subscribe(({ status }) => {
    if (status !== "running") return;
    stop();
    resolve();
  });
});

export const automation: Kubarium = {
  ready,
  scene,
  run,
  runUntil,
  pause: () => send({ t: "pause" }),
  resume: () => send({ t: "play" }),
  setPace: (pace) => send({ t: "pace", pace }),
  step: (kind = "message") => send({ t: "step", kind }),
  request: requestApi,
  undo: () => send({ t: "undo" }),
  restart: () => send({ t: "restart" }),
  history: () => send({ t: "history" }),
};
