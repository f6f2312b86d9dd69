/** Small signs drawn as SVG, so that they look the same on every machine and need no fonts. */
import type { ReactNode } from "react";

interface SignProps {
  readonly size?: number;
}

const sign = (size: number, children: ReactNode): ReactNode => (
  <svg
    aria-hidden
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
  >
    {children}
  </svg>
);

export function Crown({ size = 12 }: SignProps): ReactNode {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 16 16" fill="currentColor">
      <path d="M1.5 4.5 5 7.6 8 2.5l3 5.1 3.5-3.1-1.3 7.2H2.8zM2.8 13h10.4v1.6H2.8z" />
    </svg>
  );
}

export function Unplugged({ size = 16 }: SignProps): ReactNode {
  return sign(size, <path d="M5 2v3M9 2v3M3.5 5h7v2.5a3.5 3.5 0 0 1-7 0zM7 11v3M1.5 14.5l13-13" />);
}

export function Lock({ size = 12 }: SignProps): ReactNode {
  return sign(size, <path d="M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5" />);
}

export function Cross({ size = 12 }: SignProps): ReactNode {
  return sign(size, <path d="m4 4 8 8M12 4l-8 8" />);
}

export function Logo(): ReactNode {
  return (
    <svg
      aria-hidden
      width="22"
      height="22"
      viewBox="0 0 22 22"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    >
      <path d="M3.5 15.5V11a7.5 7.5 0 0 1 15 0v4.5" />
      <path d="M2 18.5h18M3.5 15.5h15" />
      <rect x="8" y="9.2" width="6" height="6" rx="1.2" stroke="var(--gold)" />
    </svg>
  );
}

export type LookName =
  | "ready"
  | "not-ready"
  | "creating"
  | "pending"
  | "crash"
  | "terminating"
  | "succeeded"
  | "unknown"
  | "believed";

const LOOKS: Readonly<Record<LookName, ReactNode>> = {
  ready: <circle cx="8" cy="8" r="5" fill="currentColor" stroke="none" />,
  "not-ready": (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 3a5 5 0 0 0 0 10z" fill="currentColor" stroke="none" />
    </>
  ),
  creating: <path d="M8 2.5v10M4 8.7l4 4 4-4" />,
  pending: <path d="M4 2.5h8M4 13.5h8M5 2.5c0 4 6 7 6 11M11 2.5c0 4-6 7-6 11" />,
  crash: <path d="m4 4 8 8M12 4l-8 8" />,
  terminating: <path d="m8 2.5 5 6H3zM3 12.5h10" />,
  succeeded: <path d="m3 8.5 3.5 4L13 4.5" />,
  unknown: <path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9 8 10M8 13v.2" />,
  believed: <circle cx="8" cy="8" r="4.6" />,
};

/** The sign of a pod's state: shape first, colour second. */
export function LookSign({ look, size = 10 }: SignProps & { readonly look: LookName }): ReactNode {
  return sign(size, LOOKS[look]);
}
