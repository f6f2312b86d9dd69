/** A JSON value as Go prints it with `%v`, where upstream's messages show maps and lists so. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value !== "object") return String(value as string | number | boolean);
  const members = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(members).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `map[${keys.map((key) => `${key}:${goText(members[key])}`).join(" ")}]`;
}
