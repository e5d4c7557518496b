/** whoami and icacls, with what a client of the real Executive is told. */
import { assert } from 'chai';
import { icacls, whoami } from '../../personality/ntcmd/commands/security.ts';
import type { Shell } from '../../personality/ntcmd/context.ts';
import { inClient } from '../ntos/core-client.ts';

suite('ntcmd/security', () => {
  test('who one is, and who may what', () =>
    inClient(async (process) => {
      let output = '';
      const write = async (text: string) => void (output += text);
      const shell = { process, console: { write } } as unknown as Shell;
      const run = async (command: typeof whoami, names: string[], ...switches: string[]) => {
        output = '';
        await command.run(shell, { names, switches: new Set(switches), text: '' });
        return output;
      };
      assert.equal(await run(whoami, []), 'NEPTUNE\\Administrator\n');
      const groups = await run(whoami, [], 'groups');
      assert.match(groups, /^BUILTIN\\Administrators +enabled$/m);
      assert.match(groups, /^S-1-5-5-0-\d+ +enabled$/m);
      const privileges = await run(whoami, [], 'priv');
      assert.match(privileges, /^SeDebugPrivilege +enabled$/m);
      assert.match(privileges, /^SeBackupPrivilege +disabled$/m);
      const root = 'O:BAG:SYD:(A;;0xf000f;;;SY)(A;;0xf000f;;;BA)(A;;0xf000f;;;SU)';
      const list = await run(icacls, ['\\']);
      assert.include(list, root);
      assert.include(list, '(A;;0x20003;;;WD)(A;;0x20003;;;RC)');
    }));
});
