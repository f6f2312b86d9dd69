/**
 * Base64 of UTF-8 text, as the data of Secrets is written; the simulated world has no `btoa`.
 */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
    }
  }
  return bytes;
}

/** Encodes a text, padded with `=`. */
export function encodeBase64(text: string): string {
  const bytes = utf8(text);
  let made = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const triple = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    made += DIGITS[triple >> 18]! + DIGITS[(triple >> 12) & 63]!;
    made += left > 1 ? DIGITS[(triple >> 6) & 63]! : "=";
    made += left > 2 ? DIGITS[triple & 63]! : "=";
  }
  return made;
}

/** Decodes to a text; undefined if it is not base64 of UTF-8. */
export function decodeBase64(text: string): string | undefined {
  if (text.length % 4 !== 0) return undefined;
  const pad = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  let escaped = "";
  for (let i = 0; i < text.length; i += 4) {
    let triple = 0;
    const last = i + 4 === text.length;
    for (let j = 0; j < 4; j++) {
      const c = text[i + j]!;
      const padding = last && j >= 4 - pad;
      const digit = padding ? 0 : DIGITS.indexOf(c);
      if (digit < 0) return undefined;
      triple = (triple << 6) | digit;
    }
    const bytes = last ? 3 - pad : 3;
    for (let b = 0; b < bytes; b++) {
      escaped += `%${((triple >> (16 - 8 * b)) & 255).toString(16).padStart(2, "0")}`;
    }
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
