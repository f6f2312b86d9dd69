/** What `date` prints, on machines and in containers: their clocks are all in UTC. */
import { DAY_NAMES, daysFromCivil, MONTH_NAMES, weekday } from "./civil";
import { formatTime } from "./time";

/** What it prints when it is told nothing: `Thu Jan  1 00:00:07 UTC 2026`. */
const PLAIN = "%a %b %e %T %Z %Y";
const SECOND = 1_000_000;
const DAY_SECONDS = 86_400;

/** Virtual microseconds in a format of `date +…`; signs that it does not know stay. */
export function dateText(at: number, format = PLAIN): string {
  const iso = formatTime(at);
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number) as [number, number, number];
  const days = daysFromCivil(year, month, day);
  // Virtual time begins at midnight.
  const seconds = days * DAY_SECONDS + (Math.floor(at / SECOND) % DAY_SECONDS);
  const parts: Readonly<Record<string, string | undefined>> = {
    a: DAY_NAMES[weekday(days)],
    b: MONTH_NAMES[month - 1],
    e: String(day).padStart(2),
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    Z: "UTC",
    s: String(seconds),
    "%": "%",
  };
  return format.replace(/%(.)/g, (all, sign: string) => parts[sign] ?? all);
}
