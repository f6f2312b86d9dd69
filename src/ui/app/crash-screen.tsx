/** Shown when the simulation itself broke: what happened, and the ways back. */
import type { ReactNode } from "react";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { attempt } from "../actions/requests";
import { DEFAULT_CONFIG, useCluster } from "../store/cluster-store";
import { recoverSession, startSession } from "../store/session";

export function CrashScreen(): ReactNode {
  const fatal = useCluster((state) => state.fatal);
  if (!fatal) return null;
  const commands = fatal.history?.entries.length ?? 0;
  const go = (work: Promise<void>): void => attempt(text.crash.title, work);
  return (
    <div className="absolute inset-0 z-40 grid place-items-center bg-bg/80 p-6" role="alert">
      <div className="panel grid max-w-[560px] gap-3 p-6">
        <h2 className="text-[20px] font-[560]">{text.crash.title}</h2>
        <p className="text-mut">{text.crash.text}</p>
        <div className="flex flex-wrap gap-2">
          {commands > 0 && (
            <Button tone="primary" onClick={() => go(recoverSession(true))}>
              {text.crash.before}
            </Button>
          )}
          <Button onClick={() => go(recoverSession(false))}>{text.crash.again}</Button>
          <Button onClick={() => go(startSession(DEFAULT_CONFIG))}>{text.crash.fresh}</Button>
        </div>
        <details>
          <summary className="min-h-6 cursor-pointer text-mut">{text.crash.details}</summary>
          <pre className="yaml max-h-[240px] overflow-auto pt-2" tabIndex={0}>
            {fatal.error}
          </pre>
        </details>
      </div>
    </div>
  );
}
