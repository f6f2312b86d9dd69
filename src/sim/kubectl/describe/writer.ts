import { compareCodePoints } from "../../../shared/compare";
import { Tabwriter } from "../print/tabwriter";

/** Text in levels of two spaces, aligned by its tabs (kubectl `pkg/describe/interface.go` PrefixWriter). */
export class Writer {
  readonly #columns = new Tabwriter({ minWidth: 0, padding: 2, remember: false });
  #text = "";
  #done = "";

  /** Writes a text; `level` indents its first line by two spaces each. */
  write(level: number, text: string): void {
    this.#text += "  ".repeat(level) + text;
  }

  /** Writes a line. */
  line(level: number, text: string): void {
    this.write(level, `${text}\n`);
  }

  /** What follows is aligned on its own. */
  flush(): void {
    this.#columns.write(this.#text);
    this.#done += this.#columns.flush();
    this.#text = "";
  }

  /** What was written, its tabs as they are. */
  get raw(): string {
    return this.#done + this.#text;
  }

  toString(): string {
    this.flush();
    return this.#done;
  }
}

/** A section of lines that come one a pair: `Title:\tkey=value`, the next ones under the value. */
export function pairs(w: Writer, title: string, values: readonly string[]): void {
  w.write(0, `${title}:\t`);
  if (values.length === 0) {
    w.line(0, "<none>");
    return;
  }
  values.forEach((value, i) => w.line(0, i === 0 ? value : `\t${value}`));
}

/** Keys of a map, sorted as Go sorts texts. */
export function sortedKeys(map: Readonly<Record<string, unknown>> | undefined): string[] {
  return Object.keys(map ?? {}).sort(compareCodePoints);
}

export function labels(w: Writer, title: string, map: Readonly<Record<string, string>> | undefined): void {
  pairs(
    w,
    title,
    sortedKeys(map).map((key) => `${key}=${map?.[key]}`),
  );
}

/** Annotations that only machines read. */
const HIDDEN_ANNOTATIONS = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);
const LONG_ANNOTATION = 140;

export function annotations(
  w: Writer,
  title: string,
  map: Readonly<Record<string, string>> | undefined,
): void {
  w.write(0, `${title}:\t`);
  const keys = sortedKeys(map).filter((key) => !HIDDEN_ANNOTATIONS.has(key));
  if (keys.length === 0) {
    w.line(0, "<none>");
    return;
  }
  keys.forEach((key, i) => {
    if (i > 0) w.write(0, "\t");
    const value = (map?.[key] ?? "").replace(/\n$/, "");
    if (value.length + key.length + 2 <= LONG_ANNOTATION && !value.includes("\n")) {
      w.line(0, `${key}: ${value}`);
      return;
    }
    w.line(0, `${key}:`);
    for (const part of value.split("\n")) w.line(0, `\t  ${shorten(part, LONG_ANNOTATION - 2)}`);
  });
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

/** Labels on one line; `<none>` for none (apimachinery `labels.FormatLabels`). */
export function inlineLabels(map: Readonly<Record<string, string>> | undefined): string {
  const text = sortedKeys(map)
    .map((key) => `${key}=${map?.[key]}`)
    .join(",");
  return text === "" ? "<none>" : text;
}

/** A list as Go prints one: `[a b]`. */
export function goList(values: readonly unknown[] | undefined): string {
  return `[${(values ?? []).join(" ")}]`;
}

export function bool(value: boolean | undefined): string {
  return value === undefined ? "<unset>" : value ? "True" : "False";
}
