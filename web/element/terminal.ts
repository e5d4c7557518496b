/**
 * The terminal: what the serial line prints, and keys on their way to it.
 *
 * What is printed can move the cursor, erase and colour, and nothing else; the terminal answers no
 * question (terminal-policy.ts), so that what comes in are keys.
 *
 * xterm draws it, with its style sheets adopted by the shadow root (terminal-styles.ts).
 *
 *   new Terminal(parent, onInput)
 *   print(bytes)          resolves when it is on the screen
 *   screenText()          what is on the screen now, lines joined where they were wrapped
 *   paste(text)           types it as if it were pasted
 *   copy()                what is selected
 *   dispose()
 *
 * Its own keys are in terminal-keys.ts, its fingers in terminal-touch.ts.
 */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import { watchSize } from '../page/page-element.ts';
import { acceptPaste, copySelection, pasted } from './terminal-clipboard.ts';
import { bindKeys } from './terminal-keys.ts';
import { restrict } from './terminal-policy.ts';
import { type SizeTeller, tellSize } from './terminal-size.ts';
import { adoptTerminalStyles, styleDocument, tameCells } from './terminal-styles.ts';
import { readTheme, type ThemeProbe, watchTheme } from './terminal-theme.ts';
import { acceptTouch } from './terminal-touch.ts';

export interface TerminalOptions {
  /** Where it is drawn; inside a shadow root. */
  parent: HTMLElement;
  probe: ThemeProbe;
  /** Wears what the look depends on, with a transition. */
  watch: HTMLElement;
  onInput(text: string): void;
  /** Something was selected by touch (true), or nothing is selected any more. */
  onSelected(byTouch: boolean): void;
}

const SCROLLBACK_LINES = 2000;
/**
 * Written to the empty screen, and gone again: what the first prompt is written by is compiled
 * while the system starts, not when its words have come.
 */
const REHEARSAL = '\x1b]133;B\x07\x1b[0m \r\x1b[K';
const NARROW_PX = 480;

export class Terminal {
  readonly #xterm: Xterm;
  readonly #fit = new FitAddon();
  readonly #probe: ThemeProbe;
  readonly #parent: HTMLElement;
  readonly #size: SizeTeller;
  readonly #disposals: (() => void)[] = [];
  readonly #onInput: (text: string) => void;
  #undress: () => void = () => undefined;
  #unwatch: () => void = () => undefined;
  #frame = 0;
  #ctrl = false;
  #scale = 1;
  /** Told when the Ctrl that was asked for has been used. */
  onCtrlUsed: (() => void) | undefined;

  constructor({ parent, probe, watch, onInput, onSelected }: TerminalOptions) {
    this.#parent = parent;
    this.#probe = probe;
    this.#onInput = onInput;
    this.#xterm = new Xterm({
      documentOverride: styleDocument(),
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      cursorInactiveStyle: 'outline',
      scrollback: SCROLLBACK_LINES,
      minimumContrastRatio: 4.5,
      // Of each byte that is no text it would tell the console its parser's whole state.
      logLevel: 'off',
      ...this.#look(),
    });
    this.#xterm.loadAddon(this.#fit);
    this.dress();
    this.#disposals.push(
      () => this.#undress(),
      () => this.#unwatch(),
      restrict(this.#xterm),
    );
    this.#size = tellSize(this.#xterm, onInput);
    this.#disposals.push(() => this.#size.dispose());
    this.#xterm.open(parent);
    tameCells(this.#xterm);
    this.#xterm.write(REHEARSAL);
    this.#xterm.textarea?.setAttribute('aria-label', 'Terminal. Escape, then Tab leaves it.');
    bindKeys(this.#xterm);
    this.#xterm.onData((text) => onInput(this.#withCtrl(text)));
    this.#xterm.onSelectionChange(() => this.#xterm.hasSelection() || onSelected(false));
    this.#disposals.push(
      acceptPaste(parent, (text) => this.paste(text)),
      acceptTouch(this.#xterm, parent, () => onSelected(true)),
      watchTheme(watch, () => this.#restyle()),
    );
  }

  /** In the document that it is in now: with style sheets of that one, and as large as it is. */
  dress(): void {
    this.#undress();
    this.#undress = adoptTerminalStyles(this.#parent);
    this.#unwatch();
    // Not in the observer's own turn: what a refit moves would come too late for that one.
    this.#unwatch = watchSize(this.#parent, () => {
      cancelAnimationFrame(this.#frame);
      this.#frame = requestAnimationFrame(() => this.#refit());
    });
  }

  print(bytes: Uint8Array): Promise<void> {
    return new Promise((shown) => this.#xterm.write(bytes, shown));
  }

  /** Begins with an empty screen, as at power on. */
  clear(): void {
    this.#size.forget();
    this.#xterm.reset();
  }

  screenText(): string {
    const buffer = this.#xterm.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < this.#xterm.rows; row++) {
      const line = buffer.getLine(buffer.viewportY + row);
      if (!line) break;
      const text = line.translateToString();
      if (line.isWrapped && lines.length > 0) lines.push(`${lines.pop()}${text}`);
      else lines.push(text);
    }
    return lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  paste(text: string): void {
    const typed = pasted(text);
    if (typed === '') return;
    this.#xterm.scrollToBottom();
    this.#onInput(typed);
  }

  /** What is selected, into the clipboard; resolves to whether the browser let it. */
  copy(): Promise<boolean> {
    return copySelection(this.#xterm);
  }

  /** How large its letters are: 1 is as the page has them. */
  set scale(factor: number) {
    if (factor === this.#scale) return;
    this.#scale = factor;
    this.#refit();
  }

  /** The next key is typed with Ctrl, as if it were held. */
  set ctrl(down: boolean) {
    this.#ctrl = down;
  }

  set screenReader(on: boolean) {
    this.#xterm.options.screenReaderMode = on;
  }

  focus(): void {
    this.#xterm.focus();
  }

  dispose(): void {
    for (const dispose of this.#disposals) dispose();
    cancelAnimationFrame(this.#frame);
    this.#xterm.dispose();
  }

  #restyle(): void {
    Object.assign(this.#xterm.options, this.#look());
    this.#refit();
  }

  #look(): ReturnType<typeof readTheme> {
    return readTheme(this.#probe, this.#parent.clientWidth < NARROW_PX, this.#scale);
  }

  #refit(): void {
    if (this.#parent.clientWidth === 0) return;
    const { fontSize } = this.#look();
    if (this.#xterm.options.fontSize !== fontSize) this.#xterm.options.fontSize = fontSize;
    this.#fit.fit();
  }

  #withCtrl(text: string): string {
    if (!this.#ctrl) return text;
    this.#ctrl = false;
    this.onCtrlUsed?.();
    return /^[a-z@[\\\]^_]$/i.test(text) ? String.fromCharCode(text.charCodeAt(0) & 0x1f) : text;
  }
}
