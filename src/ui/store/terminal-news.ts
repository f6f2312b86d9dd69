/** What terminals have to show, on its way from the worker to whoever draws them. */
import type { TerminalNews } from "../../worker/protocol/protocol";

type Listener = (news: TerminalNews) => void;

const listeners = new Set<Listener>();

export function hearTerminal(news: readonly TerminalNews[]): void {
  for (const item of news) for (const listener of listeners) listener(item);
}

/** @returns what ends it */
export function onTerminalNews(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
