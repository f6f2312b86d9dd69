/** What the user chose to see: nothing here changes the cluster. */
import { create } from "zustand";

/** Anything on the stage that can be selected and acted on. Its id is what the scene calls it. */
export type Entity =
  | { readonly kind: "host"; readonly id: string }
  | { readonly kind: "process"; readonly id: string }
  | { readonly kind: "pod"; readonly id: string }
  | { readonly kind: "workload"; readonly id: string }
  | { readonly kind: "service"; readonly id: string }
  /** A cut: both ends, `a|b`; `*` is everyone. */
  | { readonly kind: "link"; readonly id: string };

export type Density = "follow" | "important" | "everything";
export type Theme = "dark" | "light";
export type InspectorTab = "summary" | "yaml" | "events" | "conditions" | "why" | "network";

export type DockTab = "story" | "kubectl";

export interface Toast {
  readonly id: number;
  readonly tone: "info" | "bad";
  readonly title: string;
  readonly text: string;
}

export interface MenuRequest {
  readonly entity: Entity;
  readonly x: number;
  readonly y: number;
}

export interface UiState {
  readonly selected: Entity | null;
  readonly inspecting: boolean;
  readonly tab: InspectorTab;
  /** Show what really happens on the machines, not only what the control plane knows. */
  readonly truth: boolean;
  readonly density: Density;
  readonly legend: boolean;
  readonly help: boolean;
  readonly palette: boolean;
  /** What the dock shows; null: it is closed. */
  readonly dock: DockTab | null;
  /** As the user has made it, in pixels; null: as it suits the window. */
  readonly dockHeight: number | null;
  /** A file is open in the editor, at the right of the stage. */
  readonly editing: boolean;
  /** What the pointer is over elsewhere in the page: it lights up on the stage. */
  readonly pointed: Entity | null;
  readonly list: boolean;
  readonly cutting: boolean;
  /** How real clients connect is shown. */
  readonly connect: boolean;
  readonly menu: MenuRequest | null;
  readonly theme: Theme;
  readonly toasts: readonly Toast[];
  /** The user moved the camera: it stays where it is until they give it back. */
  readonly ownsCamera: boolean;
}

const TOASTS_SHOWN = 3;

const initialTheme = (): Theme =>
  typeof document !== "undefined" && document.documentElement.dataset["theme"] === "light" ? "light" : "dark";

export const useUi = create<UiState>()(() => ({
  selected: null,
  inspecting: false,
  tab: "summary",
  truth: true,
  density: "important",
  legend: false,
  help: false,
  palette: false,
  dock: null,
  dockHeight: null,
  editing: false,
  pointed: null,
  list: false,
  cutting: false,
  connect: false,
  menu: null,
  theme: initialTheme(),
  toasts: [],
  ownsCamera: false,
}));

const set = useUi.setState;

export const select = (entity: Entity | null): void => set({ selected: entity });

/** Opens the inspector on something. */
export const inspect = (entity: Entity, tab: InspectorTab = "summary"): void =>
  set({ selected: entity, inspecting: true, tab });

export const openMenu = (entity: Entity, x: number, y: number): void =>
  set({ selected: entity, menu: { entity, x, y } });

/** Gives the camera back: the stage then shows everything again. */
export const recentre = (): void => set({ ownsCamera: false });

export function setTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem("kubarium.theme", theme);
  } catch {
    // Storage may be blocked; the choice then lasts as long as the page.
  }
  set({ theme });
}

let nextToast = 1;

/** Shows a note until it is closed; the oldest makes room. */
export function toast(tone: Toast["tone"], title: string, text: string): void {
  const added: Toast = { id: nextToast++, tone, title, text };
  set((state) => ({ toasts: [...state.toasts, added].slice(-TOASTS_SHOWN) }));
}

export const dismiss = (id: number): void =>
  set((state) => ({ toasts: state.toasts.filter((other) => other.id !== id) }));
