/** Takes out of a text what chance and the instant put into it: two clusters of one seed differ in these alone. */

/** Letters of generated names (apimachinery `pkg/util/rand`). */
const GENERATED = "[bcdfghjklmnpqrstvwxz2456789]";
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UID"],
  [/containerd:\/\/[0-9a-f]{64}\b/g, "containerd://ID"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "TIME"],
  [/(resourceVersion"?: ")\d+"/g, '$1VERSION"'],
  [new RegExp(`(-${GENERATED}{6,10})-${GENERATED}{5}\\b`, "g"), "$1-NAME"],
  [new RegExp(`\\b((?:pod/)?[a-z][a-z0-9-]*)-${GENERATED}{5}\\b`, "g"), "$1-NAME"],
  [/\b10\.\d+\.\d+\.\d+\b/g, "ADDRESS"],
  [/\b(?:\d+[ydhms])+\b/g, "AGE"],
  [/("?nodePort"?: ?)\d+/g, "$10"],
  // The two workstations call their cluster by names of their own.
  [/^Context ".*" modified/gm, 'Context "NAME" modified'],
  // Lines of kubectl's own log: when, and by which process.
  [/^([IWE])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, "$1 "],
  [/ {2,}/g, "  "],
];

export function withoutChance(text: string): string {
  return RULES.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

/** Lines in which a command tells of what goes on at once, or of steps on the way: their order is chance. */
export function outcomeOf(line: string, text: string): string {
  const plain = withoutChance(text);
  const lines = plain.split("\n").filter((l) => l !== "");
  if (line.startsWith("kubectl rollout status")) return lines.at(-1) ?? "";
  if (line.startsWith("kubectl drain")) return lines.sort((a, b) => (a < b ? -1 : 1)).join("\n");
  return plain;
}
