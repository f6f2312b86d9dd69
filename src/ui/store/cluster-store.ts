/** The cluster as the page knows it: the newest scene, its lists, and the state of the clock. */
import { create } from "zustand";
import type { Fatal } from "../../worker/client/client";
import type { BridgeState, ClockView, ClusterConfig } from "../../worker/protocol/protocol";
import type { Folded, LiveScene, SceneLists } from "./fold";

export interface ClusterState {
  /** `starting` until the first scene of a cluster came; `broken` after the simulation itself failed. */
  readonly status: "starting" | "running" | "broken";
  readonly config: ClusterConfig;
  /** The past is being lived through again; the scene that follows is on its way. */
  readonly rewinding: boolean;
  /** Raised with every whole scene: nothing of an earlier epoch may be animated into the next. */
  readonly epoch: number;
  /** Raised with every frame; for the few who look at everything. */
  readonly frame: number;
  readonly folded: Folded | null;
  readonly clock: ClockView;
  readonly fatal: Fatal | null;
  /** The worker gives no sign of life, though one is due. */
  readonly silent: boolean;
  /** How the page stands with the bridge to real clients. */
  readonly bridge: BridgeState;
}

const STOPPED: ClockView = {
  time: 0,
  playing: false,
  pace: { mode: "director" },
  speed: 0,
  canUndo: false,
  marks: [],
};

export const DEFAULT_CONFIG: ClusterConfig = {
  seed: 1,
  masters: 3,
  workers: 3,
  cloud: true,
  workload: "web",
  traffic: 10,
};

export const useCluster = create<ClusterState>()(() => ({
  status: "starting",
  config: DEFAULT_CONFIG,
  rewinding: false,
  epoch: 0,
  frame: 0,
  folded: null,
  clock: STOPPED,
  fatal: null,
  silent: false,
  bridge: { status: "none" },
}));

const EMPTY_LISTS: SceneLists = {
  masters: [],
  workers: [],
  podsOf: {},
  podCount: 0,
  workloads: [],
  services: [],
  links: [],
};

export const sceneOf = (state: ClusterState): LiveScene | null => state.folded?.scene ?? null;
export const listsOf = (state: ClusterState): SceneLists => state.folded?.lists ?? EMPTY_LISTS;

/** The lists right now, outside of React. */
export const currentLists = (): SceneLists => listsOf(useCluster.getState());

/** The scene right now, outside of React; null before the first. */
export const currentScene = (): LiveScene | null => sceneOf(useCluster.getState());
