/** An action: one row of the registry from which menus, toolbar, palette, keys and help are made. */
import type { LiveScene } from "../store/fold";
import type { Entity } from "../store/ui-store";

/** What an action may look at when it is offered or done. */
export interface ActionContext {
  readonly scene: LiveScene | null;
  /** What it acts on: what the menu was opened on, else what is selected. */
  readonly entity: Entity | null;
}

export interface Action {
  readonly id: string;
  /** Where help and palette list it. */
  readonly group: "time" | "view" | "cluster" | "selected";
  readonly label: (context: ActionContext) => string;
  /** Keys as help shows them; `match` in keys.ts decides. */
  readonly keys?: readonly string[];
  /** The same with kubectl; "" says that there is no such command. Absent where the question is void. */
  readonly kubectl?: (context: ActionContext) => string;
  /** Shown for this entity at all? Absent = for none in particular. */
  readonly shown?: (context: ActionContext) => boolean;
  readonly enabled?: (context: ActionContext) => boolean;
  readonly perform: (context: ActionContext) => void;
  /** More rows, opened from this one. */
  readonly children?: (context: ActionContext) => readonly Action[];
}
