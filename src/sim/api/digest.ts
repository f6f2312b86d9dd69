/**
 * A short digest of a text, for ETags and the hashes of documents: not for secrets.
 */

/** 16 hexadecimal digits (FNV-1a over two different bases); the same on every engine. */
export function digest(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
  }
  return (hex(a) + hex(b)).toUpperCase();
}

function hex(n: number): string {
  return (n >>> 0).toString(16).padStart(8, "0");
}
