/** The one menu: right click, long press or Enter on anything. Each row says what kubectl would be typed for it. */
import { DropdownMenu } from "radix-ui";
import { Fragment } from "react";
import type { ReactNode } from "react";
import { actionsFor, contextOf, isEnabled, perform } from "../actions/registry";
import type { Action, ActionContext } from "../actions/types";
import { text } from "../i18n/en";
import { currentScene } from "../store/cluster-store";
import { useUi } from "../store/ui-store";
import type { Entity } from "../store/ui-store";

/** What a thing is called. */
export function nameOf(entity: Entity): string {
  const scene = currentScene();
  switch (entity.kind) {
    case "pod":
      return scene?.pods[entity.id]?.name ?? "";
    case "workload":
      return scene?.workloads[entity.id]?.name ?? "";
    case "service":
      return scene?.services[entity.id]?.name ?? "";
    case "link":
      return entity.id.replace("|", " — ").replace("*", text.inspector.everyone);
    case "host":
    case "process":
      return entity.id;
  }
}

function KubectlLine({ action, context }: RowProps): ReactNode {
  const words = action.kubectl?.(context);
  if (words === undefined) return null;
  return words === "" ? <small className="none">{text.menu.noKubectl}</small> : <small>{words}</small>;
}

interface RowProps {
  readonly action: Action;
  readonly context: ActionContext;
}

function Row({ action, context }: RowProps): ReactNode {
  const children = action.children?.(context);
  if (children && children.length > 0) {
    return (
      <DropdownMenu.Sub>
        <DropdownMenu.SubTrigger className="menu-item">
          {action.label(context)}
          <span aria-hidden>›</span>
          <KubectlLine action={action} context={context} />
        </DropdownMenu.SubTrigger>
        <DropdownMenu.Portal>
          <DropdownMenu.SubContent className="menu" collisionPadding={8}>
            {children.map((child) => (
              <Row key={child.id} action={child} context={context} />
            ))}
          </DropdownMenu.SubContent>
        </DropdownMenu.Portal>
      </DropdownMenu.Sub>
    );
  }
  return (
    <DropdownMenu.Item
      className="menu-item"
      disabled={!isEnabled(action, context)}
      onSelect={() => perform(action, context)}
      data-action={action.id}
    >
      {action.label(context)}
      {action.keys ? <kbd>{action.keys[0]}</kbd> : <span />}
      <KubectlLine action={action} context={context} />
    </DropdownMenu.Item>
  );
}

export function ContextMenu(): ReactNode {
  const menu = useUi((state) => state.menu);
  if (!menu) return null;
  const context = contextOf(menu.entity);
  const actions = actionsFor(context);
  const close = (): void => useUi.setState({ menu: null });
  if (actions.length === 0) return null;
  return (
    <DropdownMenu.Root
      key={`${menu.x} ${menu.y}`}
      open
      modal={false}
      onOpenChange={(open) => !open && close()}
    >
      <DropdownMenu.Trigger asChild>
        <span className="fixed h-0 w-0" style={{ left: menu.x, top: menu.y }} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label={nameOf(menu.entity)}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusEntity(menu.entity);
          }}
        >
          <div className="menu-title mono">{nameOf(menu.entity)}</div>
          {actions.map((action, at) => (
            <Fragment key={action.id}>
              {at === 2 && <div className="menu-line" />}
              <Row action={action} context={context} />
            </Fragment>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Back to where the menu came from. */
function focusEntity(entity: Entity): void {
  const mark = `${entity.kind}:${entity.id}`;
  for (const element of document.querySelectorAll<HTMLElement>("button[data-entity]")) {
    if (element.dataset["entity"] !== mark) continue;
    element.focus({ preventScroll: true });
    return;
  }
}
