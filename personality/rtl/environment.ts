/**
 * The environment of a process: variables. Names keep their case and compare without it.
 *
 *   get, set(name, '')         an empty value is none
 *   entries(prefix)            in alphabetical order; those that begin with `=` are not shown: a
 *                              drive's current directory is the variable `=A:`
 *   copy()                     for setlocal, and for the sides of a pipe
 *   block(), fromBlock(bytes)  as it goes to another process: NAME=value in UTF-16, a zero behind
 *                              each, and one more
 *
 * What all of them hold is bounded: STATUS_NO_MEMORY.
 */
import { RtlUpcase } from './names.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';
import { decodeUtf16, encodeUtf16 } from './utf16.ts';

/** Characters of all names and values together, and what each variable takes besides. */
const MOST = 0x10_0000;
const EACH = 64;

interface Variable {
  readonly name: string;
  readonly value: string;
}

export class Environment {
  readonly #variables: Map<string, Variable>;
  #size = 0;

  constructor(variables: Iterable<Variable> = []) {
    this.#variables = new Map();
    for (const { name, value } of variables) this.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#variables.get(RtlUpcase(name))?.value;
  }

  set(name: string, value: string): void {
    const key = RtlUpcase(name);
    const old = this.#variables.get(key);
    const size = this.#size - (old ? old.name.length + old.value.length + EACH : 0);
    const more = value === '' ? 0 : name.length + value.length + EACH;
    if (size + more > MOST) throw new NtException(Status.STATUS_NO_MEMORY);
    this.#size = size + more;
    if (value === '') this.#variables.delete(key);
    else this.#variables.set(key, { name: old?.name ?? name, value });
  }

  entries(prefix = ''): Variable[] {
    const start = RtlUpcase(prefix);
    const found = [...this.#variables].filter(
      ([key]) => key.startsWith(start) && !key.startsWith('='),
    );
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, variable]) => variable);
  }

  copy(): Environment {
    return new Environment(this.#variables.values());
  }

  block(): Uint8Array {
    const strings = [...this.#variables.values()].map(({ name, value }) => `${name}=${value}\0`);
    return encodeUtf16(`${strings.join('')}\0`);
  }

  /** Strings that are no assignment are passed over. */
  static fromBlock(bytes: Uint8Array): Environment {
    const environment = new Environment();
    for (const string of decodeUtf16(bytes).split('\0')) {
      const at = string.indexOf('=', 1);
      if (at > 0) environment.set(string.slice(0, at), string.slice(at + 1));
    }
    return environment;
  }
}
