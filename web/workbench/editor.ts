/**
 * The editor: CodeMirror, with what a driver's source needs of it and nothing else.
 *
 * Tab indents, as in every editor of code; Escape and then Tab leaves it, and so does Tab after
 * Ctrl-M (CodeMirror's own). Its style sheets are constructed ones of the shadow root: a page's
 * policy against inline styles is kept.
 *
 *   new DriverEditor(place, root, changed)
 *   text          the source
 *   showError     marks the word that is wrong, or its line
 *   goTo(place)
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { SourceError } from './types.ts';

type Place = Pick<SourceError, 'line' | 'column'>;

const look = EditorView.theme({
  '&': { color: 'var(--_foreground)', backgroundColor: 'var(--_background)', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--_accent)', outlineOffset: '-2px' },
  '.cm-content': { caretColor: 'var(--_foreground)', fontFamily: 'var(--_font)' },
  '.cm-cursor': { borderLeftColor: 'var(--_foreground)' },
  '.cm-gutters': {
    color: 'var(--_muted)',
    backgroundColor: 'var(--_background)',
    borderRight: '1px solid var(--_line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-tooltip': { color: 'var(--_foreground)', backgroundColor: 'var(--_raised)' },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--_muted)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.typeName], color: 'var(--_accent)' },
  { tag: [tags.string, tags.number], fontWeight: 'bold' },
]);

export class DriverEditor {
  readonly #view: EditorView;

  constructor(place: HTMLElement, root: ShadowRoot, changed: () => void) {
    const state = EditorState.create({
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of('  '),
        bracketMatching(),
        highlightActiveLine(),
        javascript({ typescript: true }),
        syntaxHighlighting(colours),
        keymap.of([...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), ...historyKeymap]),
        keymap.of([indentWithTab]),
        look,
        // Focusable it is by itself; axe wants it said.
        EditorView.contentAttributes.of({ 'aria-label': 'The driver’s source', tabindex: '0' }),
        EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
      ],
    });
    this.#view = new EditorView({ state, parent: place, root });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  set text(text: string) {
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ changes: { from: 0, to: length, insert: text } });
  }

  showError(error: SourceError | undefined): void {
    const { state } = this.#view;
    const marks = error
      ? [{ ...this.#range(error), severity: 'error' as const, message: error.message }]
      : [];
    this.#view.dispatch(setDiagnostics(state, marks));
  }

  /** Of a word, or of the line where there is none. */
  #range({ line: number, column }: Place): { from: number; to: number } {
    const { doc } = this.#view.state;
    const { text, from, to } = doc.line(Math.min(number, doc.lines));
    const word = /^(?:[\w$]+|.)/u.exec(text.slice(column - 1))?.[0];
    if (word === undefined) return { from, to };
    return { from: from + column - 1, to: from + column - 1 + word.length };
  }

  goTo(place: Place): void {
    this.#view.dispatch({ selection: { anchor: this.#range(place).from }, scrollIntoView: true });
    this.#view.focus();
  }

  end(): void {
    this.#view.destroy();
  }
}
