/**
 * What programs write, for the screen. Names, annotations and logs come from anywhere (a shared session, a client
 * outside): they may have colours and clear the screen, but not drive the terminal, make it answer as if somebody
 * typed, or put links into it.
 */

/** Colours, clearing of the screen and of the rest of a line; any other control character but those that move along. */
const CONTROLS =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /\u001B\[(?:[0-9;]*m|H|[0-3]?[JK])|[\u0000-\u0007\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

/** The text with control characters made visible, as `cat -v` does, where they are not harmless. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (found) => {
    if (found.length > 1) return found;
    const code = found.charCodeAt(0);
    return code < 0x80 ? caret(code) : `M-${caret(code - 0x80)}`;
  });
}

function caret(code: number): string {
  return `^${String.fromCharCode(code ^ 0x40)}`;
}
