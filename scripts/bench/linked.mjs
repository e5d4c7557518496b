/**
 * Puts the linked stack together (test/bench/fs/linked/README.md): the modules that it stands for
 * are taken from there.
 *
 *   linkedPlugin()   for Vite
 */
import { dirname, join, resolve } from 'node:path';
import { ROOT } from '../process.mjs';

const FOLDER = join(ROOT, 'test/bench/fs/linked');

/** The module that is replaced, and by which. */
const STANDS_FOR = {
  'personality/ntdll/call.ts': 'call.ts',
  'personality/ntos/ke/dispatch.ts': 'dispatch.ts',
  'personality/ntos/ke/loop.ts': 'loop.ts',
  'personality/rtl/packets.ts': 'packets.ts',
  'personality/sel4/invocations.ts': 'invocations.ts',
  'personality/sel4/syscalls.ts': 'syscalls.ts',
  'personality/wdm/kernel-transport.ts': 'transport.ts',
};

const replaced = new Map(
  Object.entries(STANDS_FOR).map(([from, to]) => [join(ROOT, from), join(FOLDER, to)]),
);

export function linkedPlugin() {
  return {
    name: 'neptune-linked',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!importer || !source.startsWith('.')) return null;
      // What stands for a module may use it.
      if (dirname(importer) === FOLDER) return null;
      return replaced.get(resolve(dirname(importer), source)) ?? null;
    },
  };
}
