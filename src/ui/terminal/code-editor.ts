/** CodeMirror with YAML and the page's colours: a text to edit, with little around it. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** A little nearer to the text, so that it has contrast enough on the line of the cursor too. */
const KEY = "color-mix(in srgb, var(--pull) 85%, var(--ink))";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: KEY },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--gold)" },
  { tag: [tags.comment, tags.meta], color: "var(--dim)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: tags.punctuation, color: "var(--mut)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--bg2)", fontSize: "13px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.45" },
  ".cm-gutters": { backgroundColor: "var(--bg2)", color: "var(--dim)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--card2)" },
  ".cm-cursor": { borderLeftColor: "var(--gold)", borderLeftWidth: "2px" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--line2) !important",
  },
  "&.cm-focused": { outline: "none" },
});

export interface CodeEditor {
  readonly text: () => string;
  readonly destroy: () => void;
}

export interface CodeEditorOptions {
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** Opens an editor inside an element and puts the cursor into it. */
export function codeEditor(parent: HTMLElement, options: CodeEditorOptions): CodeEditor {
  const act = (run: () => void) => (): boolean => {
    run();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keymap.of([
          { key: "Mod-s", run: act(options.onSave), preventDefault: true, stopPropagation: true },
          { key: "Escape", run: act(options.onClose), preventDefault: true, stopPropagation: true },
        ]),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentUnit.of("  "),
        yaml(),
        syntaxHighlighting(colours),
        look,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": options.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  view.focus();
  return { text: () => view.state.doc.toString(), destroy: () => view.destroy() };
}
