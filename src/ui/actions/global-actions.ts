/** What can be done to time and to the view, whatever is selected. */
import type { Pace, StepKind } from "../../worker/protocol/protocol";
import { text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import { goBack, send } from "../store/session";
import { recentre, setTheme, useUi } from "../store/ui-store";
import type { DockTab } from "../store/ui-store";
import { attempt } from "./requests";
import type { Action } from "./types";

export function togglePlay(): void {
  const { playing } = useCluster.getState().clock;
  attempt(playing ? text.transport.pause : text.transport.play, send({ t: playing ? "pause" : "play" }));
}

export const setPace = (pace: Pace): void => attempt(text.transport.pace, send({ t: "pace", pace }));

export const step = (kind: StepKind): void => attempt(text.transport.step, send({ t: "step", kind }));

const toggle = (key: "truth" | "legend" | "help" | "list" | "cutting" | "palette"): void =>
  useUi.setState((state) => ({ [key]: !state[key] }));

const toggleDock = (tab: DockTab): void =>
  useUi.setState((state) => ({ dock: state.dock === tab ? null : tab }));

export const undoAction: Action = {
  id: "undo",
  group: "time",
  keys: ["Z", "←"],
  label: () => text.transport.undo,
  enabled: () => useCluster.getState().clock.canUndo,
  perform: () => attempt(text.transport.undo, goBack("undo")),
};

export const restartAction: Action = {
  id: "restart",
  group: "time",
  keys: ["Home"],
  label: () => text.transport.restart,
  perform: () => attempt(text.transport.restart, goBack("restart")),
};

export const playAction: Action = {
  id: "play",
  group: "time",
  keys: ["Space"],
  label: () => (useCluster.getState().clock.playing ? text.transport.pause : text.transport.play),
  perform: togglePlay,
};

export const stepAction: Action = {
  id: "step",
  group: "time",
  keys: ["→"],
  label: () => text.transport.step,
  perform: () => step("message"),
};

export const nextAction: Action = {
  id: "next",
  group: "time",
  keys: ["F", "Shift+→"],
  label: () => text.transport.next,
  perform: () => step("decision"),
};

const view = (id: string, key: string, label: string, perform: () => void): Action => ({
  id,
  group: "view",
  keys: [key],
  label: () => label,
  perform,
});

export const globalActions: readonly Action[] = [
  playAction,
  stepAction,
  nextAction,
  undoAction,
  restartAction,
  view("truth", "H", text.top.truth, () => toggle("truth")),
  view("legend", "L", text.top.legend, () => toggle("legend")),
  view("list", "V", text.top.list, () => toggle("list")),
  view("story", "S", text.transport.story, () => toggleDock("story")),
  view("terminal", "`", text.transport.terminal, () => toggleDock("kubectl")),
  view("cutting", "C", text.top.cut, () => toggle("cutting")),
  view("centre", "0", text.stage.centre, recentre),
  view("help", "?", text.top.help, () => toggle("help")),
  view("palette", "Ctrl+K", text.top.search, () => toggle("palette")),
  view("theme", "T", `${text.top.toLight} / ${text.top.toDark}`, () =>
    setTheme(useUi.getState().theme === "dark" ? "light" : "dark"),
  ),
  {
    id: "connect",
    group: "view",
    label: () => text.connect.title,
    perform: () => useUi.setState({ connect: true }),
  },
  ...(["follow", "important", "everything"] as const).map((density): Action => ({
    id: `density-${density}`,
    group: "view",
    label: () => `${text.top.density}: ${text.top.densities[density]}`,
    perform: () => useUi.setState({ density }),
  })),
  view("close", "Esc", text.inspector.close, () =>
    useUi.setState({ inspecting: false, cutting: false, legend: false, help: false, menu: null }),
  ),
];
