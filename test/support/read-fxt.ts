/**
 * A reader of the Fuchsia trace format, made from its published description alone: it knows nothing
 * of the writer.
 *
 *   readFxt(file)   every record of it; throws where one does not fit
 */

export interface Read {
  readonly type: string;
  readonly name?: string;
  readonly [field: string]: unknown;
}

const bits = (word: bigint, first: number, last: number): number =>
  Number((word >> BigInt(first)) & ((1n << BigInt(last - first + 1)) - 1n));

const EVENTS = ['instant', 'counter', 'begin', 'end', 'complete', '', '', '', 'flow', '', 'flowed'];

/** Every record of a file; throws where one does not fit. */
export function readFxt(file: Uint8Array): Read[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const word = (at: number): bigint => view.getBigUint64(at * 8, true);
  if (file.length % 8 !== 0) throw new Error('not whole words');
  const strings = new Map<number, string>();
  const text = (ref: number): string => {
    if (ref === 0) return '';
    const known = strings.get(ref);
    if (known === undefined) throw new Error(`string ${ref} was not registered`);
    return known;
  };
  const found: Read[] = [];
  for (let at = 0; at < file.length / 8;) {
    const head = word(at);
    const size = bits(head, 4, 15);
    if (size === 0 || at + size > file.length / 8) throw new Error('a record is cut');
    const end = at + size;
    let next = at + 1;
    const take = (): number => {
      if (next >= end) throw new Error('a record is too short');
      return Number(word(next++));
    };
    const takeArguments = (count: number): Record<string, number> => {
      const pairs: [string, number][] = [];
      for (let i = 0; i < count; i++) {
        const argument = word(next);
        const length = bits(argument, 4, 15);
        const kind = bits(argument, 0, 3);
        if (kind !== 2 && kind !== 8) throw new Error(`argument of type ${kind}`);
        const value = kind === 2 ? bits(argument, 32, 63) : Number(word(next + 1));
        pairs.push([text(bits(argument, 16, 31)), value]);
        next += length;
      }
      return Object.fromEntries(pairs);
    };
    switch (bits(head, 0, 3)) {
      case 0:
        found.push({ type: 'magic', value: head });
        break;
      case 1:
        found.push({ type: 'initialization', ticks: take() });
        break;
      case 2: {
        const length = bits(head, 32, 46);
        const bytes = file.subarray(next * 8, next * 8 + length);
        strings.set(bits(head, 16, 30), new TextDecoder('utf-8', { fatal: true }).decode(bytes));
        next += Math.ceil(length / 8);
        break;
      }
      case 4: {
        if (bits(head, 24, 31) !== 0) throw new Error('an indexed thread');
        const type = EVENTS[bits(head, 16, 19)]!;
        const [time, process, thread] = [take(), take(), take()];
        const about = takeArguments(bits(head, 20, 23));
        const names = { category: text(bits(head, 32, 47)), name: text(bits(head, 48, 63)) };
        const rest = type === 'instant' ? {} : { rest: take() };
        found.push({ type, ...names, time, process, thread, about, ...rest });
        break;
      }
      case 7: {
        const koid = take();
        const about = takeArguments(bits(head, 40, 43));
        const object = bits(head, 16, 23);
        found.push({ type: 'object', object, koid, name: text(bits(head, 24, 39)), about });
        break;
      }
      case 8:
        found.push({
          type: 'switch',
          cpu: bits(head, 16, 23),
          state: bits(head, 24, 27),
          ids: [take(), take(), take(), take(), take()],
        });
        break;
      default:
        throw new Error(`a record of type ${bits(head, 0, 3)}`);
    }
    if (next !== end) throw new Error('a record is longer than what is in it');
    at = end;
  }
  return found;
}
