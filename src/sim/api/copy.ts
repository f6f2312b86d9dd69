/**
 * Copies of plain objects for hot paths.
 */

/**
 * A shallow copy with some members changed or added. What an object literal with a spread would make, but V8 (of Node
 * 20 at least) takes near a microsecond for each member that is added to a spread copy, and a tenth of that for this.
 */
export function copyWith<T extends object, C extends object>(original: T, changes: C): T & C {
  return Object.assign({}, original, changes);
}
