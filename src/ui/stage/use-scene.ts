/** Narrow views of the store for what stands on the stage: each re-renders for its own change alone. */
import { useCluster, listsOf, sceneOf } from "../store/cluster-store";
import type { HostView, PodView } from "../../worker/protocol/protocol";
import { useUi } from "../store/ui-store";
import type { Entity } from "../store/ui-store";

const NO_PODS: readonly PodView[] = [];

export const useHost = (id: string): HostView | undefined => useCluster((state) => sceneOf(state)?.hosts[id]);

export const usePodsOf = (host: string): readonly PodView[] =>
  useCluster((state) => listsOf(state).podsOf[host] ?? NO_PODS);

export const useSelected = (kind: Entity["kind"], id: string): boolean =>
  useUi((state) => state.selected?.kind === kind && state.selected.id === id);

/** The id of the selected thing when it is of this kind, else "". */
export const useSelectedOf = (kind: Entity["kind"]): string =>
  useUi((state) => (state.selected?.kind === kind ? state.selected.id : ""));

export const useTruth = (): boolean => useUi((state) => state.truth);
