/**
 * What the server has to say beside its answer: `Warning` headers (apiserver `pkg/endpoints/filters/warning.go`,
 * apimachinery `pkg/util/net/http.go` NewWarningHeader).
 */
import type { ApiResponse } from "../../api/http";
import type { Scope } from "./scope";

/** What a request brought along and what is to be said of it. */
export interface Notes {
  readonly duplicateFields: readonly string[];
  /** Texts for the client, each once. */
  readonly warnings: string[];
}

/** Characters of all texts together, and of each once they are more. */
const TOTAL_MAX = 4096;
const TEXT_MAX = 256;
const NO_FIELDS: readonly string[] = [];

export function newNotes(duplicateFields: readonly string[] = NO_FIELDS): Notes {
  return { duplicateFields, warnings: [] };
}

/** Has the client told something; nothing is said twice. */
export function warn({ notes }: Scope, text: string): void {
  if (text !== "" && !notes.warnings.includes(text)) notes.warnings.push(text);
}

/** The answer with what there is to say. */
export function withWarnings(answer: ApiResponse, { notes }: Scope): ApiResponse {
  const { warnings } = notes;
  if (warnings.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, warning: warningHeader(warnings) } };
}

/** Several warnings as one header; each is a code, an agent that is not named, and a quoted text. */
export function warningHeader(texts: readonly string[]): string {
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  const shown = total <= TOTAL_MAX ? texts : texts.map((text) => text.slice(0, TEXT_MAX));
  const header: string[] = [];
  let length = 0;
  for (const text of shown) {
    length += text.length;
    if (length > TOTAL_MAX) break;
    header.push(`299 - "${text.replaceAll(CONTROLS, "").replaceAll(/["\\]/g, "\\$&")}"`);
  }
  return header.join(", ");
}

// oxlint-disable-next-line no-control-regex -- these are what may not be in a header
const CONTROLS = /[\u0000-\u001f\u007f]/g;
