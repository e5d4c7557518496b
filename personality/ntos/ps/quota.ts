/**
 * Quota blocks: what a process is charged for what it has (NT: EPROCESS_QUOTA_BLOCK).
 *
 * A block has a limit for each resource, and a parent that is charged too: process -> family -> all
 * clients, or process -> all systems. A charge is made in all of them or in none. Whatever is
 * charged remembers its block and gives the charge back when it goes; that may be after the process
 * has ended, so a block lives as long as something is charged to it.
 *
 *   block.charge(resource, amount)        STATUS_SUCCESS, or why not (PsChargeProcessPoolQuota)
 *   block.check(resource, amount)         the same, and nothing is charged
 *   block.giveBack(resource, amount)      what was charged (PsReturnPoolQuota)
 *   block.takeBase(), block.dropBase()    what the process is sure of, at its begin and end
 *
 * A block with a base has charged it to its parents in advance: usage up to the base costs them
 * nothing more, and cannot be refused by them.
 *
 * Invariant: in every block, usage is the sum over its children of max(usage, base).
 */
import * as Status from '../../rtl/ntstatus.ts';
import { type Amounts, nothing, quotaTable, type Resource, resources } from './quotatable.ts';

export interface QuotaParts {
  readonly limits: Amounts;
  readonly parent?: QuotaBlock;
  readonly base?: Amounts;
  /** The last part of the limits, for processes that the system starts. */
  readonly reserved?: Amounts;
}

export class QuotaBlock {
  readonly parent: QuotaBlock | undefined;
  readonly limits: Amounts;
  readonly usage: Record<Resource, number> = { ...nothing };
  /** The most that was ever charged. */
  readonly peak: Record<Resource, number> = { ...nothing };
  readonly #reserved: Amounts;
  readonly #wanted: Amounts;
  #base: Amounts = nothing;

  constructor({ limits, parent, base = nothing, reserved = nothing }: QuotaParts) {
    this.limits = limits;
    this.parent = parent;
    this.#wanted = base;
    this.#reserved = reserved;
  }

  /** What `charge` would answer; nothing is charged. */
  check(resource: Resource, amount: number): number {
    const used = this.usage[resource] + amount;
    if (used > this.limits[resource]) return this.#refusal(resource);
    return this.#checkParent(resource, this.#more(resource, used));
  }

  #checkParent(resource: Resource, amount: number): number {
    if (amount === 0 || !this.parent) return Status.STATUS_SUCCESS;
    return this.parent.#checkFor(resource, amount);
  }

  #checkFor(resource: Resource, amount: number): number {
    const limit = this.limits[resource] - this.#reserved[resource];
    if (this.usage[resource] + amount > limit) return this.#refusal(resource);
    return this.#checkParent(resource, amount);
  }

  /** What the parents are charged when `used` is used. */
  #more(resource: Resource, used: number): number {
    const base = this.#base[resource];
    return Math.max(used, base) - Math.max(this.usage[resource], base);
  }

  charge(resource: Resource, amount: number): number {
    const { usage } = this;
    const used = usage[resource] + amount;
    if (used > this.limits[resource]) return this.#refusal(resource);
    const status = this.#chargeParent(resource, this.#more(resource, used), false);
    if (status !== Status.STATUS_SUCCESS) return status;
    this.#use(resource, used);
    return Status.STATUS_SUCCESS;
  }

  giveBack(resource: Resource, amount: number): void {
    const used = this.usage[resource] - amount;
    if (used < 0) throw new Error(`more ${resource} given back than was charged`);
    const base = this.#base[resource];
    const less = Math.max(this.usage[resource], base) - Math.max(used, base);
    this.usage[resource] = used;
    if (less > 0) this.parent?.giveBack(resource, less);
  }

  /** `trusted`: the system starts it, and may use what is reserved for that. */
  takeBase(trusted: boolean): number {
    const taken: Resource[] = [];
    for (const resource of resources) {
      const status = this.#chargeParent(resource, this.#unused(resource), trusted);
      if (status === Status.STATUS_SUCCESS) taken.push(resource);
      else {
        for (const each of taken) this.parent?.giveBack(each, this.#unused(each));
        return status;
      }
    }
    this.#base = this.#wanted;
    return Status.STATUS_SUCCESS;
  }

  /** What is charged beyond it stays so. */
  dropBase(): void {
    if (this.#base === nothing) return;
    this.#base = nothing;
    for (const resource of resources) {
      const unused = this.#unused(resource);
      if (unused > 0) this.parent?.giveBack(resource, unused);
    }
  }

  /** What of the base is not charged. */
  #unused(resource: Resource): number {
    return Math.max(0, this.#wanted[resource] - this.usage[resource]);
  }

  #chargeParent(resource: Resource, amount: number, trusted: boolean): number {
    if (amount === 0 || !this.parent) return Status.STATUS_SUCCESS;
    return this.parent.#chargeFor(resource, amount, trusted);
  }

  #chargeFor(resource: Resource, amount: number, trusted: boolean): number {
    const used = this.usage[resource] + amount;
    const limit = this.limits[resource] - (trusted ? 0 : this.#reserved[resource]);
    if (used > limit) return this.#refusal(resource);
    const status = this.#chargeParent(resource, amount, trusted);
    if (status === Status.STATUS_SUCCESS) this.#use(resource, used);
    return status;
  }

  #use(resource: Resource, used: number): void {
    this.usage[resource] = used;
    if (used > this.peak[resource]) this.peak[resource] = used;
  }

  /** A block without a parent stands for all that there is. */
  #refusal(resource: Resource): number {
    const { over, full } = quotaTable[resource];
    return this.parent ? over : full;
  }
}
