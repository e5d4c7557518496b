/**
 * What a program that a shell started says to it: lines to print, pictures that are drawn anew,
 * questions. It goes through an LPC port of the shell, whose name the program finds in its
 * environment, one request a message; the answer says whether somebody wants the program to end.
 *
 *   request   kind, argument, then a text in UTF-8 of at most CONSOLE_TEXT bytes; of CONSOLE_DATA
 *             any bytes
 *   reply     CONSOLE_OK or CONSOLE_INTERRUPTED; of a question, the answer follows
 *
 * The connection's information, from the shell: 1 where somebody sits at a terminal, rows, columns.
 */
import { PORT_MAXIMUM_MESSAGE_LENGTH, PORT_MESSAGE_HEADER } from './lpc.ts';

/** The variable that names the port. */
export const CONSOLE_VARIABLE = 'NTCONSOLE';

export const CONSOLE_WRITE = 1;
export const CONSOLE_ERROR = 2;
/** `argument`: which row of a picture; its first text says of how many rows. */
export const CONSOLE_PICTURE = 3;
export const CONSOLE_ROW = 4;
export const CONSOLE_ASK = 5;
/** A piece of an answer to who started it as a program asks another. */
export const CONSOLE_DATA = 6;

export const CONSOLE_OK = 0;
export const CONSOLE_INTERRUPTED = 1;
/** Nobody can be asked. */
export const CONSOLE_NOBODY = 2;

export const CONSOLE_TEXT = PORT_MAXIMUM_MESSAGE_LENGTH - PORT_MESSAGE_HEADER - 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface ConsoleMessage {
  readonly kind: number;
  readonly argument: number;
  readonly text: string;
}

/** As it was received. */
export interface ReceivedMessage extends ConsoleMessage {
  readonly bytes: Uint8Array;
}

export function encodeConsole({ kind, argument, text }: ConsoleMessage): Uint8Array {
  return consoleMessage(kind, argument, encoder.encode(text));
}

export function consoleMessage(kind: number, argument: number, bytes: Uint8Array): Uint8Array {
  const message = new Uint8Array(2 + bytes.length);
  message.set([kind, argument]);
  message.set(bytes, 2);
  return message;
}

export function decodeConsole(data: Uint8Array): ReceivedMessage {
  const [kind = 0, argument = 0] = data;
  const bytes = data.subarray(2);
  return { kind, argument, bytes, text: decoder.decode(bytes) };
}

/** A text in pieces that fit, none of which ends within a character. */
export function consolePieces(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let size = 0;
  for (const character of text) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > CONSOLE_TEXT) {
      pieces.push(piece);
      piece = '';
      size = 0;
    }
    piece += character;
    size += bytes;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}
