/** The graph: React Flow carries the cards and the camera; wires lie under them, messages fly over them. */
import { ReactFlow, ReactFlowProvider, ViewportPortal, useReactFlow, useStore } from "@xyflow/react";
import type { Node, NodeProps } from "@xyflow/react";
import { memo, useEffect, useMemo, useRef } from "react";
import type { ReactNode, RefObject } from "react";
import { text } from "../i18n/en";
import { DEFAULT_CONFIG, currentScene, listsOf, sceneOf, useCluster } from "../store/cluster-store";
import { useUi } from "../store/ui-store";
import { CutLayer } from "./cut-layer";
import { clearSelection, entityHandlers } from "./entity";
import type { MasterDensity, Placed, StageLayout } from "./layout";
import { MOST_CARDS, MOST_COMPACT, columnsFor, fitCamera, stageLayout, workerModeFor } from "./layout";
import { Ledger } from "./ledger";
import { MasterCard } from "./master-card";
import { MessageCanvas } from "./message-canvas";
import { LoadBalancerCard, OutsideCard } from "./outside-card";
import { levelFor } from "./pod-level";
import { RackCard } from "./rack-card";
import { WaitingRow } from "./waiting-row";
import { Wires } from "./wires";
import { CompactWorker, WorkerCard } from "./worker-card";
import { usePointed } from "./use-pointed";

type MasterNode = Node<{ density: MasterDensity; width: number; cloud: boolean }, "master">;
type RackNode = Node<{ from: number; to: number }, "rack">;

const useStageLevel = () =>
  useCluster((state) => levelFor(listsOf(state).podCount, listsOf(state).workers.length));

const Worker = memo(({ id }: NodeProps): ReactNode => <WorkerCard id={id} stageLevel={useStageLevel()} />);
const Compact = memo(({ id }: NodeProps): ReactNode => <CompactWorker id={id} />);
const Outside = memo(({ id }: NodeProps): ReactNode => <OutsideCard id={id} />);
const Master = memo(({ id, data }: NodeProps<MasterNode>): ReactNode => <MasterCard id={id} {...data} />);
const RackOf = memo(({ data }: NodeProps<RackNode>): ReactNode => <RackCard {...data} />);

const NODE_TYPES = {
  worker: Worker,
  compact: Compact,
  outside: Outside,
  master: Master,
  rack: RackOf,
  lb: LoadBalancerCard,
  waiting: WaitingRow,
};

/** Every card as a node of React Flow, in the order of the Tab key. */
function nodesOf(layout: StageLayout): Node[] {
  const nodes: Node[] = [];
  const add = (
    id: string,
    type: string,
    rect = layout.hosts.get(id),
    data: Record<string, unknown> = {},
  ): void => {
    if (!rect) return;
    const { x, y, w, h } = rect;
    const size = { width: w, height: h };
    nodes.push({ id, type, position: { x, y }, data, ...size, measured: size, style: size });
  };
  add("workstation", "outside");
  add("load-balancer", "lb");
  for (const id of layout.masters) {
    const rect = layout.hosts.get(id);
    const width = rect?.w ?? 0;
    add(id, "master", rect, { density: layout.masterDensity, width, cloud: layout.hasCloud });
  }
  add("waiting", "waiting", layout.waiting);
  if (layout.workerMode === "rack") {
    for (const { id, rect, from, to } of layout.racks) add(id, "rack", rect, { from, to });
  } else {
    for (const id of layout.hosts.keys()) {
      if (id.startsWith("worker-")) add(id, layout.workerMode === "card" ? "worker" : "compact");
    }
  }
  add("cloud", "outside");
  add("users", "outside");
  return nodes;
}

/** Columns stay what they were when the cluster was made, so that nobody moves when a worker comes. */
function useColumns(count: number): number {
  const asked = useCluster((state) => state.config.workers);
  const mode = workerModeFor(count);
  const least = mode === "card" ? 0 : mode === "compact" ? MOST_CARDS + 1 : MOST_COMPACT + 1;
  const most = mode === "card" ? MOST_CARDS : mode === "compact" ? MOST_COMPACT : Infinity;
  return columnsFor(Math.min(most, Math.max(least, asked)));
}

