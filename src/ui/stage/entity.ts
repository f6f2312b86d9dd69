/**
 * What can be selected marks itself with one attribute, `data-entity="kind:id"`; the stage listens once, at its
 * root, and finds out what was meant. Ten thousand pods then need no closures of their own.
 */
import type { PointerEvent as ReactPointerEvent, KeyboardEvent, MouseEvent } from "react";
import type { Entity } from "../store/ui-store";
import { inspect, openMenu, select, useUi } from "../store/ui-store";

const KINDS: ReadonlySet<string> = new Set(["host", "process", "pod", "workload", "service", "link"]);

export const entityMark = (kind: Entity["kind"], id: string): string => `${kind}:${id}`;

/** The nearest marked thing that an event happened on. */
export function entityAt(target: EventTarget | null): { entity: Entity; element: Element } | undefined {
  const element = target instanceof Element ? target.closest("[data-entity]") : null;
  const mark = element?.getAttribute("data-entity");
  if (!element || !mark) return undefined;
  const colon = mark.indexOf(":");
  const kind = mark.slice(0, colon);
  return KINDS.has(kind) ? { entity: { kind, id: mark.slice(colon + 1) } as Entity, element } : undefined;
}

const LONG_PRESS_MS = 550;
let pressTimer: ReturnType<typeof setTimeout> | undefined;

const cancelPress = (): void => clearTimeout(pressTimer);

function openAt(element: Element, entity: Entity): void {
  const box = element.getBoundingClientRect();
  openMenu(entity, box.left + Math.min(box.width, 40), box.top + Math.min(box.height, 28));
}

/** Handlers for the element around everything that is marked. */
export const entityHandlers = {
  onClick: (event: MouseEvent): void => {
    const hit = entityAt(event.target);
    if (hit) select(hit.entity);
  },
  onDoubleClick: (event: MouseEvent): void => {
    const hit = entityAt(event.target);
    if (hit && hit.entity.kind !== "link") inspect(hit.entity);
  },
  onContextMenu: (event: MouseEvent): void => {
    const hit = entityAt(event.target);
    if (!hit) return;
    event.preventDefault();
    openMenu(hit.entity, event.clientX, event.clientY);
  },
  onKeyDown: (event: KeyboardEvent): void => {
    if (event.key !== "Enter" && event.key !== "ContextMenu" && !(event.key === "F10" && event.shiftKey))
      return;
    const hit = entityAt(event.target);
    if (!hit || hit.element !== event.target) return;
    event.preventDefault();
    openAt(hit.element, hit.entity);
  },
  onPointerDown: (event: ReactPointerEvent): void => {
    if (event.pointerType !== "touch") return;
    const hit = entityAt(event.target);
    if (!hit) return;
    const { clientX, clientY } = event;
    cancelPress();
    pressTimer = setTimeout(() => openMenu(hit.entity, clientX, clientY), LONG_PRESS_MS);
  },
  onPointerUp: cancelPress,
  onPointerCancel: cancelPress,
  onPointerMove: (event: ReactPointerEvent): void => {
    if (event.pointerType === "touch" && Math.hypot(event.movementX, event.movementY) > 3) cancelPress();
  },
};

/** Is the focus on something marked? Then Space plays and pauses, as everywhere on the stage. */
export const onEntity = (): boolean => document.activeElement?.hasAttribute("data-entity") ?? false;

/** Clicking nothing selects nothing. */
export const clearSelection = (): void => {
  if (!useUi.getState().cutting) select(null);
};
