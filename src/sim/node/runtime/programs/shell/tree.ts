/**
 * What a script means to the small shell inside containers: pipelines, lists, loops, conditions, redirections and
 * expansions. Enough for what manifests and people at a prompt say, far from all of POSIX.
 */

/** A piece of a word. What is quoted is neither split nor an operator. */
export type WordPart =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "variable"; readonly name: string; readonly quoted: boolean }
  | { readonly kind: "command"; readonly body: ShellNode; readonly quoted: boolean }
  | { readonly kind: "arithmetic"; readonly expression: string; readonly quoted: boolean };

export type Word = readonly WordPart[];

/** `2>/dev/null`, `>>file`, `<file`, `2>&1` (a `to` of a number is a descriptor). */
export interface Redirection {
  readonly from: 0 | 1 | 2;
  readonly append: boolean;
  readonly to: Word | 1 | 2;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export type ShellNode =
  | {
      readonly kind: "command";
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
    }
  | { readonly kind: "pipe"; readonly stages: readonly ShellNode[] }
  | { readonly kind: "not"; readonly node: ShellNode }
  | { readonly kind: "list"; readonly items: readonly ListItem[] }
  | {
      readonly kind: "group";
      /** In brackets: what changes in it does not last. */
      readonly subshell: boolean;
      readonly body: ShellNode;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly kind: "loop";
      readonly until: boolean;
      readonly condition: ShellNode;
      readonly body: ShellNode;
    }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[]; readonly body: ShellNode }
  | {
      readonly kind: "if";
      readonly condition: ShellNode;
      readonly body: ShellNode;
      readonly otherwise: ShellNode | undefined;
    };

export interface ListItem {
  /** When it runs, seen from the command before it. */
  readonly after: ";" | "&&" | "||";
  readonly node: ShellNode;
}
