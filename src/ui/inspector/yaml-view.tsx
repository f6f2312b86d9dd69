/** An object as YAML with its keys and numbers told apart, line by line: enough to read, no editor. */
import { memo, useMemo } from "react";
import type { ReactNode } from "react";
import { stringify } from "yaml";

const LINE = /^(\s*(?:- )?)([A-Za-z0-9_./"-]+:)?(.*)$/s;
const SCALAR = /^\s*(?:-?\d[\d.]*|true|false|null)\s*$/;

const Line = memo(function Line({ line }: { readonly line: string }): ReactNode {
  const [, indent = "", key = "", rest = ""] = LINE.exec(line) ?? [];
  return (
    <>
      {indent}
      <span className="key">{key}</span>
      {SCALAR.test(rest) ? <span className="num">{rest}</span> : rest}
      {"\n"}
    </>
  );
});

/** As kubectl shows objects: who owns which field is left out. */
function withoutManagers(object: unknown): unknown {
  if (typeof object !== "object" || object === null || !("metadata" in object)) return object;
  const { metadata } = object;
  if (typeof metadata !== "object" || metadata === null || !("managedFields" in metadata)) return object;
  const { managedFields: _managers, ...shown } = metadata;
  return { ...object, metadata: shown };
}

export function YamlView({ object, label }: { readonly object: unknown; readonly label: string }): ReactNode {
  const yaml = useMemo(
    () => stringify(withoutManagers(object), { lineWidth: 0, aliasDuplicateObjects: false }),
    [object],
  );
  return (
    <pre className="yaml" aria-label={label} data-yaml>
      {yaml.split("\n").map((line, number) => (
        <Line key={number} line={line} />
      ))}
    </pre>
  );
}
