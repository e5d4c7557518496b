/** The Hal's side of MmMapIoSpace for one driver under test: windows on the machine's memory. */
import { isDeviceMemory } from '../../personality/rtl/resources.ts';
import type { ServiceInput } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { ArrayWindow } from './array-window.ts';

/** Where nothing else is mapped. */
const BASE = 0x1c00_0000;
const PAGE = 4096;

export class FakeIoSpace {
  readonly #ram: Uint8Array;
  readonly #given: readonly (readonly [number, number])[];
  readonly #views = new Map<number, Uint8Array>();
  #next = BASE;

  constructor(ram: Uint8Array = new Uint8Array(), given: readonly (readonly [number, number])[]) {
    this.#ram = ram;
    this.#given = given;
  }

  map({ address, length }: ServiceInput<'WdmMapIoSpace'>) {
    const given = this.#given.some(
      ([start, size]) => address >= start && address + length <= start + size,
    );
    if (length === 0 || !given || !isDeviceMemory([address, length]))
      return { status: Status.STATUS_ACCESS_DENIED, address: 0 };
    const at = this.#next + (address % PAGE);
    this.#next += 2 * PAGE + length;
    this.#next -= this.#next % PAGE;
    this.#views.set(at, this.#ram.subarray(address, address + length));
    return { status: 0, address: at };
  }

  unmap({ address }: ServiceInput<'WdmUnmapIoSpace'>) {
    return { status: this.#views.delete(address) ? 0 : Status.STATUS_INVALID_PARAMETER };
  }

  window(address: number, length: number): Window | undefined {
    for (const [at, view] of this.#views) {
      const offset = address - at;
      if (offset < 0 || offset + length > view.length) continue;
      const alive = () => this.#views.get(at) === view;
      const bytes = view.subarray(offset, offset + length);
      return new ArrayWindow(bytes, { address, writable: true, alive });
    }
    return undefined;
  }
}

export const ioSpaceHandlers = (space: () => FakeIoSpace) => ({
  WdmMapIoSpace: (input: ServiceInput<'WdmMapIoSpace'>) => space().map(input),
  WdmUnmapIoSpace: (input: ServiceInput<'WdmUnmapIoSpace'>) => space().unmap(input),
});
