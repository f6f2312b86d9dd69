/** The shapes of messages as the legend shows them; the canvas draws the same ones. */
import type { ReactNode } from "react";

const sign = (children: ReactNode): ReactNode => (
  <svg width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden>
    {children}
  </svg>
);

const GREEN = "var(--ready)";
const BLUE = "var(--pull)";
const GOLD = "var(--gold)";
const QUIET = "var(--mut)";
const BAD = "var(--bad-text)";

export const SHAPE_SIGNS = [
  { shape: "write", sign: sign(<circle cx="8" cy="8" r="5.5" fill={GREEN} />) },
  { shape: "read", sign: sign(<circle cx="8" cy="8" r="4.5" stroke={GREEN} strokeWidth="2.4" />) },
  {
    shape: "response",
    sign: sign(
      <>
        <circle cx="8" cy="8" r="4.7" stroke={GREEN} strokeWidth="2" />
        <path d="M8 3.300a4.7 4.7 0 0 0 0 9.400z" fill={GREEN} />
      </>,
    ),
  },
  { shape: "watch", sign: sign(<path d="m8 1.5 6.5 6.500L8 14.5 1.5 8z" fill={BLUE} />) },
  { shape: "raft", sign: sign(<rect x="3" y="3" width="10" height="10" fill={GOLD} />) },
  {
    shape: "raft-reply",
    sign: sign(
      <>
        <rect x="3.5" y="3.5" width="9" height="9" stroke={GOLD} strokeWidth="2" />
        <path d="M6 8h4M8 6v4" stroke={GOLD} strokeWidth="1.4" />
      </>,
    ),
  },
  {
    shape: "heartbeat",
    sign: sign(
      <>
        <circle cx="8" cy="8" r="6.5" stroke={GREEN} strokeWidth="1.5" opacity="0.5" />
        <circle cx="8" cy="8" r="3.5" stroke={GREEN} strokeWidth="1.5" />
      </>,
    ),
  },
  { shape: "traffic", sign: sign(<circle cx="8" cy="8" r="2.6" fill={QUIET} />) },
  { shape: "dropped", sign: sign(<path d="m4 4 8 8M12 4l-8 8" stroke={BAD} strokeWidth="2.5" />) },
] as const;
