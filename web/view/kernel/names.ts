/**
 * What the kernel's objects are called: the kernel knows addresses, the Executive knows for whom it
 * made what. The words are the Executive's, the objects the kernel's.
 *
 *   namesOf(kernel, snapshot)   of one look; made once
 *   object(address)    such as `CSpace of fdc`; '' for one that nobody has named
 *   holder(slot)       in whose CSpace, or in which TCB, the slot is
 *   owner(address)     the process that a CSpace, page directory or TCB belongs to; 0: none
 */
import {
  CAP_CNODE,
  CAP_ENDPOINT,
  CAP_NOTIFICATION,
  CAP_PAGE_DIRECTORY,
  CAP_THREAD,
  SLOT_SIZE,
} from '../../../kernel-as/layout.ts';
import type { ProcessInformation, SystemSnapshot } from '../../../personality/rtl/snapshot.ts';
import type { KernelObjects, KernelSlot } from './objects.ts';

/** The slots of a TCB. */
const TCB_SLOTS = ['CSpace root', 'page directory', 'own reply', 'caller', 'IPC buffer'];

export const EXECUTIVE = 'Executive';

export const processName = ({ driver, image }: ProcessInformation): string => driver ?? image;

const made = new WeakMap<KernelObjects, WeakMap<SystemSnapshot, KernelNames>>();

export function namesOf(kernel: KernelObjects, snapshot: SystemSnapshot): KernelNames {
  const known = made.get(kernel) ?? new WeakMap<SystemSnapshot, KernelNames>();
  made.set(kernel, known);
  const names = known.get(snapshot) ?? new KernelNames(kernel, snapshot);
  known.set(snapshot, names);
  return names;
}

export class KernelNames {
  readonly #names = new Map<number, string>();
  readonly #owners = new Map<number, number>();
  readonly #processes = new Map<number, string>();
  readonly #root: number;

  constructor(kernel: KernelObjects, { processes }: SystemSnapshot) {
    this.#root = kernel.root;
    const objectIn = (cptr: number, code: number): number => {
      const slot = kernel.bySlot.get(kernel.root + cptr * SLOT_SIZE);
      return slot?.code === code ? slot.object : 0;
    };
    this.#names.set(kernel.root, `CSpace of the ${EXECUTIVE}`);
    for (const process of processes) {
      const { id, cnode, vspace, threads } = process;
      const name = processName(process);
      this.#processes.set(id, name);
      const give = (address: number, words: string): void => {
        if (address === 0) return;
        this.#names.set(address, words);
        this.#owners.set(address, id);
      };
      give(objectIn(cnode, CAP_CNODE), `CSpace of ${name}`);
      give(objectIn(vspace, CAP_PAGE_DIRECTORY), `page directory of ${name}`);
      for (const { id: thread, tcb } of threads)
        give(objectIn(tcb, CAP_THREAD), `thread ${thread} of ${name}`);
    }
    this.#nameByHolders(kernel, processes);
  }

  object(address: number): string {
    return this.#names.get(address) ?? '';
  }

  owner(address: number): number {
    return this.#owners.get(address) ?? 0;
  }

  process(id: number): string {
    return this.#processes.get(id) ?? '';
  }

  holder({ holder, index }: KernelSlot): string {
    if (holder === 0) return `interrupt line ${index}`;
    if (holder === this.#root) return EXECUTIVE;
    const name = this.object(holder);
    if (name.startsWith('CSpace of ')) return name.slice('CSpace of '.length);
    return `${name || 'a thread'} (${TCB_SLOTS[index] ?? index})`;
  }

  /** Endpoints and notifications are known by whom the Executive gave them to, and what for. */
  #nameByHolders(kernel: KernelObjects, processes: readonly ProcessInformation[]): void {
    const notes = new Map(processes.map(({ id, capabilities }) => [id, capabilities]));
    for (const { code, object, holder, index } of kernel.slots) {
      if (code !== CAP_ENDPOINT && code !== CAP_NOTIFICATION) continue;
      const owner = this.owner(holder);
      if (owner === 0 || this.#names.has(object)) continue;
      const about = notes.get(owner)?.find(({ slot }) => slot === index)?.about ?? '';
      const words =
        code === CAP_ENDPOINT
          ? `the ${EXECUTIVE}'s endpoint`
          : `${about || 'a notification'} of ${this.process(owner)}`;
      this.#names.set(object, words);
    }
    const executive = kernel.threads.find(({ cspace }) => cspace === kernel.root);
    if (!executive) return;
    this.#names.set(executive.at, `thread of the ${EXECUTIVE}`);
    this.#names.set(executive.vspace, `page directory of the ${EXECUTIVE}`);
    if (executive.bound !== 0) this.#names.set(executive.bound, `the ${EXECUTIVE}'s interrupts`);
  }
}
