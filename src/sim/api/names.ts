/**
 * Names that the cluster makes up: random suffixes, and hashes of pod templates.
 */
import type { PodTemplateSpec } from "./types";

/** No vowels and no look-alikes (apimachinery `pkg/util/rand/rand.go`). */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;
const GENERATED_MAX = 63;

/** Draws an integer in `[0, bound)`. */
export type IntegerSource = (bound: number) => number;

/** A random suffix, e.g. `x7k2b`. */
export function randomSuffix(nextInt: IntegerSource, length = SUFFIX_LENGTH): string {
  let made = "";
  for (let i = 0; i < length; i++) made += ALPHABET[nextInt(ALPHABET.length)]!;
  return made;
}

/** What `generateName` becomes: the prefix, cut to fit a DNS label, and five random characters. */
export function generateName(prefix: string, nextInt: IntegerSource): string {
  const cut =
    prefix.length > GENERATED_MAX - SUFFIX_LENGTH ? prefix.slice(0, GENERATED_MAX - SUFFIX_LENGTH) : prefix;
  return cut + randomSuffix(nextInt);
}

/** Each decimal digit as a letter of the alphabet (`rand.SafeEncodeString`), so that no words come out. */
function safeEncode(text: string): string {
  let made = "";
  for (let i = 0; i < text.length; i++) made += ALPHABET[text.charCodeAt(i) % ALPHABET.length]!;
  return made;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over a text's UTF-16 units, low byte first where the high one is not zero; an unsigned 32-bit integer. */
function fnv1a(hash: number, text: string): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), FNV_PRIME);
    if (unit > 0xff) h = Math.imul(h ^ (unit >>> 8), FNV_PRIME);
  }
  return h >>> 0;
}

const templateHashes = new WeakMap<PodTemplateSpec, string>();

/**
 * The `pod-template-hash` of a template: the same for equal templates whatever the order of their keys. With
 * `collisionCount`, another hash for the same template (`pkg/controller/controller_utils.go` ComputeHash).
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
  if (collisionCount === undefined) {
    const known = templateHashes.get(template);
    if (known !== undefined) return known;
  }
  let hash = hashValue(FNV_OFFSET, template);
  if (collisionCount !== undefined) hash = fnv1a(hash, `#${collisionCount}`);
  const made = safeEncode(String(hash));
  if (collisionCount === undefined) templateHashes.set(template, made);
  return made;
}

/** Hashes canonical JSON without building it: keys sorted, absent and null members left out. */
function hashValue(hash: number, value: unknown): number {
  if (typeof value !== "object" || value === null) return fnv1a(hash, `${typeof value}:${String(value)};`);
  if (Array.isArray(value)) {
    let h = fnv1a(hash, "[");
    for (const item of value) h = hashValue(h, item);
    return fnv1a(h, "]");
  }
  const record = value as Record<string, unknown>;
  let h = fnv1a(hash, "{");
  for (const key of Object.keys(record).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
    const member = record[key];
    if (member === undefined || member === null) continue;
    h = hashValue(fnv1a(h, `${key}=`), member);
  }
  return fnv1a(h, "}");
}
