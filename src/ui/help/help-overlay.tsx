/** The keys, as the registry knows them. */
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { allActions, contextOf } from "../actions/registry";
import { Button } from "../components/button";
import { Cross } from "../components/glyphs";
import { text } from "../i18n/en";
import { useUi } from "../store/ui-store";

const MORE = [
  { keys: ["1–9"], label: "Select a node" },
  { keys: ["."], label: "Step by one event" },
];

export function HelpOverlay(): ReactNode {
  const context = contextOf(null);
  const rows = [
    ...allActions.flatMap((action) =>
      action.keys ? [{ id: action.id, keys: action.keys, label: action.label(context) }] : [],
    ),
    ...MORE.map((row) => ({ ...row, id: row.label })),
  ];
  return (
    <Dialog.Root open onOpenChange={(help) => useUi.setState({ help })}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-bg/60" />
        <Dialog.Content className="panel help">
          <div className="flex items-start justify-between">
            <Dialog.Title className="text-[20px] font-[560]">{text.help.title}</Dialog.Title>
            <Dialog.Close asChild>
              <Button tone="plain" icon label={text.help.close}>
                <Cross />
              </Button>
            </Dialog.Close>
          </div>
          <Dialog.Description className="mb-4 mt-1 text-mut">{text.help.intro}</Dialog.Description>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
