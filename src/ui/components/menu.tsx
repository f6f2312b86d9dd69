/** Menus with the house's looks, on Radix's behaviour. */
import { DropdownMenu } from "radix-ui";
import { useRef } from "react";
import type { ReactNode } from "react";

interface DropProps {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly side?: "top" | "bottom";
  readonly align?: "start" | "center" | "end";
}

/** A button that opens a menu. */
export function Drop({ trigger, children, side = "bottom", align = "start" }: DropProps): ReactNode {
  // After a choice by mouse the focus leaves the button, so that Space means play again.
  const byMouse = useRef(false);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          onPointerDownCapture={() => {
            byMouse.current = true;
          }}
          onKeyDownCapture={() => {
            byMouse.current = false;
          }}
          onCloseAutoFocus={(event) => {
            if (byMouse.current) event.preventDefault();
            byMouse.current = false;
          }}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ChoiceProps<T extends string> {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
  readonly onChoose: (value: T) => void;
}

/** Rows of which one is chosen. */
export function Choice<T extends string>({ value, options, onChoose }: ChoiceProps<T>): ReactNode {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChoose(next as T)}>
      {options.map(({ value: own, label, hint }) => (
        <DropdownMenu.RadioItem key={own} value={own} className="menu-item">
          {label}
          <DropdownMenu.ItemIndicator className="text-gold">●</DropdownMenu.ItemIndicator>
          {hint !== undefined && <small className="none">{hint}</small>}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
