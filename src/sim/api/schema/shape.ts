/**
 * Shapes of JSON values: as much of upstream's types as is needed to refuse a body that defaulting, validation or a
 * controller would stumble over. Fields that a shape does not name pass as they are.
 */

/** Scalars carry the name of the Go type, as error messages show it. */
export type ScalarShape =
  | "string"
  | "int32"
  | "int64"
  | "bool"
  | "intOrString"
  | "quantity"
  | "bytes"
  | "time";

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
}
export interface MapShape {
  readonly map: Shape;
  /** One owner for the whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
}
export interface StructShape {
  /** Name of the Go struct, without its package. */
  readonly struct: string;
  readonly fields: Readonly<Record<string, Shape>>;
  /** One owner for the whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
}
export type Shape = ScalarShape | ListShape | MapShape | StructShape;

export function list(of: Shape): ListShape {
  return { list: of };
}

export function map(of: Shape): MapShape {
  return { map: of };
}

export function struct(name: string, fields: Readonly<Record<string, Shape>>): StructShape {
  return { struct: name, fields: withoutPrototype(fields) };
}

/** A table that knows no `constructor` or `toString`, whatever key a client asks it for. */
export function withoutPrototype<T>(table: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, table);
}

/** The same shape for several fields: `each("string", "name", "image")`. */
export function each(shape: Shape, ...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

/** Names of types in messages: `[]v1.Container`, `map[string]string`. */
export function goType(shape: Shape): string {
  if (typeof shape === "string") return SCALAR_NAMES[shape] ?? shape;
  if ("list" in shape) return `[]${goType(shape.list)}`;
  if ("map" in shape) return `map[string]${goType(shape.map)}`;
  return `v1.${shape.struct}`;
}

const SCALAR_NAMES: Readonly<Partial<Record<ScalarShape, string>>> = {
  intOrString: "intstr.IntOrString",
  quantity: "resource.Quantity",
  bytes: "[]uint8",
  time: "v1.Time",
};
