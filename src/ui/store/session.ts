/**
 * One session with one worker at a time: connects the client to the store, and is the only place from which
 * the page talks to the simulation.
 */
import type { ClusterClient, Fatal, Frame, HistoryNews, ReplyTo, Snapshot } from "../../worker/client/client";
import { startClient } from "../../worker/client/client";
import { BRIDGE_META } from "../../worker/protocol/bridge";
import type {
  ApiAnswer,
  BridgeState,
  ClockView,
  ClusterConfig,
  Command,
  HistoryEntry,
  HttpRequestSpec,
  PageRequest,
} from "../../worker/protocol/protocol";
import { useCluster } from "./cluster-store";
import { applyDelta, fromSnapshot } from "./fold";
import { addMessages, clearMessages } from "./messages";
import { hearTerminal } from "./terminal-news";
import { displayClock, wake, wakeSlowly } from "./ticker";

let client: ClusterClient | null = null;
/** What was done so far, kept here too: a worker that broke or does not answer has nothing to tell any more. */
let known: HistoryEntry[] = [];

function onSnapshot({ scene, clock }: Snapshot): void {
  clearMessages();
  displayClock.reset(clock, performance.now());
  useCluster.setState((state) => ({
    status: "running",
    rewinding: false,
    epoch: state.epoch + 1,
    frame: state.frame + 1,
    folded: fromSnapshot(scene),
    clock,
    fatal: null,
  }));
  wake();
}

/** The same marks stay the same list, so that the track is drawn again only for a new one. */
function keepMarks(before: ClockView, clock: ClockView): ClockView {
  const { marks } = before;
  const same = marks.length === clock.marks.length && marks.at(-1)?.at === clock.marks.at(-1)?.at;
  return same ? { ...clock, marks } : clock;
}

function onFrame({ delta, clock, messages }: Frame): void {
  const { folded, frame, clock: before } = useCluster.getState();
  if (!folded) return;
  applyDelta(folded, delta);
  displayClock.frame(clock, performance.now());
  addMessages(messages);
  useCluster.setState({ frame: frame + 1, clock: keepMarks(before, clock) });
  if (messages.length > 0 || !clock.playing) wake();
  else wakeSlowly();
}

function onHistory({ kept, entries }: HistoryNews): void {
  known.splice(kept, Infinity, ...entries);
}

function onSilent(silent: boolean): void {
  useCluster.setState({ silent });
}

function onFatal(fatal: Fatal): void {
  client = null;
  useCluster.setState({ status: "broken", fatal });
}

function onBridge(bridge: BridgeState): void {
  useCluster.setState({ bridge });
}

/** Did the page come from a server that has a bridge? It said so in the page. */
const offersBridge = (): boolean => document.querySelector(`meta[name="${BRIDGE_META}"]`) !== null;

/** Starts a cluster in a fresh worker. */
export async function startSession(config: ClusterConfig): Promise<void> {
  await begin({ t: "init", config });
  await send({ t: "play" });
}

/** Ends the worker, if there is one yet, and starts another with `init`. */
function begin(init: Extract<PageRequest, { t: "init" }>): Promise<unknown> {
  client?.close();
  client = startClient({
    snapshot: onSnapshot,
    frame: onFrame,
    terminal: hearTerminal,
    history: onHistory,
    silent: onSilent,
    fatal: onFatal,
    bridge: onBridge,
  });
  const { config } = init;
  known = [...(init.history?.entries ?? [])];
  useCluster.setState({ status: "starting", config, fatal: null, silent: false });
  if (offersBridge()) void send({ t: "bridge", origin: location.origin }).catch(() => undefined);
  return send(init);
}

/** Is anything known to have been done to the cluster? */
export const hasHistory = (): boolean => known.length > 0;

/**
 * After the simulation broke or stopped answering: a fresh worker lives through its history again, `withoutLast` up
 * to before what was done last, as that may be what broke it. The cluster then waits where it was left.
 */
export async function recoverSession(withoutLast: boolean): Promise<void> {
  const { config } = useCluster.getState();
  await begin({ t: "init", config, history: { version: 1, config, entries: known }, withoutLast });
}

/** Tells the bridge that this tab is the one to ask. */
export function claimClients(): void {
  if (offersBridge()) void client?.send({ t: "focus" }).catch(() => undefined);
}

/** Sends any request to the worker. */
export function send<R extends PageRequest>(request: R): Promise<ReplyTo<R>> {
  if (!client) return Promise.reject(new Error("no cluster is running"));
  return client.send(request);
}

/** Back to just before the last command, or to the opening; the cluster lives through its history again. */
export async function goBack(how: "undo" | "restart"): Promise<void> {
  if (useCluster.getState().rewinding) return;
  useCluster.setState({ rewinding: true });
  try {
    await send({ t: how });
  } finally {
    useCluster.setState({ rewinding: false });
  }
}

/** Does something to the cluster. */
export const run = (command: Command): Promise<unknown> => send({ t: "command", command });

/** A request of the operator's workstation; resolves when the answer arrived in simulated time. */
export const requestApi = (request: HttpRequestSpec): Promise<ApiAnswer> => send({ t: "request", request });
