/**
 * What a worker tells its page: notes, each a small object of a known shape, one way.
 *
 * A page believes no worker. Who may say what is in MAY; each note is read by its shape, and what
 * has another one, or comes from who may not say it, is dropped. A commit is asked for by a note,
 * and so is code that comes when it is first wanted; both are answered by a call of the page's
 * (`Answers`): no function of the page's can be called from a worker.
 *
 *   receiveNotes(port, role, services, answers)   the page's side
 *   sendNotes(post)                              the worker's: PageServices that make notes
 */
import type { NvramAnswer, NvramRequest, NvramResult } from '../machine/types.ts';
import type { DiskChange } from '../store/types.ts';
import type { DirtyNews, DriveSigns, PageServices, Tone } from './protocol.ts';
import { MOST_TONES } from './sound-line.ts';

/** What a worker is: its code decides, not what it says. */
export type Role = 'machine' | 'executive' | 'process' | 'single';

export type Note =
  | { note: 'serialOutput'; bytes: Uint8Array }
  | { note: 'sound'; tones: readonly Tone[] }
  | { note: 'drives'; signs: readonly DriveSigns[] }
  | { note: 'keyboard'; listening: boolean }
  | { note: 'written'; drive: number }
  | {
      note: 'commit';
      drive: number;
      ticket: number;
      changes: DiskChange[];
      asked: boolean;
      tracks?: Uint8Array;
    }
  | { note: 'nvram'; request: NvramRequest; ticket: number; changes: DiskChange[] }
  | { note: 'wanted' }
  | { note: 'taken'; processor: number; image: string }
  | { note: 'released'; processor: number }
  | { note: 'fault'; image: string; status: number; restarted: boolean }
  | { note: 'dirty'; drive: number; news: DirtyNews }
  | { note: 'halted' }
  | { note: 'image'; name: string; ticket: number }
  | { note: 'log'; text: string }
  | { note: 'panic'; reason: string };

type Kind = Note['note'];

const MACHINE: readonly Kind[] = [
  'serialOutput',
  'sound',
  'drives',
  'keyboard',
  'written',
  'commit',
  'nvram',
];
const EXECUTIVE: readonly Kind[] = [
  'wanted',
  'taken',
  'released',
  'fault',
  'dirty',
  'halted',
  'image',
  'log',
  'panic',
];

/** All that a worker can tell: what the page's services are called. */
export const NOTES: readonly Kind[] = [...MACHINE, ...EXECUTIVE];

const MAY: Readonly<Record<Role, readonly Kind[]>> = {
  machine: MACHINE,
  executive: EXECUTIVE,
  process: ['log', 'image'],
  single: NOTES,
};

const NEWS: Readonly<Record<DirtyNews, true>> = {
  dirty: true,
  clean: true,
  stuck: true,
  lost: true,
};
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const MOST_DRIVES = 4;
const MOST_PROCESSORS = 64;
const MOST_TEXT = 16_384;
const MOST_BYTES = 64 << 20;

const isCount = (value: unknown, limit: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit;
const isDrive = (value: unknown): boolean => isCount(value, MOST_DRIVES);
const isProcessor = (value: unknown): boolean => isCount(value, MOST_PROCESSORS);
const isWord = (value: unknown): boolean => isCount(value, 2 ** 32);
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= MOST_TEXT;
const isBytes = (value: unknown): boolean =>
  value instanceof Uint8Array && value.length <= MOST_BYTES;
const isBytesOrNone = (value: unknown): boolean => value === undefined || isBytes(value);
const isNews = (value: unknown): boolean => typeof value === 'string' && Object.hasOwn(NEWS, value);
const isAmount = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;
const isTone = (value: unknown): boolean => {
  const { hertz, at } = (value ?? {}) as Partial<Tone>;
  return isAmount(hertz) && isAmount(at);
};
const isTones = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MOST_TONES && value.every(isTone);
const isSign = (value: unknown): boolean => {
  const { selected, turns, steps, reads, writes } = (value ?? {}) as Partial<DriveSigns>;
  return [selected, turns].every(isBoolean) && [steps, reads, writes].every(isAmount);
};
const isSigns = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MOST_DRIVES && value.every(isSign);
const isChange = (value: unknown): boolean => {
  const { offset, bytes } = (value ?? {}) as Partial<DiskChange>;
  return isWord(offset) && isBytes(bytes);
};
const isRequest = (value: unknown): boolean => value === 'bring' || value === 'keep';
const isChanges = (value: unknown): boolean => Array.isArray(value) && value.every(isChange);

const SHAPES: { readonly [K in Kind]: Readonly<Record<string, (value: unknown) => boolean>> } = {
  serialOutput: { bytes: isBytes },
  sound: { tones: isTones },
  drives: { signs: isSigns },
  keyboard: { listening: isBoolean },
  written: { drive: isDrive },
  commit: {
    drive: isDrive,
    ticket: isWord,
    changes: isChanges,
    asked: isBoolean,
    tracks: isBytesOrNone,
  },
  nvram: { request: isRequest, ticket: isWord, changes: isChanges },
  wanted: {},
  taken: { processor: isProcessor, image: isText },
  released: { processor: isProcessor },
  fault: { image: isText, status: isWord, restarted: isBoolean },
  dirty: { drive: isDrive, news: isNews },
  halted: {},
  image: { name: isText, ticket: isWord },
  log: { text: isText },
  panic: { reason: isText },
};

/** The note, or undefined for what is none that this role may send. */
export function readNote(role: Role, data: unknown): Note | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const fields = data as Record<string, unknown>;
  const kind = MAY[role].find((each) => each === fields['note']);
  if (!kind) return undefined;
  const right = Object.entries(SHAPES[kind]).every(([name, isRight]) => isRight(fields[name]));
  return right ? (data as Note) : undefined;
}

