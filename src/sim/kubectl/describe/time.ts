import { parseTime } from "../../api/time";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_US = 86_400_000_000;
/** Virtual time begins on a Thursday, 2026-01-01. */
const FIRST_DAY = 4;
/** How Go writes no time at all. */
const ZERO = "Mon, 01 Jan 0001 00:00:00 +0000";

/** A time of an object as Go's RFC1123Z has it: `Thu, 01 Jan 2026 00:00:07 +0000`. */
export function rfc1123(time: string | undefined): string {
  if (time === undefined || time === "") return ZERO;
  const day = Math.floor(parseTime(time) / DAY_US) + FIRST_DAY;
  const [date = "", clock = ""] = time.split("T");
  const [year = "", month = "", dayOfMonth = ""] = date.split("-");
  const name = DAYS[((day % 7) + 7) % 7];
  return `${name}, ${dayOfMonth} ${MONTHS[Number(month) - 1]} ${year} ${clock.slice(0, 8)} +0000`;
}
