/** Shown while the worker gives no sign of life: it may come back, or be stopped. The stage stays in view. */
import type { ReactNode } from "react";
import { text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import { WaysBack } from "./ways-back";

export function SilenceNote(): ReactNode {
  const silent = useCluster((state) => state.silent);
  if (!silent) return null;
  return (
    <div
      className="panel absolute left-1/2 top-4 z-40 grid w-[560px] max-w-[94vw] -translate-x-1/2 gap-3 p-5"
      role="alert"
      data-silence
    >
      <h2 className="text-[20px] font-[560]">{text.silence.title}</h2>
      <p className="text-mut">{text.silence.text}</p>
      <WaysBack words={text.silence} />
    </div>
  );
}
