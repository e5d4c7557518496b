/** hexdump: the bytes of a file, with their places and characters. */
import { contents, inputOf } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { paged } from '../pager.ts';
import { showPath } from '../path.ts';
import type { Console } from '../console.ts';
import { expandAny } from '../targets.ts';
import { ANY, type Command } from './command.ts';

const ROW = 16;

export const hexdump: Command = {
  name: 'hexdump',
  usage: 'hexdump [/n] [file ...]    /n: does not stop when the screen is full',
  summary: 'Shows the bytes of files.',
  switches: ['n'],
  names: [0, ANY],
  run: (shell, { switches, names }) =>
    paged(shell, !switches.has('n'), async (console) => {
      if (names.length === 0) await dump(console, inputOf(shell));
      for (const name of names)
        for (const path of await expandAny(shell, name))
          await nameErrors(showPath(path), () => dump(console, contents(shell, path)));
    }),
};

async function dump(console: Console, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let offset = 0;
  let held = new Uint8Array();
  for await (const piece of pieces) {
    const bytes = new Uint8Array(held.length + piece.length);
    bytes.set(held);
    bytes.set(piece, held.length);
    const whole = bytes.length - (bytes.length % ROW);
    let text = '';
    for (let at = 0; at < whole; at += ROW) text += row(offset + at, bytes.subarray(at, at + ROW));
    await console.write(text);
    offset += whole;
    held = bytes.slice(whole);
  }
  if (held.length > 0) await console.write(row(offset, held));
}

function row(offset: number, bytes: Uint8Array): string {
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, '0');
  const pairs = Array.from({ length: ROW }, (_, i) =>
    i < bytes.length ? hex(bytes[i]!, 2) : '  ',
  );
  pairs[ROW / 2] = ` ${pairs[ROW / 2]}`;
  const text = [...bytes].map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  );
  return `${hex(offset, 8)}  ${pairs.join(' ')}  ${text.join('')}\n`;
}
