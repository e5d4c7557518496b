/**
 * Who pays for a process: its own block, its family's, and the pool that this is part of.
 *
 * A client that the system starts (a boot image or the host does it) is the root of a new family;
 * what it makes, and what that makes, belongs to the same family and is charged to it in sum, so
 * that forking gets nobody more. A driver or system process is charged to the pool of systems; the
 * children of a driver are clients of the driver's family.
 *
 * A family lives as long as one of its processes. Then its lasting objects go: directories and
 * links without a handle. What a system process names stays.
 *
 *   new Quotas(ramBytes)
 *   quotas.enter(kind, maker)    a status; the new process's block and family, its base charged
 *   quotas.leave(...)            it has ended: the base goes, and the family with its last process
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { Process } from './types.ts';
import type { ObObject } from '../ob/types.ts';
import { QuotaBlock } from './quota.ts';
import { type Amounts, amounts, type ProcessKind, resources, ROOTS } from './quotatable.ts';

/** Below are NT's own: LocalSystem's is 0x3e7. */
const FIRST_LOGON = 0x1000;

export interface Family {
  /** Charged for clients of the family. */
  readonly block: QuotaBlock;
  /** Objects with a name that stays when their handles are closed. */
  readonly lasting: Set<ObObject>;
  /** Processes that have not ended. */
  living: number;
  /** Its logon: the last part of the logon SID of its tokens. */
  readonly logon: number;
}

export interface Membership {
  readonly kind: ProcessKind;
  readonly quota: QuotaBlock;
  readonly family: Family;
}

function times(factor: number, list: Amounts): Amounts {
  const entries = resources.map((name) => [name, factor * list[name]]);
  return Object.fromEntries(entries) as unknown as Amounts;
}

export class Quotas {
  /** All clients together. */
  readonly clients: QuotaBlock;
  /** Drivers and system processes together. */
  readonly systems: QuotaBlock;
  readonly #ramBytes: number;
  #logons = FIRST_LOGON;

  constructor(ramBytes: number) {
    this.#ramBytes = ramBytes;
    const reserved = times(ROOTS, this.#column('base'));
    this.clients = new QuotaBlock({ limits: this.#column('clients'), reserved });
    this.systems = new QuotaBlock({ limits: this.#column('systems') });
  }

  enter(
    kind: ProcessKind,
    maker: Pick<Process, 'kind' | 'family'> | undefined,
  ): { status: number; member?: Membership } {
    const isRoot = kind !== 'client' || !maker || maker.kind === 'system';
    const family = isRoot ? this.#newFamily() : maker.family;
    const limits = this.#column(kind);
    const quota =
      kind === 'client'
        ? new QuotaBlock({ limits, parent: family.block, base: this.#column('base') })
        : new QuotaBlock({ limits, parent: this.systems });
    let status = quota.takeBase(isRoot);
    if (status === Status.STATUS_SUCCESS) status = quota.charge('processes', 1);
    if (status !== Status.STATUS_SUCCESS) {
      quota.dropBase();
      return { status };
    }
    family.living++;
    return { status, member: { kind, quota, family } };
  }

  /** Objects of the family that are nobody's any more; they are forgotten here. */
  leave({ kind, quota, family }: Membership): ObObject[] {
    quota.dropBase();
    if (--family.living > 0 || kind === 'system') return [];
    const orphans = [...family.lasting];
    family.lasting.clear();
    return orphans;
  }

  #newFamily(): Family {
    const block = new QuotaBlock({ limits: this.#column('family'), parent: this.clients });
    return { block, lasting: new Set(), living: 0, logon: ++this.#logons };
  }

  #column(column: Parameters<typeof amounts>[0]): Amounts {
    return amounts(column, this.#ramBytes);
  }
}
