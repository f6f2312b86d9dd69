/**
 * What a record holds under a key that a user chose: never what every object has (`constructor`, `toString`).
 * For keys that the program knows, plain access does.
 */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
