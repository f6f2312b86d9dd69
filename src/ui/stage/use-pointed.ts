import { useEffect } from "react";
import { useUi } from "../store/ui-store";
import { entityMark } from "./entity";

/** Marks what the pointer is over elsewhere in the page (a line of the terminal), wherever it is drawn. */
export function usePointed(): void {
  const pointed = useUi((state) => state.pointed);
  useEffect(() => {
    if (!pointed) return;
    const mark = CSS.escape(entityMark(pointed.kind, pointed.id));
    const marked = [...document.querySelectorAll<HTMLElement>(`[data-entity=${mark}]`)];
    for (const element of marked) element.dataset["pointed"] = "true";
    return () => {
      for (const element of marked) delete element.dataset["pointed"];
    };
  }, [pointed]);
}
