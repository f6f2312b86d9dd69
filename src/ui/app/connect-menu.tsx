/** How kubectl and other real clients reach the cluster in this tab. */
import { Check, Copy, Plug } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import type { BridgeState } from "../../worker/protocol/protocol";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import { useUi } from "../store/ui-store";

/** How long a copied line is said to be copied, in milliseconds. */
const COPIED_MS = 2000;

const LINE =
  "mono min-w-0 flex-1 rounded-md border border-line2 bg-bg px-2 py-1.5 text-[11.5px] break-all select-all";

/** A line to paste into a shell. */
function Line({ name, line }: { readonly name: string; readonly line: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => void navigator.clipboard.writeText(line).then(() => setCopied(true));
  return (
    <div className="grid gap-1">
      <span className="text-[11px] font-semibold text-dim">{name}</span>
      <div className="flex items-start gap-1.5">
        <code className={LINE}>{line}</code>
        <Button icon label={copied ? text.connect.copied : text.connect.copy(name)} onClick={copy}>
          {copied ? <Check size={14} /> : <Copy size={14} />}
        </Button>
      </div>
      <span role="status" className="sr-only">
        {copied ? text.connect.copied : ""}
      </span>
    </div>
  );
}

function stateOf(bridge: BridgeState): { readonly words: string; readonly tone: string } {
  if (bridge.status === "none") return { words: text.connect.none, tone: "bg-dim" };
  if (bridge.status === "connecting") return { words: text.connect.connecting, tone: "bg-gold" };
  if (!bridge.active) return { words: text.connect.elsewhere, tone: "bg-gold" };
  return { words: text.connect.connected, tone: "bg-ready" };
}

function Connection({ bridge }: { readonly bridge: BridgeState }): ReactNode {
  const { words, tone } = stateOf(bridge);
  return (
    <div className="grid gap-3">
      <h2 className="text-[13px] font-semibold">{text.connect.title}</h2>
      <p role="status" className="m-0 flex gap-2 text-[12.5px] leading-snug">
        <span className={`mt-[5px] size-2 flex-none rounded-full ${tone}`} aria-hidden />
        {words}
      </p>
      {bridge.status === "connected" && (
        <>
          <Line name={text.connect.sh} line={bridge.commands.sh} />
          <Line name={text.connect.powershell} line={bridge.commands.powershell} />
          <p className="m-0 text-[11.5px] leading-snug text-dim">{text.connect.hint}</p>
        </>
      )}
    </div>
  );
}

export function ConnectMenu(): ReactNode {
  const open = useUi((state) => state.connect);
  const bridge = useCluster((state) => state.bridge);
  return (
    <Popover.Root open={open} onOpenChange={(connect) => useUi.setState({ connect })}>
      <Popover.Trigger asChild>
        <Button icon label={text.connect.title}>
          <Plug size={15} />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="panel z-50 w-[400px] p-4"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={text.connect.title}
        >
          <Connection bridge={bridge} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
