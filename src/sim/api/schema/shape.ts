/**
 * Shapes of JSON values: what a body must be made of to be an object of a kind, how its lists and maps are owned
 * (server-side apply) and how they merge (strategic merge patch).
 */

/**
 * Values without fields of their own. `any` is any JSON, `object` an object of any kind, kept as it is (Go's
 * `RawExtension` and `FieldsV1`).
 */
export type ScalarShape =
  | "string"
  | "int32"
  | "int64"
  | "double"
  | "bool"
  | "intOrString"
  | "quantity"
  | "bytes"
  | "time"
  | "microTime"
  | "object"
  | "any";

export interface ListShape {
  readonly list: Shape;
  /** How owners share it (`x-kubernetes-list-type`); absent: atomic. */
  readonly listType?: "atomic" | "set" | "map";
  /** Fields that tell items of a `map` list apart (`x-kubernetes-list-map-keys`). */
  readonly keys?: readonly string[];
  /** Strategic merge patch (`x-kubernetes-patch-strategy`): items are merged rather than the list replaced. */
  readonly merge?: boolean;
  /** Strategic merge patch (`x-kubernetes-patch-merge-key`); absent: items are plain values. */
  readonly mergeKey?: string;
  /** Strategic merge patch (`retainKeys`): patches of an item name all of its fields that stay. */
  readonly retainKeys?: boolean;
}
export interface MapShape {
  readonly map: Shape;
  /** One owner for the whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
  /** Strategic merge patch (`x-kubernetes-patch-strategy: replace`): replaced rather than merged. */
  readonly replace?: boolean;
  /** Strategic merge patch (`retainKeys`): patches name all fields that stay. */
  readonly retainKeys?: boolean;
}
export interface StructShape {
  /** Name of the Go struct, without its package. */
  readonly struct: string;
  /** The package: `v1`, `v2`. */
  readonly version: string;
  readonly fields: Readonly<Record<string, Shape>>;
  /** One owner for the whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
  /** Strategic merge patch (`x-kubernetes-patch-strategy: replace`): replaced rather than merged. */
  readonly replace?: boolean;
  /** Strategic merge patch (`retainKeys`): patches name all fields that stay. */
  readonly retainKeys?: boolean;
}
export type Shape = ScalarShape | ListShape | MapShape | StructShape;

/** Names of types in messages: `[]v1.Container`, `map[string]string`. */
export function goType(shape: Shape): string {
  if (typeof shape === "string") return SCALAR_NAMES[shape] ?? shape;
  if ("list" in shape) return `[]${goType(shape.list)}`;
  if ("map" in shape) return `map[string]${goType(shape.map)}`;
  return `${shape.version}.${shape.struct}`;
}

const SCALAR_NAMES: Readonly<Partial<Record<ScalarShape, string>>> = {
  intOrString: "intstr.IntOrString",
  quantity: "resource.Quantity",
  bytes: "[]uint8",
  double: "float64",
  time: "v1.Time",
  microTime: "v1.MicroTime",
  object: "runtime.RawExtension",
  any: "v1.JSON",
};
