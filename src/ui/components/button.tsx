/** The page's button. A click with the mouse leaves the keyboard's focus where it was, so Space still means play. */
import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

interface ButtonProps extends ComponentProps<"button"> {
  readonly tone?: "normal" | "primary" | "plain";
  /** A square with one icon; `label` is what it is called. */
  readonly icon?: boolean;
  readonly label?: string;
}

export function Button({ tone = "normal", icon, label, className, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...(label === undefined ? {} : { "aria-label": label, title: label })}
      onMouseDown={(event) => event.preventDefault()}
      {...rest}
      className={clsx("btn", tone !== "normal" && tone, icon && "icon", className)}
    />
  );
}

/** A round button of the transport bar. */
export function RoundButton({
  label,
  className,
  big,
  ...rest
}: ButtonProps & { readonly big?: boolean }): ReactNode {
  return (
    <button
      type="button"
      {...(label === undefined ? {} : { "aria-label": label, title: label })}
      onMouseDown={(event) => event.preventDefault()}
      {...rest}
      className={clsx("icon-round", big && "big", className)}
    />
  );
}
