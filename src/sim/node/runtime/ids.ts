import type { Rng } from "../../kernel/rng";

/** 64 hexadecimal digits that nobody had before. */
export function newId(rng: Rng): string {
  let id = "";
  for (let i = 0; i < 8; i++) id += rng.next().toString(16).padStart(8, "0");
  return id;
}
