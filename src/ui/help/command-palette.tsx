/** Ctrl/Cmd+K: every thing and every action by name. */
import { Command } from "cmdk";
import type { ReactNode } from "react";
import { contextOf, isEnabled, paletteActions, perform } from "../actions/registry";
import { text } from "../i18n/en";
import { currentScene, listsOf, useCluster } from "../store/cluster-store";
import { inspect, useUi } from "../store/ui-store";
import type { Entity } from "../store/ui-store";

const MOST_THINGS = 300;

interface Thing {
  readonly entity: Entity;
  readonly name: string;
  readonly note: string;
}

function things(): readonly Thing[] {
  const scene = currentScene();
  if (!scene) return [];
  const { masters, workers, workloads } = listsOf(useCluster.getState());
  const found: Thing[] = [];
  for (const id of workloads) {
    const { kind = "", name = "" } = scene.workloads[id] ?? {};
    found.push({ entity: { kind: "workload", id }, name, note: kind });
  }
  for (const id of [...masters, ...workers]) {
    found.push({ entity: { kind: "host", id }, name: id, note: scene.hosts[id]?.kind ?? "" });
  }
  for (const pod of Object.values(scene.pods)) {
    if (found.length >= MOST_THINGS) break;
    if (!pod.system) found.push({ entity: { kind: "pod", id: pod.uid }, name: pod.name, note: pod.node });
  }
  return found;
}

export function CommandPalette(): ReactNode {
  const close = (): void => useUi.setState({ palette: false });
  const context = contextOf();
  return (
    <Command.Dialog
      open
      onOpenChange={(palette) => useUi.setState({ palette })}
      label={text.palette.label}
      overlayClassName="fixed inset-0 z-50 bg-bg/60"
      contentClassName="panel fixed left-1/2 top-[12vh] z-50 w-[560px] max-w-[94vw] -translate-x-1/2 overflow-hidden"
    >
      <Command.Input className="palette-input" placeholder={text.palette.placeholder} />
      <Command.List className="max-h-[50vh] scroll-py-2 overflow-auto p-1.5">
        <Command.Empty className="p-4 text-mut">{text.palette.empty}</Command.Empty>
        {paletteActions(context).map((action) => (
          <Command.Item
            key={action.id}
            value={`${action.label(context)} ${action.id}`}
            className="menu-item"
            disabled={!isEnabled(action, context)}
            onSelect={() => {
              close();
              perform(action, context);
            }}
          >
            {action.label(context)}
            {action.keys && <kbd>{action.keys[0]}</kbd>}
          </Command.Item>
        ))}
        {things().map(({ entity, name, note }) => (
          <Command.Item
            key={`${entity.kind}:${entity.id}`}
            value={`${name} ${note} ${entity.id}`}
            className="menu-item"
            onSelect={() => {
              close();
              inspect(entity);
            }}
          >
            <span className="mono">{name}</span>
            <span className="text-[11px] text-dim">{note}</span>
          </Command.Item>
        ))}
      </Command.List>
    </Command.Dialog>
  );
}
