/** Help: the keys, as the registry knows them, and what is simulated. */
import { Dialog, Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { allActions, contextOf } from "../actions/registry";
import { Button } from "../components/button";
import { Cross } from "../components/glyphs";
import { text } from "../i18n/en";
import { simulated } from "../i18n/simulated";
import { useUi } from "../store/ui-store";

const MORE = [
  { keys: ["1–9"], label: "Select a node" },
  { keys: ["."], label: "Step by one event" },
];

function Keys(): ReactNode {
  const context = contextOf(null);
  const rows = [
    ...allActions.flatMap((action) =>
      action.keys ? [{ id: action.id, keys: action.keys, label: action.label(context) }] : [],
    ),
    ...MORE.map((row) => ({ ...row, id: row.label })),
  ];
  return (
    <>
      <p className="mb-4 mt-3 text-mut">{text.help.intro}</p>
      <dl className="m-0 grid grid-cols-2 gap-x-8 gap-y-1.5 max-sm:grid-cols-1">
        {rows.map(({ id, keys, label }) => (
          <div key={id} className="flex items-center justify-between gap-3">
            <dt>{label}</dt>
            <dd className="m-0 flex gap-1">
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Simulated(): ReactNode {
  return (
    <>
      <p className="mt-3 text-mut">{simulated.intro}</p>
      {[simulated.real, simulated.different, simulated.missing].map(({ title, items }) => (
        <section key={title}>
          <h3 className="mb-1 mt-4 font-[600]">{title}</h3>
          <ul className="m-0 list-disc space-y-1 pl-5">
            {items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

export function HelpOverlay(): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(help) => useUi.setState({ help })}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-bg/60" />
        <Dialog.Content className="panel help" aria-describedby={undefined}>
          <div className="flex items-start justify-between">
            <Dialog.Title className="text-[20px] font-[560]">{text.help.title}</Dialog.Title>
            <Dialog.Close asChild>
              <Button tone="plain" icon label={text.help.close}>
                <Cross />
              </Button>
            </Dialog.Close>
          </div>
          <Tabs.Root defaultValue="keys">
            <Tabs.List className="tabs" aria-label={text.help.title}>
              <Tabs.Trigger value="keys" className="tab">
                {text.help.keys}
              </Tabs.Trigger>
              <Tabs.Trigger value="simulated" className="tab">
                {simulated.tab}
              </Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="keys">
              <Keys />
            </Tabs.Content>
            <Tabs.Content value="simulated">
              <Simulated />
            </Tabs.Content>
          </Tabs.Root>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
