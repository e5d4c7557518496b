/** The same commands in both topologies, through the same host that a page uses. */
import { System } from '../../web/host/system.ts';
import type { Topology } from '../../web/host/protocol.ts';
import { commandSuite } from './commands.suite.ts';

for (const topology of ['single', 'isolated'] satisfies Topology[]) {
  commandSuite(`system/commands in topology ${topology}`, async (disk) => {
    const system = await System.boot({ topology });
    await system.insert(0, disk);
    return {
      exec: (line) => system.ask({ op: 'exec', line }),
      readFile: (path) => system.ask({ op: 'readFile', path }),
      writeFile: async (path, data) => {
        await system.ask({ op: 'writeFile', path, data });
      },
      list: (path) => system.ask({ op: 'list', path }),
      async export() {
        await system.ask({ op: 'flush', drive: 'A:' });
        return (await system.image(0))!;
      },
      end: () => Promise.resolve(system.terminate()),
    };
  });
}
