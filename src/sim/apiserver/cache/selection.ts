/**
 * What a list or a watch asks for: a namespace, labels, fields.
 */
import { err, ok, type Result } from "../../../shared/result";
import { compileFieldSelector, type FieldSelector } from "../../api/field-selector";
import type { ResourceDefinition } from "../../api/resource";
import { parseLabelSelector, SelectorError, type Selector } from "../../api/selector";
import { badRequest } from "../../api/status";
import type { ApiObject, Status } from "../../api/types";

export class Selection {
  /** `""`: all namespaces, or a cluster-scoped resource. */
  readonly namespace: string;
  readonly labels: Selector | undefined;
  readonly fields: FieldSelector | undefined;
  /** Nothing to check of an object but its namespace. */
  readonly wholeNamespace: boolean;

  constructor(namespace: string, labels?: Selector, fields?: FieldSelector) {
    this.namespace = namespace;
    this.labels = labels === undefined || labels.empty ? undefined : labels;
    this.fields = fields === undefined || fields.empty ? undefined : fields;
    this.wholeNamespace = this.labels === undefined && this.fields === undefined;
  }

  matches(obj: ApiObject): boolean {
    const { metadata } = obj;
    if (this.namespace !== "" && metadata.namespace !== this.namespace) return false;
    if (this.labels !== undefined && !this.labels.matches(metadata.labels)) return false;
    return this.fields === undefined || this.fields.matches(obj);
  }
}

/** Everything in a namespace (`""`: everywhere). */
export function selectAll(namespace = ""): Selection {
  return new Selection(namespace);
}

/** Reads the selectors of a query; `name` pins one object, as `GET …/pods/x?watch=1` does. */
export function parseSelection(
  def: ResourceDefinition,
  namespace: string,
  query: Readonly<Record<string, string>>,
  name = "",
): Result<Selection, Status> {
  const labelText = query["labelSelector"] ?? "";
  const fieldText = query["fieldSelector"] ?? "";
  const pinned = name === "" ? fieldText : joinTerms(fieldText, `metadata.name=${name}`);
  if (labelText === "" && pinned === "") return ok(selectAll(namespace));
  try {
    const labels = labelText === "" ? undefined : parseLabelSelector(labelText);
    const fields = pinned === "" ? undefined : compileFieldSelector(def, pinned);
    return ok(new Selection(namespace, labels, fields));
  } catch (e) {
    if (!(e instanceof SelectorError)) throw e;
    return err(badRequest(e.message));
  }
}

function joinTerms(a: string, b: string): string {
  return a === "" ? b : `${a},${b}`;
}
