/** Notes that need no answer: failures in the cluster's own words, and hints. */
import type { ReactNode } from "react";
import { Button } from "../components/button";
import { Cross } from "../components/glyphs";
import { text } from "../i18n/en";
import { dismiss, useUi } from "../store/ui-store";

export function Toasts(): ReactNode {
  const toasts = useUi((state) => state.toasts);
  return (
    <div
      className="pointer-events-none fixed bottom-16 right-4 z-50 grid gap-2"
      role="log"
      aria-live="assertive"
    >
      {toasts.map(({ id, tone, title, text: words }) => (
        <div key={id} className="toast pointer-events-auto" data-tone={tone} data-toast>
          <b className="self-center font-semibold">{title}</b>
          <Button tone="plain" icon className="small" label={text.toast.dismiss} onClick={() => dismiss(id)}>
            <Cross />
          </Button>
          <p>{words}</p>
        </div>
      ))}
    </div>
  );
}
