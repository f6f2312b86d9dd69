/** What is being edited, and what was closed unsaved and can be brought back. */
import { create } from "zustand";

export interface Editing {
  readonly name: string;
  readonly text: string;
  /** Gives the text as saved; null: closed unsaved. */
  readonly done: (saved: string | null) => void;
}

interface EditingState {
  readonly editing: Editing | null;
  /** Changes that were not saved, and the line that had opened the editor. */
  readonly lost: { readonly name: string; readonly draft: string } | null;
}

export const useEditing = create<EditingState>()(() => ({ editing: null, lost: null }));

/** A draft that the next editor of this name begins with. */
let brought: { readonly name: string; readonly draft: string } | null = null;

/** What the editor shows first: the text, or the draft that was brought back. */
export function firstText({ name, text }: Editing): string {
  if (brought === null || !sameFile(brought.name, name)) return text;
  const { draft } = brought;
  brought = null;
  return draft;
}

/** `kubectl edit` names a new temporary file each time; only the number differs. */
const sameFile = (a: string, b: string): boolean => a.replace(/\d+/g, "") === b.replace(/\d+/g, "");

export const openEditor = (editing: Editing): void => useEditing.setState({ editing, lost: null });

export function save(text: string): void {
  const { editing } = useEditing.getState();
  useEditing.setState({ editing: null, lost: null });
  editing?.done(text);
}

/** Closes without saving; what was changed can be brought back. */
export function closeUnsaved(draft: string, changed: boolean): void {
  const { editing } = useEditing.getState();
  useEditing.setState({ editing: null, lost: editing && changed ? { name: editing.name, draft } : null });
  editing?.done(null);
}

/** The line that asked for the editor ended by other means. */
export const dropEditor = (): void => useEditing.setState({ editing: null });

export function bringBack(): void {
  brought = useEditing.getState().lost;
  useEditing.setState({ lost: null });
}

export const forgetLost = (): void => useEditing.setState({ lost: null });