function useLayout(): StageLayout {
  const masters = useCluster((state) => listsOf(state).masters);
  const workers = useCluster((state) => listsOf(state).workers);
  const cloud = useCluster((state) => sceneOf(state)?.cloud.present ?? DEFAULT_CONFIG.cloud);
  const columns = useColumns(workers.length);
  return useMemo(() => {
    const hosts = currentScene()?.hosts ?? {};
    const placed = (id: string): Placed => ({ id, index: hosts[id]?.index ?? 0 });
    return stageLayout({ masters: masters.map(placed), workers: workers.map(placed), columns, cloud });
  }, [masters, workers, columns, cloud]);
}

const LEDGER_WIDTH = 196;
const CAPTION_HEIGHT = 58;
/** Without the caption, which an open dock has taken. */
const MARGIN = 6;
const INSPECTOR_WIDTH = 340;
/** Left of an open inspector there is room for the ledger from this width on. */
const WIDE = 1500;

/** Keeps the whole cluster in view until the user takes the camera. */
function useCamera(layout: StageLayout): void {
  const { setViewport } = useReactFlow();
  const w = useStore((state) => state.width);
  const h = useStore((state) => state.height);
  const inspecting = useUi((state) => state.inspecting);
  const editing = useUi((state) => state.editing);
  const docked = useUi((state) => state.dock !== null);
  const owns = useUi((state) => state.ownsCamera);
  useEffect(() => {
    if (owns || w === 0 || h === 0) return;
    // Beside the inspector or the editor there is room for the ledger on a wide screen only.
    const ledger = (!inspecting && !editing) || window.innerWidth >= WIDE ? LEDGER_WIDTH : 0;
    const right = ledger + (inspecting ? INSPECTOR_WIDTH : 0);
    const camera = fitCamera(layout.bounds, { w, h }, { right, bottom: docked ? MARGIN : CAPTION_HEIGHT });
    void setViewport(camera);
  }, [layout.bounds, w, h, inspecting, editing, docked, owns, setViewport]);
}

const bandOf = (zoom: number): string => (zoom >= 0.8 ? "near" : zoom >= 0.5 ? "mid" : "far");

const takeCamera = (event: MouseEvent | TouchEvent | null): void => {
  if (event) useUi.setState({ ownsCamera: true });
};

const PRO = { hideAttribution: false };

function Graph({ around }: { readonly around: RefObject<HTMLElement | null> }): ReactNode {
  const layout = useLayout();
  const epoch = useCluster((state) => state.epoch);
  const theme = useUi((state) => state.theme);
  const cutting = useUi((state) => state.cutting);
  const nodes = useMemo(() => nodesOf(layout), [layout]);
  const band = useStore((state) => bandOf(state.transform[2]));
  useCamera(layout);
  useEffect(() => {
    around.current?.setAttribute("data-band", band);
  }, [band, around]);
  return (
    <>
      <ReactFlow
        nodes={nodes}
        nodeTypes={NODE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        panOnDrag={!cutting}
        zoomOnDoubleClick={false}
        minZoom={0.05}
        maxZoom={3}
        onlyRenderVisibleElements={nodes.length > 60}
        onMove={takeCamera}
        onPaneClick={clearSelection}
        proOptions={PRO}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
      >
        <ViewportPortal>
          <Wires layout={layout} />
        </ViewportPortal>
      </ReactFlow>
      <MessageCanvas key={`${epoch} ${theme}`} layout={layout} stage={around} />
      {cutting && <CutLayer layout={layout} />}
    </>
  );
}

export function Stage({ children }: { readonly children?: ReactNode }): ReactNode {
  const around = useRef<HTMLElement>(null);
  usePointed();
  const inspecting = useUi((state) => state.inspecting);
  const editing = useUi((state) => state.editing);
  return (
    <section
      ref={around}
      id="stage"
      className="stage h-full"
      aria-label={text.stage.label}
      tabIndex={-1}
      data-inspecting={inspecting}
      data-editing={editing}
      {...entityHandlers}
    >
      <ReactFlowProvider>
        <Graph around={around} />
      </ReactFlowProvider>
      <Ledger />
      {children}
    </section>
  );
}
