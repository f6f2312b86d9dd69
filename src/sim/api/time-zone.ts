/**
 * Time zones by name: offset and rule of summer time, of the zones that are used most. A table of our own, as
 * engines differ in what they know; zones that are not in it are unknown here (`time.LoadLocation` upstream).
 */

import { civilFromDays, daysFromCivil, weekday } from "./civil";

/** Seconds east of UTC, and when summer time (one hour more) is kept. */
interface Zone {
  readonly offset: number;
  readonly rule: "none" | "europe" | "america";
}

const MINUTE = 60;
const HOUR = 3600;

/** Offset in minutes → names without summer time. */
const FIXED: readonly (readonly [number, string])[] = [
  [0, "UTC Etc/UTC Etc/GMT GMT Zulu Etc/Zulu Universal UCT Africa/Abidjan Africa/Accra Atlantic/Reykjavik"],
  [60, "Africa/Lagos Africa/Algiers Africa/Tunis Africa/Kinshasa"],
  [120, "Africa/Johannesburg Africa/Maputo Africa/Tripoli Europe/Kaliningrad"],
  [180, "Europe/Moscow Europe/Istanbul Africa/Nairobi Asia/Riyadh Asia/Baghdad Asia/Qatar Europe/Minsk"],
  [210, "Asia/Tehran"],
  [240, "Asia/Dubai Asia/Baku Asia/Tbilisi Asia/Yerevan"],
  [270, "Asia/Kabul"],
  [300, "Asia/Karachi Asia/Tashkent Asia/Yekaterinburg Asia/Almaty"],
  [330, "Asia/Kolkata Asia/Calcutta Asia/Colombo"],
  [345, "Asia/Kathmandu"],
  [360, "Asia/Dhaka Asia/Omsk"],
  [390, "Asia/Yangon"],
  [420, "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh Asia/Novosibirsk"],
  [
    480,
    "Asia/Shanghai Asia/Hong_Kong Asia/Singapore Asia/Taipei Asia/Manila Asia/Kuala_Lumpur Australia/Perth",
  ],
  [540, "Asia/Tokyo Asia/Seoul Japan"],
  [570, "Australia/Darwin"],
  [600, "Australia/Brisbane Pacific/Guam Asia/Vladivostok"],
  [-180, "America/Sao_Paulo America/Argentina/Buenos_Aires America/Buenos_Aires America/Montevideo"],
  [-240, "America/Caracas America/La_Paz America/Puerto_Rico America/Manaus"],
  [-300, "America/Bogota America/Lima America/Panama America/Jamaica EST"],
  [-360, "America/Mexico_City America/Costa_Rica America/Guatemala America/Regina"],
  [-420, "America/Phoenix MST"],
  [-600, "Pacific/Honolulu HST"],
];

/** Those that follow the European Union: from the last Sunday of March to that of October, 01:00 UTC. */
const EUROPE: readonly (readonly [number, string])[] = [
  [0, "Europe/London Europe/Dublin Europe/Lisbon WET"],
  [
    60,
    "Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich Europe/Amsterdam " +
      "Europe/Brussels Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Warsaw " +
      "Europe/Budapest Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Luxembourg CET MET",
  ],
  [
    120,
    "Europe/Athens Europe/Helsinki Europe/Kyiv Europe/Kiev Europe/Bucharest Europe/Sofia Europe/Riga EET",
  ],
];

/** Those that follow the United States: from the second Sunday of March to the first of November, 02:00. */
const AMERICA: readonly (readonly [number, string])[] = [
  [-240, "America/Halifax"],
  [-300, "America/New_York America/Toronto America/Detroit US/Eastern EST5EDT"],
  [-360, "America/Chicago America/Winnipeg US/Central CST6CDT"],
  [-420, "America/Denver America/Edmonton US/Mountain MST7MDT"],
  [-480, "America/Los_Angeles America/Vancouver US/Pacific PST8PDT"],
  [-540, "America/Anchorage"],
];

const zones = new Map<string, Zone>();
for (const [table, rule] of [
  [FIXED, "none"],
  [EUROPE, "europe"],
  [AMERICA, "america"],
] as const) {
  for (const [minutes, names] of table) {
    for (const name of names.split(" ")) zones.set(name, { offset: minutes * MINUTE, rule });
  }
}
// The signs of these names are POSIX's: Etc/GMT+5 is west of Greenwich.
for (let hours = 1; hours <= 12; hours++)
  zones.set(`Etc/GMT+${hours}`, { offset: -hours * HOUR, rule: "none" });
for (let hours = 1; hours <= 14; hours++)
  zones.set(`Etc/GMT-${hours}`, { offset: hours * HOUR, rule: "none" });

/** A zone that is known by its name; undefined for others. */
export function findTimeZone(name: string): TimeZone | undefined {
  const zone = zones.get(name);
  return zone === undefined ? undefined : { offsetAt: (unix) => offsetAt(zone, unix) };
}

export interface TimeZone {
  /** Seconds east of UTC at an instant, given in seconds since 1970-01-01. */
  offsetAt(unix: number): number;
}

export const UTC: TimeZone = { offsetAt: () => 0 };

function offsetAt({ offset, rule }: Zone, unix: number): number {
  if (rule === "none") return offset;
  const year = civilFromDays(Math.floor((unix + offset) / 86_400)).year;
  const [begin, end] = rule === "europe" ? europeanSummer(year) : americanSummer(year, offset);
  return unix >= begin && unix < end ? offset + HOUR : offset;
}

/** Seconds since 1970 at which summer begins and ends. */
function europeanSummer(year: number): readonly [number, number] {
  const lastSunday = (month: number): number => {
    const last = daysFromCivil(year, month, 31);
    return last - weekday(last);
  };
  return [lastSunday(3) * 86_400 + HOUR, lastSunday(10) * 86_400 + HOUR];
}

function americanSummer(year: number, offset: number): readonly [number, number] {
  const firstSunday = (month: number): number => {
    const first = daysFromCivil(year, month, 1);
    return first + ((7 - weekday(first)) % 7);
  };
  const begin = (firstSunday(3) + 7) * 86_400 + 2 * HOUR - offset;
  // Clocks show summer time when they are put back.
  const end = firstSunday(11) * 86_400 + 2 * HOUR - (offset + HOUR);
  return [begin, end];
}
