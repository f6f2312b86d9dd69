import { compileLabelSelector } from "../../api/selector";
import type { LabelSelector } from "../../api/types";

/** A selector as people read it; `<none>` for one that is empty or not there (`metav1.FormatLabelSelector`). */
export function selectorText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "<none>";
  const text = compileLabelSelector(selector).toString();
  return text === "" ? "<none>" : text;
}
