/**
 * The editor: a file on the terminal's other screen.
 *
 *   edit(shell, path)   until it is left
 *
 *   arrows, Home, End, Page Up, Page Down, with Ctrl by words and to the ends   the cursor
 *   Ctrl-S saves, Ctrl-F looks for a text, Ctrl-G (F3) for the next one
 *   Ctrl-Q or Ctrl-X leaves; what is not saved is asked about
 *
 * Saving writes a copy beside the file, which then takes its place: a disk that is full, or pulled
 * out, leaves the file as it was.
 */
import { attributesOf, readAll } from '../../ntdll/files.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NtException } from '../../rtl/status.ts';
import { statusText } from '../../rtl/statustext.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { nameErrors } from '../errors.ts';
import { type FullPath, lastPart, ntPath, showPath } from '../path.ts';
import { FIRST_SCREEN, named, OTHER_SCREEN } from '../screen.ts';
import type { Terminal } from '../terminal.ts';
import { TextBuffer } from './buffer.ts';
import { encode, open } from './document.ts';
import { overwrite, replaceFile } from './save.ts';
import { View } from './view.ts';

const LONGEST_ANSWER = 200;

export async function edit(shell: Shell, path: FullPath): Promise<void> {
  const { terminal, console } = shell;
  if (!terminal || (console as unknown) !== terminal)
    throw new CommandError(Status.STATUS_INVALID_DEVICE_REQUEST, 'edit, where nobody can type');
  const buffer = new TextBuffer(open(await nameErrors(showPath(path), () => load(shell, path))));
  await terminal.draw(OTHER_SCREEN);
  try {
    await new Editing(shell, terminal, path, buffer).run();
  } finally {
    await terminal.draw(FIRST_SCREEN);
  }
}

/** A file that is not there is a new one. */
async function load({ process }: Shell, path: FullPath): Promise<Uint8Array> {
  const name = ntPath(path);
  try {
    await attributesOf(process, name);
  } catch (error) {
    const missing = Status.STATUS_OBJECT_NAME_NOT_FOUND;
    if (error instanceof NtException && error.status === missing) return new Uint8Array();
    throw error;
  }
  return readAll(process, name);
}

class Editing {
  readonly #shell: Shell;
  readonly #terminal: Terminal;
  readonly #path: FullPath;
  readonly #buffer: TextBuffer;
  readonly #view: View;
  #wanted = '';

  constructor(shell: Shell, terminal: Terminal, path: FullPath, buffer: TextBuffer) {
    this.#shell = shell;
    this.#terminal = terminal;
    this.#path = path;
    this.#buffer = buffer;
    this.#view = new View(named(lastPart(path)), terminal.size);
  }

  async run(): Promise<void> {
    for (let message = ''; ;) {
      // What was typed ahead is taken before anything is drawn.
      if (!this.#terminal.waiting) await this.#draw(message);
      const key = await this.#terminal.key();
      if (key === 'leave' && (await this.#mayLeave())) return;
      message = (await this.#press(key)) ?? '';
    }
  }

  #draw(message: string): Promise<void> {
    return this.#terminal.draw(this.#view.draw(this.#buffer, message));
  }

  /** What to say. */
  async #press(key: string): Promise<string | undefined> {
    switch (key) {
      case 'save':
        return this.#save();
      case 'find':
        return this.#find();
      case 'next':
      case 'f3':
        return this.#wanted === '' ? this.#find() : this.#next();
      case 'cancel':
        return 'Ctrl-Q leaves the editor.';
      case 'resize':
        this.#view.resize(this.#terminal.size);
        return undefined;
      default:
        return this.#edit(key);
    }
  }

  #edit(key: string): string | undefined {
    const buffer = this.#buffer;
    const text = key === 'tab' ? '\t' : isCharacter(key) ? key : '';
    let taken = true;
    if (key === 'enter') taken = buffer.enter();
    else if (text !== '') taken = buffer.insert(text);
    else if (key === 'backspace') buffer.backspace();
    else if (key === 'delete') buffer.remove();
    else this.#move(key);
    return taken ? undefined : 'There is no room for more.';
  }

  #move(key: string): void {
    const buffer = this.#buffer;
    const page = this.#view.height - 1;
    const moves: Record<string, () => void> = {
      left: () => buffer.left(),
      right: () => buffer.right(),
      up: () => buffer.up(),
      down: () => buffer.down(),
      home: () => buffer.home(),
      end: () => buffer.end(),
      pageup: () => buffer.up(page),
      pagedown: () => buffer.down(page),
      wordleft: () => buffer.wordLeft(),
      wordright: () => buffer.wordRight(),
      erasehome: () => buffer.first(),
      eraseend: () => buffer.last(),
    };
    moves[key]?.();
  }