/** The page's answers to what was asked for by notes. */
export interface Answers {
  committed(ticket: number, result: NvramResult, contents?: Uint8Array): void;
  /** Where the image's code is; `undefined`: nowhere, and `reason` says why. */
  imageCame(ticket: number, address: string | undefined, reason: string): void;
}

function act(note: Note, services: PageServices, answers: Answers): void {
  switch (note.note) {
    case 'serialOutput':
      return services.serialOutput(note.bytes);
    case 'sound':
      return services.sound(note.tones);
    case 'drives':
      return services.drives(note.signs);
    case 'keyboard':
      return services.keyboard(note.listening);
    case 'written':
      return services.written(note.drive);
    case 'commit':
      return void services.commit(note.drive, note.changes, note.asked, note.tracks).then(
        (result) => answers.committed(note.ticket, result),
        () => answers.committed(note.ticket, 'failed'),
      );
    case 'image':
      return void services.image(note.name).then(
        (address) => answers.imageCame(note.ticket, address, ''),
        (error: unknown) => answers.imageCame(note.ticket, undefined, textOf(error)),
      );
    case 'nvram':
      return void services.nvram(note.request, note.changes).then(
        ({ result, contents }) => answers.committed(note.ticket, result, contents),
        () => answers.committed(note.ticket, 'failed'),
      );
    case 'wanted':
      return services.wanted();
    case 'taken':
      return services.taken(note.processor, note.image);
    case 'released':
      return services.released(note.processor);
    case 'fault':
      return services.fault(note.image, note.status, note.restarted);
    case 'dirty':
      return services.dirty(note.drive, note.news);
    case 'halted':
      return services.halted();
    case 'log':
      return services.log(note.text);
    case 'panic':
      return services.panic(note.reason);
  }
}

export function receiveNotes(
  port: MessagePort,
  role: Role,
  services: PageServices,
  answers: Answers,
): void {
  port.onmessage = (event: MessageEvent) => {
    const note = readNote(role, event.data);
    if (note) act(note, services, answers);
  };
}

export interface Notes extends Answers {
  readonly services: PageServices;
}

interface Waiting {
  resolve(address: string): void;
  reject(error: Error): void;
}

const cut = (text: string): string => text.slice(0, MOST_TEXT);

export function sendNotes(post: (note: Note) => void): Notes {
  const kept = new Map<number, (answer: NvramAnswer) => void>();
  const images = new Map<number, Waiting>();
  let lastTicket = 0;
  return {
    services: {
      serialOutput: (bytes) => post({ note: 'serialOutput', bytes }),
      sound: (tones) => post({ note: 'sound', tones }),
      drives: (signs) => post({ note: 'drives', signs }),
      keyboard: (listening) => post({ note: 'keyboard', listening }),
      written: (drive) => post({ note: 'written', drive }),
      commit: (drive, changes, asked, tracks) =>
        new Promise((resolve) => {
          const ticket = ++lastTicket;
          // Only of the memory can it be said that it is another's.
          kept.set(ticket, ({ result }) => resolve(result === 'foreign' ? 'failed' : result));
          post({ note: 'commit', drive, ticket, changes, asked, ...(tracks && { tracks }) });
        }),
      nvram: (request, changes) =>
        new Promise((resolve) => {
          const ticket = ++lastTicket;
          kept.set(ticket, resolve);
          post({ note: 'nvram', request, ticket, changes });
        }),
      wanted: () => post({ note: 'wanted' }),
      taken: (processor, image) => post({ note: 'taken', processor, image: cut(image) }),
      released: (processor) => post({ note: 'released', processor }),
      fault: (image, status, restarted) =>
        post({ note: 'fault', image: cut(image), status: status >>> 0, restarted }),
      dirty: (drive, news) => post({ note: 'dirty', drive, news }),
      halted: () => post({ note: 'halted' }),
      image: (name) =>
        new Promise((resolve, reject) => {
          const ticket = ++lastTicket;
          images.set(ticket, { resolve, reject });
          post({ note: 'image', name: cut(name), ticket });
        }),
      log: (text) => post({ note: 'log', text: cut(text) }),
      panic: (reason) => post({ note: 'panic', reason: cut(reason) }),
    },
    committed(ticket, result, contents) {
      kept.get(ticket)?.({ result, contents });
      kept.delete(ticket);
    },
    imageCame(ticket, address, reason) {
      const waiting = images.get(ticket);
      images.delete(ticket);
      if (address === undefined) waiting?.reject(new Error(reason));
      else waiting?.resolve(address);
    },
  };
}
