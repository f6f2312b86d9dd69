/** What `.ci/schemas.mjs` makes at build time. */
declare module "virtual:kubernetes-schema" {
  /** The types of the API in the notation that `structure.ts` reads. */
  const text: string;
  export default text;
}
declare module "virtual:kubernetes-descriptions" {
  /** What is said of types and fields, by schema name and field; a type itself is under `""`. */
  const table: Readonly<Record<string, Readonly<Record<string, string>>>>;
  export default table;
}
