/** The messages on the wire that the stage may have to draw, oldest first. Bounded; the newest win. */
import type { MessageView } from "../../scene/types";

const KEPT = 1200;
let live: MessageView[] = [];
let listeners: (() => void)[] = [];

export function addMessages(messages: readonly MessageView[]): void {
  if (messages.length === 0) return;
  live = live.length + messages.length > KEPT ? [...live, ...messages].slice(-KEPT) : live.concat(messages);
  for (const listener of listeners) listener();
}

export function clearMessages(): void {
  live = [];
  for (const listener of listeners) listener();
}

/** Forgets those that have arrived before `time` (µs). */
export function forgetArrived(time: number): void {
  if (live.some((message) => message.received < time))
    live = live.filter((message) => message.received >= time);
}

export const liveMessages = (): readonly MessageView[] => live;

/** @returns a function that ends it */
export function onMessages(listener: () => void): () => void {
  listeners.push(listener);
  return () => {
    listeners = listeners.filter((other) => other !== listener);
  };
}
