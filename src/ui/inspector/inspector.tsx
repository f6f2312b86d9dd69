/** The inspector: one thing in full, at the right; refreshed while it is open and time passes. */
import { Tabs } from "radix-ui";
import { MoreHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../components/button";
import { Cross } from "../components/glyphs";
import { clockText, text } from "../i18n/en";
import { sceneOf, useCluster } from "../store/cluster-store";
import { openMenu, useUi } from "../store/ui-store";
import type { Entity, InspectorTab } from "../store/ui-store";
import type { Inspection } from "../../worker/protocol/protocol";
import { NetworkList } from "./network-list";
import { useInspection } from "./use-inspection";
import { YamlView } from "./yaml-view";

function Summary({ found }: { readonly found: Inspection }): ReactNode {
  return (
    <dl className="facts">
      {found.summary.map(([label, value], at) => (
        <div key={`${label} ${at}`} className="contents">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Events({ found, opened }: { readonly found: Inspection; readonly opened: number }): ReactNode {
  if (found.events.length === 0) return <p className="text-mut">{text.inspector.noEvents}</p>;
  return (
    <ol className="m-0 grid list-none gap-2.5 p-0">
      {found.events.map(({ at, type, reason, message, count, source }, number) => (
        <li key={`${at} ${reason} ${number}`}>
          <span className="mono mr-2 text-[11px] text-dim">{clockText(at - opened)}</span>
          <b className={type === "Warning" ? "text-bad" : "font-semibold"}>{reason}</b>
          {count > 1 && <span className="text-mut"> ×{count}</span>}
          <div>{message}</div>
          <div className="text-[11px] text-dim">{source}</div>
        </li>
      ))}
    </ol>
  );
}

function Conditions({ found, opened }: { readonly found: Inspection; readonly opened: number }): ReactNode {
  if (found.conditions.length === 0) return <p className="text-mut">{text.inspector.noConditions}</p>;
  return (
    <ul className="m-0 grid list-none gap-2.5 p-0">
      {found.conditions.map(({ type, status, reason, message, since }) => (
        <li key={type}>
          <b className="font-semibold">{type}</b> <span className="mono text-gold">{status}</span>
          <span className="mono float-right text-[11px] text-dim">{clockText(since - opened)}</span>
          <div className="text-mut">
            {reason}
            {message && `: ${message}`}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Why({ found }: { readonly found: Inspection }): ReactNode {
  if (found.why.length === 0) return <p className="text-mut">{text.inspector.noWhy}</p>;
  return (
    <ul className="m-0 grid list-none gap-2 p-0">
      {found.why.map((line, at) => (
        <li key={at}>{line}</li>
      ))}
    </ul>
  );
}

function panelOf(tab: InspectorTab, found: Inspection, opened: number): ReactNode {
  switch (tab) {
    case "summary":
      return <Summary found={found} />;
    case "yaml":
      if (found.object === null) return <p className="text-mut">{text.inspector.noYaml}</p>;
      return <YamlView object={found.object} label={`${text.inspector.tabs.yaml}: ${found.title}`} />;
    case "events":
      return <Events found={found} opened={opened} />;
    case "conditions":
      return <Conditions found={found} opened={opened} />;
    case "why":
      return <Why found={found} />;
    case "network":
      return null;
  }
}

const TABS: readonly InspectorTab[] = ["summary", "yaml", "events", "conditions", "why"];

const close = (): void => useUi.setState({ inspecting: false });

export function Inspector({ entity }: { readonly entity: Entity }): ReactNode {
  const found = useInspection(entity);
  const tab = useUi((state) => state.tab);
  const opened = useCluster((state) => sceneOf(state)?.openedAt ?? 0);
  const isHost = useCluster((state) => {
    const kind = entity.kind === "host" ? sceneOf(state)?.hosts[entity.id]?.kind : undefined;
    return kind === "master" || kind === "worker" || kind === "load-balancer";
  });
  const tabs = isHost ? [...TABS, "network" as const] : TABS;
  const shown = tabs.includes(tab) ? tab : "summary";
  return (
    <aside className="inspector" aria-label={text.inspector.title} data-inspector>
      <div className="flex items-center gap-1 py-2 pl-4 pr-2">
        <h2 className="mono mr-auto truncate text-[13.5px] font-semibold">{found?.title ?? entity.id}</h2>
        <Button
          tone="plain"
          icon
          label={text.inspector.actions}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            openMenu(entity, box.left, box.bottom);
          }}
        >
          <MoreHorizontal size={16} />
        </Button>
        <Button tone="plain" icon label={text.inspector.close} onClick={close}>
          <Cross />
        </Button>
      </div>
      <Tabs.Root
        className="flex min-h-0 flex-1 flex-col"
        value={shown}
        onValueChange={(next) => useUi.setState({ tab: next as InspectorTab })}
      >
        <Tabs.List className="tabs" aria-label={text.inspector.title}>
          {tabs.map((name) => (
            <Tabs.Trigger key={name} value={name} className="tab">
              {text.inspector.tabs[name]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content
          value={shown}
          className="min-h-0 flex-1 overflow-auto px-4 py-3 text-[12.5px]"
          tabIndex={0}
        >
          {shown === "network" ? (
            <NetworkList host={entity.id} />
          ) : found === undefined ? (
            <p className="text-mut">{text.inspector.loading}</p>
          ) : found === null ? (
            <p className="text-mut">{text.inspector.gone}</p>
          ) : (
            panelOf(shown, found, opened)
          )}
        </Tabs.Content>
      </Tabs.Root>
    </aside>
  );
}
