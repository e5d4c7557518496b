/**
 * Shared memory as the checker sees it: buffers made of cells, and the accesses that are steps.
 *
 * A cell is a word or a byte; a group of four bytes is one or the other for good, which is checked.
 * Cells have numbers in the order in which they are first touched, so that a state's memory is a
 * short array of numbers. What a coroutine yields is an access: `{ kind, cell, ... }`; the explorer
 * answers it.
 */

/** The cells of one scenario. */
export class Cells {
  names = [];
  owners = [];
  #numbers = new Map();
  #units = new Map();

  number(buffer, unit, index) {
    const group = `${buffer.id}/${unit === 1 ? index >> 2 : index}`;
    if ((this.#units.get(group) ?? unit) !== unit) throw new Error(`mixed sizes at ${group}`);
    const key = `${group}/${unit}/${index}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      this.#units.set(group, unit);
      number = this.names.length;
      this.#numbers.set(key, number);
      this.names.push(`${buffer.id}${unit === 1 ? '.byte' : ''}[${index}]`);
      this.owners.push(buffer.owner);
    }
    return number;
  }
}

/** `owner`: the agent that made it for itself, or undefined. */
export class ModelBuffer {
  constructor(cells, id, byteLength, owner) {
    Object.assign(this, { cells, id, byteLength, owner });
  }
}

export class View {
  constructor(buffer, unit) {
    this.buffer = buffer;
    this.unit = unit;
    this.length = Math.floor(buffer.byteLength / unit);
  }

  cell(index) {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length))
      throw new RangeError(`index ${index} of ${this.buffer.id}`);
    return this.buffer.cells.number(this.buffer, this.unit, index);
  }
}

/** What an atomic read-modify-write leaves, from what was there and its operand. */
const UPDATES = {
  load: (old) => old,
  store: (_old, value) => value | 0,
  add: (old, value) => (old + value) | 0,
  sub: (old, value) => (old - value) | 0,
  and: (old, value) => old & value,
  or: (old, value) => old | value,
  exchange: (_old, value) => value | 0,
  compareExchange: (old, expected, value) => (old === (expected | 0) ? value | 0 : old),
  get: (old) => old,
  set: (_old, value) => value | 0,
};

export const isUpdate = (kind) => Object.hasOwn(UPDATES, kind);
export const isPlain = (kind) => kind === 'get' || kind === 'set';
export const isRead = (kind) => kind === 'load' || kind === 'get';

/** The cell's new value; the access's own result is the old one. */
export const update = ({ kind, args }, old) => UPDATES[kind](old, ...args);

/** Atomics' functions of this kind, as coroutines. */
export const atomic = (kind) =>
  function* access(view, index, ...args) {
    return yield { kind, cell: view.cell(index), args };
  };

export function* get(target, index) {
  return target instanceof View
    ? yield { kind: 'get', cell: target.cell(index), args: [] }
    : target[index];
}

export function* set(target, index, value) {
  if (!(target instanceof View)) return (target[index] = value);
  const masked = target.unit === 1 ? value & 0xff : value;
  yield { kind: 'set', cell: target.cell(index), args: [masked] };
  return value;
}
