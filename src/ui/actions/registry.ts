/** The registry of everything a user can do; menus, toolbar, palette, keys and help are made from it. */
import { currentScene } from "../store/cluster-store";
import type { Entity } from "../store/ui-store";
import { useUi } from "../store/ui-store";
import { globalActions } from "./global-actions";
import { addWorkerAction, hostActions } from "./host-actions";
import { podActions } from "./pod-actions";
import type { Action, ActionContext } from "./types";

const entityActions: readonly Action[] = [...podActions, ...hostActions];

export const allActions: readonly Action[] = [...globalActions, ...entityActions];

/** What an action would act on right now; `entity` defaults to what is selected. */
export const contextOf = (entity: Entity | null = useUi.getState().selected): ActionContext => ({
  scene: currentScene(),
  entity,
});

/** The rows of the menu of one thing. */
export const actionsFor = (context: ActionContext): readonly Action[] =>
  entityActions.filter((action) => action.shown?.(context) ?? false);

/** What the palette offers: everything that works now. */
export const paletteActions = (context: ActionContext): readonly Action[] => [
  ...globalActions.filter(({ id }) => id !== "palette"),
  addWorkerAction,
  ...actionsFor(context).filter((action) => action !== addWorkerAction && !action.children),
];

export const isEnabled = (action: Action, context: ActionContext): boolean =>
  action.enabled?.(context) ?? true;

/** Does it, when it can be done. */
export function perform(action: Action, context: ActionContext = contextOf()): void {
  if (isEnabled(action, context)) action.perform(context);
}
