/** Keys: which action a key press means. Off while typing; buttons keep Space and Enter for themselves. */
import { listsOf, useCluster } from "../store/cluster-store";
import { select, useUi } from "../store/ui-store";
import { globalActions, nextAction, playAction, step, stepAction, undoAction } from "./global-actions";
import { scaleDownAction, scaleUpAction } from "./pod-actions";
import { actionsFor, contextOf, perform } from "./registry";
import type { Action } from "./types";

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const named = (id: string): Action | undefined => globalActions.find((action) => action.id === id);

const SIMPLE: Readonly<Record<string, Action | undefined>> = {
  " ": playAction,
  z: undoAction,
  f: nextAction,
  "+": scaleUpAction,
  "=": scaleUpAction,
  "-": scaleDownAction,
  h: named("truth"),
  l: named("legend"),
  v: named("list"),
  s: named("story"),
  "`": named("terminal"),
  c: named("cutting"),
  t: named("theme"),
  "0": named("centre"),
  "?": named("help"),
  Escape: named("close"),
  Home: named("restart"),
};

function selectNode(position: number): void {
  const { masters, workers } = listsOf(useCluster.getState());
  const host = [...masters, ...workers][position];
  if (host !== undefined) select({ kind: "host", id: host });
}

/** Acts on the selected thing by the action that names this key. */
function onSelected(key: string): boolean {
  const context = contextOf();
  const action = actionsFor(context).find(({ keys }) => keys?.includes(key));
  if (action) perform(action, context);
  return action !== undefined;
}

/** @returns whether the press meant something */
export function pressKey(press: KeyPress): boolean {
  const { key } = press;
  if ((press.ctrlKey || press.metaKey) && key.toLowerCase() === "k") {
    useUi.setState((state) => ({ palette: !state.palette }));
    return true;
  }
  if (press.ctrlKey || press.metaKey || press.altKey) return false;
  if (key === "ArrowRight") {
    perform(press.shiftKey ? nextAction : stepAction);
    return true;
  }
  if (key === "ArrowLeft") {
    perform(undoAction);
    return true;
  }
  if (key === ".") {
    step("event");
    return true;
  }
  if (/^[1-9]$/.test(key)) {
    selectNode(Number(key) - 1);
    return true;
  }
  const lower = key.length === 1 ? key.toLowerCase() : key;
  if (lower === "k" || lower === "x" || lower === "i") return onSelected(lower.toUpperCase());
  const action = SIMPLE[lower];
  if (!action) return false;
  perform(action);
  return true;
}
