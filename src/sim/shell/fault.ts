import type { ScriptError } from "./script";

/** Thrown inside the lexer and the parser: the script makes no sense, yet. Never leaves `parseScript`. */
export class ScriptFault extends Error {
  readonly error: ScriptError;

  constructor(error: ScriptError) {
    super(error.message);
    this.error = error;
  }
}

export const INCOMPLETE: ScriptError = {
  incomplete: true,
  message: "syntax error: unexpected end of file",
};

/** @param token an operator or a word that must not stand where it stands */
export function unexpected(token: string): ScriptError {
  const shown = token === "\n" ? "newline" : token;
  return { incomplete: false, message: `syntax error near unexpected token \`${shown}'` };
}
