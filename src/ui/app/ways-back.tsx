/** The ways on when the simulation broke or does not answer: each ends its worker and starts another. */
import type { ReactNode } from "react";
import { attempt } from "../actions/requests";
import { Button } from "../components/button";
import { DEFAULT_CONFIG } from "../store/cluster-store";
import { hasHistory, recoverSession, startSession } from "../store/session";

export function WaysBack(props: {
  readonly words: {
    readonly title: string;
    readonly before: string;
    readonly again: string;
    readonly fresh: string;
  };
}): ReactNode {
  const { title, before, again, fresh } = props.words;
  const go = (work: Promise<void>): void => attempt(title, work);
  return (
    <div className="flex flex-wrap gap-2">
      {hasHistory() && (
        <Button tone="primary" onClick={() => go(recoverSession(true))}>
          {before}
        </Button>
      )}
      <Button onClick={() => go(recoverSession(false))}>{again}</Button>
      <Button onClick={() => go(startSession(DEFAULT_CONFIG))}>{fresh}</Button>
    </div>
  );
}
