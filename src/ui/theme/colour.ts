/** Colour arithmetic for the check of the palette: contrast, and how far apart two colours look. */

/** Red, green, blue, each 0 … 1, linear light. */
export type Linear = readonly [number, number, number];

const toLinear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

export function parseHex(hex: string): Linear {
  const value = Number.parseInt(hex.slice(1, 7), 16);
  const channel = (shift: number): number => toLinear(((value >> shift) & 255) / 255);
  return [channel(16), channel(8), channel(0)];
}

const luminance = ([r, g, b]: Linear): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** WCAG contrast ratio, 1 … 21. */
export function contrast(a: string, b: string): number {
  const [one, other] = [luminance(parseHex(a)), luminance(parseHex(b))];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

type Matrix = readonly [Linear, Linear, Linear];
export type Vision = "normal" | "protan" | "deutan" | "tritan";

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const SEEN_AS: Readonly<Record<Vision, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (row: Linear, [r, g, b]: Linear): number =>
  Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b));

const curve = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);

function toLab([r, g, b]: Linear): Linear {
  const x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE76 distance of two colours as seen with this kind of vision. */
export function distance(a: string, b: string, vision: Vision): number {
  const matrix = SEEN_AS[vision];
  const seen = (hex: string): Linear => {
    const colour = parseHex(hex);
    return toLab([dot(matrix[0], colour), dot(matrix[1], colour), dot(matrix[2], colour)]);
  };
  const [one, other] = [seen(a), seen(b)];
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
