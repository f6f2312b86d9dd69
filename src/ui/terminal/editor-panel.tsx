/**
 * The editor, at the right of the stage and the dock: a manifest is long and narrow, and the stage stays in view.
 * Escape closes it unsaved, and what was changed can be brought back.
 */
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { codeEditor, type CodeEditor } from "./code-editor";
import { closeUnsaved, firstText, save, type Editing } from "./editing";

export function EditorPanel({
  editing,
  shown,
}: {
  readonly editing: Editing;
  readonly shown: boolean;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(null);
  const [changed, setChanged] = useState(false);
  const label = text.editor.label(editing.name);
  useEffect(() => {
    if (place.current === null) return;
    const first = firstText(editing);
    setChanged(first !== editing.text);
    const made = codeEditor(place.current, {
      text: first,
      label: text.editor.label(editing.name),
      onChange: (now) => setChanged(now !== editing.text),
      onSave: () => save(made.text()),
      onClose: () => closeUnsaved(made.text(), made.text() !== editing.text),
    });
    editor.current = made;
    return () => made.destroy();
  }, [editing]);
  const now = (): string => editor.current?.text() ?? editing.text;
  const right = document.getElementById("editor-place");
  if (right === null) return null;
  return createPortal(
    <section className="editor" hidden={!shown} aria-label={label}>
      <header className="editor-head">
        <span className="mono truncate">{editing.name}</span>
        {changed && <span className="text-[11.5px] text-gold">{text.editor.changed}</span>}
        <span className="ml-auto" />
        <Button tone="primary" title={text.editor.saveKeys} onClick={() => save(now())}>
          {text.editor.save}
        </Button>
        <Button title={text.editor.close} onClick={() => closeUnsaved(now(), now() !== editing.text)}>
          {text.dock.closeShort}
        </Button>
      </header>
      <div ref={place} className="editor-text" />
    </section>,
    right,
  );
}
