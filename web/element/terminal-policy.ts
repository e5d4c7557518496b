/**
 * What the serial line may have the terminal do: a list; everything else is read over.
 *
 *   restrict(xterm)   returns what undoes it
 *
 * Text, line ends, Backspace, Tab and the bell are always taken. Of control sequences those work
 * that move the cursor, erase, and colour, and that change to the other screen and back, for an
 * editor. The terminal answers nothing: whoever prints a question does not get its answer typed at
 * somebody's prompt. Nor does the line change how keys, mouse and focus are reported, the title,
 * colours of the page, the clipboard; nor does it make links.
 *
 * xterm asks handlers in the order of their registration, the last first, and one that returns true
 * is the last: so a handler for each sequence there can be, that says whether it is on the list.
 *
 * Source: ECMA-48 (5.4: control sequences, bytes 40-7E end them); xterm.js parser hooks.
 */
import type { IDisposable, IFunctionIdentifier, Terminal } from '@xterm/xterm';

/** CUU CUD CUF CUB CHA CUP ED EL DCH ECH ICH VPA HVP SGR. */
const ALLOWED = new Set('ABCDGHJKPX@dfm');
/** DECTCEM: the cursor is shown or not. 1047, 1049: the other screen, without scrollback. */
const ALLOWED_MODES = new Set<number>([25, 1047, 1049]);

/**
 * What stands before the final byte: one of these or nothing, and DECRQM's two. A terminal knows no
 * more than that, and each handler costs some microseconds at the start of every page.
 */
const BEFORE: readonly Omit<IFunctionIdentifier, 'final'>[] = [
  {},
  ...['<', '=', '>', '?'].map((prefix) => ({ prefix })),
  ...range(0x20, 0x2f).map((intermediates) => ({ intermediates })),
  { prefix: '?', intermediates: '$' },
];
/** Without those that have a prefix. */
const PLAIN = BEFORE.filter(({ prefix }) => prefix === undefined);
/** Operating system commands have numbers; these are more than any terminal knows. */
const OSC_COMMANDS = [...Array.from({ length: 256 }, (_, i) => i), 633, 777, 1337];

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCharCode(first + i));
}

const identifiers = (
  before: typeof BEFORE,
  finals: readonly string[],
): readonly IFunctionIdentifier[] =>
  finals.flatMap((final) => before.map((rest) => ({ ...rest, final })));

/** Whether the sequence goes on to xterm. */
function allows({ prefix, intermediates, final }: IFunctionIdentifier): boolean {
  return prefix === undefined && intermediates === undefined && ALLOWED.has(final);
}

function setsMode({ prefix, intermediates, final }: IFunctionIdentifier): boolean {
  return prefix === '?' && intermediates === undefined && (final === 'h' || final === 'l');
}

export function restrict({ parser }: Terminal): () => void {
  const handlers: IDisposable[] = [];
  const swallow = (): boolean => true;
  for (const id of identifiers(BEFORE, range(0x40, 0x7e))) {
    if (allows(id)) continue;
    const handler = setsMode(id)
      ? (modes: readonly (number | number[])[]) =>
          !modes.every((mode) => typeof mode === 'number' && ALLOWED_MODES.has(mode))
      : swallow;
    handlers.push(parser.registerCsiHandler(id, handler));
  }
  for (const id of identifiers(PLAIN, range(0x30, 0x7e))) {
    // ESC [, ESC ], ESC P, ESC X, ESC ^, ESC _ begin sequences, and are none; ESC \ ends one.
    if (id.intermediates === undefined && '[]PX^_\\'.includes(id.final)) continue;
    handlers.push(parser.registerEscHandler(id, swallow));
  }
  for (const id of identifiers(BEFORE, ['q', 'p', '|', '{', 't']))
    handlers.push(parser.registerDcsHandler(id, swallow));
  for (const command of OSC_COMMANDS) handlers.push(parser.registerOscHandler(command, swallow));
  return () => handlers.forEach((handler) => handler.dispose());
}
