/** Whom a machine can reach, as a check list: the keyboard's scissors. */
import { useState } from "react";
import type { ReactNode } from "react";
import { attempt } from "../actions/requests";
import { text } from "../i18n/en";
import { listsOf, sceneOf, useCluster } from "../store/cluster-store";
import { run } from "../store/session";
import type { LinkView } from "../../worker/protocol/protocol";

type Direction = "both" | "out" | "in";

/** The cut between two ends, seen from `a`. */
function cutOf(links: readonly LinkView[], a: string, b: string): Direction | null {
  const link = links.find((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a));
  if (!link) return null;
  const out = link.a === a ? link.cutAB : link.cutBA;
  const back = link.a === a ? link.cutBA : link.cutAB;
  if (out && back) return "both";
  if (out) return "out";
  return back ? "in" : null;
}

function cut(a: string, b: string, direction: Direction): void {
  const command =
    direction === "in"
      ? ({ type: "cut", a: b, b: a, direction: "a-to-b" } as const)
      : ({ type: "cut", a, b, direction: direction === "both" ? "both" : "a-to-b" } as const);
  attempt(text.menu.cut, run(command));
}

export function NetworkList({ host }: { readonly host: string }): ReactNode {
  const [direction, setDirection] = useState<Direction>("both");
  const lists = useCluster(listsOf);
  const ids = useCluster((state) => listsOf(state).links);
  const scene = useCluster(sceneOf);
  // The cuts of this host as one string: the list is drawn again when one of them changes.
  const key = useCluster((state) =>
    ids
      .map((id) => {
        const link = sceneOf(state)?.links[id];
        return `${id} ${link?.cutAB} ${link?.cutBA}`;
      })
      .join(),
  );
  if (!scene || key === undefined) return null;
  const links = ids.flatMap((id) => scene.links[id] ?? []);
  const others = ["load-balancer", ...lists.masters, ...lists.workers].filter((id) => id !== host);
  const states = others.map((other) => cutOf(links, host, other));
  const everyone = states.every((state) => state === states[0]) ? (states[0] ?? null) : null;
  const row = (other: string, label: string): ReactNode => {
    const state = other === "*" ? everyone : cutOf(links, host, other);
    return (
      <li key={other}>
        <label className="flex min-h-7 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-[var(--gold)]"
            checked={state === null}
            onChange={() =>
              state === null
                ? cut(host, other, other === "*" ? "both" : direction)
                : attempt(text.menu.heal, run({ type: "heal", a: host, b: other }))
            }
          />
          <span className="mono">{label}</span>
          {state !== null && <span className="text-bad">{text.inspector.directions[state]}</span>}
        </label>
      </li>
    );
  };
  return (
    <div className="grid gap-2">
      <label className="grid gap-1 text-[11px] font-semibold text-dim">
        {text.inspector.direction}
        <select
          className="field"
          value={direction}
          onChange={(event) => setDirection(event.target.value as Direction)}
        >
          {(["both", "out", "in"] as const).map((value) => (
            <option key={value} value={value}>
              {text.inspector.directions[value]}
            </option>
          ))}
        </select>
      </label>
      <p className="m-0 text-mut">{text.inspector.networkOf(host)}</p>
      <ul className="m-0 list-none p-0">
        {row("*", text.inspector.everyone)}
        {others.map((other) => row(other, other))}
      </ul>
    </div>
  );
}
