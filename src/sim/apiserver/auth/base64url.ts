const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Map(Array.from(ALPHABET, (c, i) => [c, i]));

/** Base64url without padding, of ASCII text. */
export function encodeBase64Url(text: string): string {
  let made = "";
  for (let i = 0; i < text.length; i += 3) {
    const a = text.charCodeAt(i);
    const b = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    const c = i + 2 < text.length ? text.charCodeAt(i + 2) : 0;
    const bits = (a << 16) | (b << 8) | c;
    made += ALPHABET.charAt((bits >> 18) & 63) + ALPHABET.charAt((bits >> 12) & 63);
    if (i + 1 < text.length) made += ALPHABET.charAt((bits >> 6) & 63);
    if (i + 2 < text.length) made += ALPHABET.charAt(bits & 63);
  }
  return made;
}

/** The text behind it, padded or not, either alphabet; undefined when it is none. */
export function decodeBase64Url(encoded: string): string | undefined {
  let made = "";
  let bits = 0;
  let count = 0;
  for (const c of encoded) {
    if (c === "=") break;
    const value = VALUES.get(c === "+" ? "-" : c === "/" ? "_" : c);
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xfff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      made += String.fromCharCode((bits >> count) & 0xff);
    }
  }
  return made;
}
