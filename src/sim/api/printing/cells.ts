/**
 * Cells that several tables share (`pkg/printers/internalversion/printers.go`).
 */
import { column } from "../columns";
import type { Column } from "../columns";
import { compileLabelMap, compileLabelSelector } from "../selector";
import type { ApiObject, Container, Labels, LabelSelector, PodTemplateSpec } from "../types";

export const NONE = "<none>";

/** The text, or `<none>` for an empty one. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? NONE : text;
}

/** A label selector's string form; `<none>` if empty. */
export function selectorCell(selector: LabelSelector | undefined): string {
  return orNone(selector === undefined ? "" : compileLabelSelector(selector).toString());
}

/** A map of labels as `a=1,b=2`; `<none>` if empty. */
export function labelsCell(labels: Labels | undefined): string {
  const empty = labels === undefined || Object.keys(labels).length === 0;
  return empty ? NONE : compileLabelMap(labels).toString();
}

/** The columns CONTAINERS and IMAGES of what has a pod template. */
export function containerColumns<T extends ApiObject>(
  template: (obj: T) => PodTemplateSpec | undefined,
  wide: boolean,
): Column<T>[] {
  const join = (obj: T, show: (container: Container) => string): string =>
    (template(obj)?.spec?.containers ?? []).map(show).join(",");
  return [
    column("Containers", (obj: T) => join(obj, (c) => c.name), {
      wide,
      description: "Names of each container in the template.",
    }),
    column("Images", (obj: T) => join(obj, (c) => c.image ?? ""), {
      wide,
      description: "Images referenced by each container in the template.",
    }),
  ];
}

/** The wide columns CONTAINERS, IMAGES and SELECTOR of a workload. */
export function templateColumns<T extends ApiObject>(
  template: (obj: T) => PodTemplateSpec | undefined,
  selector: (obj: T) => string,
): Column<T>[] {
  return [
    ...containerColumns(template, true),
    column("Selector", selector, { wide: true, description: "Which pods belong to it." }),
  ];
}

/** The same of what has them in its spec. */
export function workloadColumns<
  T extends ApiObject & { spec: { template?: PodTemplateSpec; selector?: LabelSelector } },
>(): Column<T>[] {
  return templateColumns(
    (obj) => obj.spec.template,
    (obj) => selectorCell(obj.spec.selector),
  );
}

/** Bytes, counts and the like: an integer column. */
export function integerColumn<T extends ApiObject>(
  name: string,
  cell: (obj: T) => number | undefined,
  description = "",
): Column<T> {
  return column(name, (obj) => cell(obj) ?? 0, { type: "integer", description });
}
