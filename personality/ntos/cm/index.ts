/**
 * The configuration manager (NT: Cm): the registry.
 *
 *   createCm(needs)   makes `\Registry` and its hives, registers the services
 *
 * From below: `key` holds keys and values, `hivewrite` and `hiveread` turn them into bytes and
 * back, `kept` keeps two hives in the machine's battery-backed memory, `system` makes a third one
 * anew at each boot; `walk` finds keys by name, `keyobject` is what handles lead to, and the rest
 * is services. Guide: docs/registry.md.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../rtl/status.ts';
import type { KeptHives } from './kept.ts';
import { Budget, Hive, type Key, place } from './key.ts';
import { KeyObject } from './keyobject.ts';
import { registerOpenKey } from './openkey.ts';
import { codePageOf, driverOf, driversOf, makeSystem } from './system.ts';
import type { CmContext } from './context.ts';
import type { CmNeeds } from './needs.ts';
import type { Cm } from './types.ts';
import { registerValueServices } from './valueservices.ts';

/** Bytes that each may take; the kept ones fit together into one place of the memory. */
const SOFTWARE = 64 << 10;
const USER = 48 << 10;
const SYSTEM = 512 << 10;
const VOLATILE = 256 << 10;

export interface CmCore extends Cm {
  readonly context: CmContext;
  /** What keeps two hives comes with the rest of the Executive (ke/rest.ts). */
  complete(Kept: typeof KeptHives): void;
}

export function createCm(needs: CmNeeds): CmCore {
  const volatiles = new Budget(VOLATILE);
  const hive = (name: string, limit: number): Hive => new Hive({ name, limit, volatiles });
  const master = new Hive({ name: 'Registry', limit: 0, volatiles, volatile: true });
  const { root } = master;
  const under = (parent: Key, name: string): Key => {
    const { root: key } = new Hive({ name, limit: 0, volatiles, volatile: true });
    place(parent, key);
    return key;
  };
  const machine = under(root, 'Machine');
  const user = under(root, 'User');
  const [system, software, own] = [
    hive('System', SYSTEM),
    hive('Software', SOFTWARE),
    hive('.Default', USER),
  ];
  place(machine, system.root);
  place(machine, software.root);
  place(user, own.root);
  const keepers = { Software: software, '.Default': own };
  let kept: KeptHives | undefined;
  // Whoever comes to one of them waits for what brings them.
  for (const each of Object.values(keepers))
    each.load = async () => {
      const status = await needs.rest.have();
      if (!NT_SUCCESS(status)) throw new NtException(status);
      await each.load?.();
    };
  const context: CmContext = { needs, root, volatiles, system };
  makeSystem(system, needs.options.drivers, needs.ke.systemTime());
  const object = new KeyObject(root);
  const status = needs.ob.insert('\\Registry', object, true);
  if (status !== Status.STATUS_SUCCESS) throw new Error('boot: \\Registry cannot be made');
  registerOpenKey(context);
  registerValueServices(context);
  return {
    context,
    complete: (Kept) => void (kept = new Kept(needs, keepers)),
    driver: (name) => driverOf(system, name),
    drivers: () => driversOf(system),
    codePage: () => codePageOf(system),
    flush: () => kept?.flush() ?? Promise.resolve(Status.STATUS_SUCCESS),
  };
}
