/**
 * What is said of types and fields in OpenAPI documents and by `kubectl explain`. The texts are large, so whoever runs
 * the simulation loads them (`virtual:kubernetes-descriptions`) when it likes and hands them in; without them documents
 * are valid, but bare. They are the same for every cluster and change nothing that a cluster does.
 */

/** Texts by schema name and field; a type itself is under `""`. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const NONE: Descriptions = Object.freeze({});
let table: Descriptions = NONE;

/** Hands the texts in; once is enough for all clusters of a program. */
export function provideDescriptions(given: Descriptions): void {
  table = given;
}

/** The texts as they are now; another object once they have been handed in. */
export function descriptions(): Descriptions {
  return table;
}

/** What is said of a type, or of a field of it; undefined if nothing is known. */
export function descriptionOf(schema: string, field = ""): string | undefined {
  const text = Object.hasOwn(table, schema) ? table[schema]?.[field] : undefined;
  return text === "" ? undefined : text;
}
