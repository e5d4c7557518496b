/**
 * The environment: variables of a shell. Names keep their case and compare without it.
 *
 *   get, set(name, '')   an empty value is none
 *   entries(prefix)      in alphabetical order
 *   copy()               for setlocal, and for the sides of a pipe
 *
 * What all of them hold is bounded: STATUS_NO_MEMORY.
 */
import { RtlUpcase } from '../../rtl/names.ts';
import { NtException, Status } from '../../rtl/status.ts';

/** Characters of all names and values together, and what each variable takes besides. */
const MOST = 0x10_0000;
const EACH = 64;

interface Variable {
  readonly name: string;
  readonly value: string;
}

export class Variables {
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
    const found = [...this.#variables].filter(([key]) => key.startsWith(start));
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, variable]) => variable);
  }

  copy(): Variables {
    return new Variables(this.#variables.values());
  }
}
