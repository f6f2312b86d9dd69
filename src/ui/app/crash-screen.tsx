/** Shown when the simulation itself broke: what happened, and the ways back. */
import type { ReactNode } from "react";
import { text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import { WaysBack } from "./ways-back";

export function CrashScreen(): ReactNode {
  const fatal = useCluster((state) => state.fatal);
  if (!fatal) return null;
  return (
    <div className="absolute inset-0 z-40 grid place-items-center bg-bg/80 p-6" role="alert">
      <div className="panel grid max-w-[560px] gap-3 p-6">
        <h2 className="text-[20px] font-[560]">{text.crash.title}</h2>
        <p className="text-mut">{text.crash.text}</p>
        <WaysBack words={text.crash} />
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
