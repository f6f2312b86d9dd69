/** Makes the outputs of two programs comparable, where they may differ: each rule says why. */
import type { ClientTime } from "../../client-time";
import type { Outcome } from "../programs";

/** Times in every notation that is printed: RFC 1123, Go's own, RFC 3339. */
const TIME = new RegExp(
  [
    String.raw`\b[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) \+0000`,
    String.raw`\b(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) \+0000 UTC`,
    String.raw`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`,
  ].join("|"),
  "g",
);
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SERVER = /https?:\/\/(127\.0\.0\.1:\d+\/token\/[\w-]+|10\.\d+\.\d+\.\d+:\d+)/g;
/** Ages that kubectl works out by its own clock. */
const AGE = /\b(?:\d+[ydhms])+\b/g;

/** Folders that diff is given, and when their files were written: random, and the workstation's time. */
const DIFF_FOLDER = /\/tmp\/(LIVE|MERGED)-\d+\//g;
const DIFF_TIME = /^((?:---|\+\+\+) \/tmp\/[^\t\n]*)\t.*$/gm;

/** Dates as the cluster has them: the real kubectl was told times by the clock of its machine. */
export function inClusterTime(text: string, clock: Pick<ClientTime, "toCluster">): string {
  return text.replace(
    TIME,
    (
      whole: string,
      day?: string,
      month = "",
      year?: string,
      time?: string,
      date?: string,
      clockTime?: string,
    ) => {
      const number = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
      if (day !== undefined) return clock.toCluster(`${year}-${number}-${day}T${time}Z`);
      return clock.toCluster(date === undefined ? whole : `${date}T${clockTime}Z`);
    },
  );
}

/** What is the same of two clients of one cluster: where they reach it is not. */
export function plain({ code, stdout, stderr }: Outcome, clock: ClientTime | undefined): Outcome {
  const text = (raw: string): string => {
    const placed = raw.replace(SERVER, "SERVER").replace(DIFF_FOLDER, "/tmp/$1/").replace(DIFF_TIME, "$1");
    return clock === undefined ? inClusterTime(placed, SAME) : inClusterTime(placed, clock);
  };
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The clock of a program whose time is the cluster's. */
const SAME: Pick<ClientTime, "toCluster"> = { toCluster: (value) => value };

/**
 * Ages that kubectl works out by its own clock may tick between an answer and its printing: `describe` and `events`
 * are compared with ages that differ by a second or two taken for equal, and columns without their widths.
 */
export function withoutTicks(text: string): { readonly words: string; readonly ages: readonly number[] } {
  const ages: number[] = [];
  const words = text
    .replace(AGE, (age) => {
      ages.push(secondsOf(age));
      return "AGE";
    })
    // Leases are renewed while the programs run.
    .replace(/(RenewTime:\s+)\S+/g, "$1TIME")
    .replace(/ {2,}/g, "  ")
    .replace(/-{2,}/g, "--");
  return { words, ages };
}

const UNITS: Readonly<Record<string, number>> = { y: 31_536_000, d: 86_400, h: 3600, m: 60, s: 1 };

function secondsOf(age: string): number {
  let sum = 0;
  for (const [, count = "0", unit = "s"] of age.matchAll(/(\d+)([ydhms])/g))
    sum += Number(count) * (UNITS[unit] ?? 0);
  return sum;
}