  async #find(): Promise<string> {
    const answer = await this.#ask(`Find${this.#wanted ? ` [${this.#wanted}]` : ''}: `);
    if (answer === undefined) return '';
    if (answer !== '') this.#wanted = answer;
    return this.#next();
  }

  #next(): string {
    if (this.#wanted === '') return '';
    return this.#buffer.find(this.#wanted) ? '' : `'${this.#wanted}' is not in the text.`;
  }

  async #mayLeave(): Promise<boolean> {
    if (!this.#buffer.changed) return true;
    const answer = await this.#letter('Save the changes? (Yes/No/Cancel): ', 'ync');
    if (answer === 'n') return true;
    if (answer !== 'y') return false;
    const message = await this.#save();
    if (this.#buffer.changed) await this.#letter(`${message} (Enter)`, '');
    return !this.#buffer.changed;
  }

  async #save(): Promise<string> {
    const { document } = this.#buffer;
    let bytes = encode(document);
    if (!bytes) {
      const question = 'Code page 437 lacks a character of it. Save it as UTF-8? (Yes/No): ';
      if ((await this.#letter(question, 'yn')) !== 'y') return 'Not saved.';
      document.codePage = 'UTF-8';
      bytes = encode(document)!;
    }
    try {
      await this.#write(bytes);
    } catch (error) {
      if (!(error instanceof NtException)) throw error;
      return `Not saved: ${statusText(error.status)}`;
    }
    this.#buffer.changed = false;
    return `Saved: ${bytes.length} bytes.`;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await replaceFile(this.#shell, this.#path, bytes);
    } catch (error) {
      if (!(error instanceof NtException) || error.status !== Status.STATUS_DISK_FULL) throw error;
      const question = 'There is no room for a copy. Write over the file itself? (Yes/No): ';
      if ((await this.#letter(question, 'yn')) !== 'y') throw error;
      await overwrite(this.#shell, this.#path, bytes);
    }
  }

  /** Undefined: Ctrl-C. */
  async #ask(question: string): Promise<string | undefined> {
    for (let text = ''; ;) {
      await this.#terminal.draw(this.#view.ask(question + text));
      const key = await this.#terminal.key();
      if (key === 'cancel' || key === 'leave') return undefined;
      if (key === 'enter') return text;
      if (key === 'resize') this.#view.resize(this.#terminal.size);
      else if (key === 'backspace') text = [...text].slice(0, -1).join('');
      else if (isCharacter(key) && text.length < LONGEST_ANSWER) text += key;
    }
  }

  /** One of the letters; Ctrl-C, and Enter where there is none, is no answer. */
  async #letter(question: string, letters: string): Promise<string> {
    for (;;) {
      await this.#terminal.draw(this.#view.ask(question));
      const key = (await this.#terminal.key()).toLowerCase();
      if (key === 'cancel' || (letters === '' && key === 'enter')) return '';
      if (key.length === 1 && letters.includes(key)) return key;
      if (key === 'resize') this.#view.resize(this.#terminal.size);
    }
  }
}

/** Names of keys have more letters; so has a character outside of the first plane. */
function isCharacter(key: string): boolean {
  return key.length === 1 || key > '\ud7ff';
}
