import { assert } from 'chai';
import { commands } from '../../personality/ntcmd/commands/index.ts';
import { helpOf, synopsisOf } from '../../personality/ntcmd/usage.ts';

suite('ntcmd/usage', () => {
  test('each switch has a line, and an error shows the words to type alone', () => {
    const usage = 'undo [path] [/list] [/to:place]    /list: what, and when, /to: brings it there';
    assert.equal(synopsisOf(usage), 'undo [path] [/list] [/to:place]');
    assert.equal(
      helpOf({ summary: 'Undoes.', usage }),
      'Undoes.\n\n  undo [path] [/list] [/to:place]\n\n' +
        '    /list  what, and when\n    /to    brings it there\n',
    );
    assert.equal(helpOf({ summary: 'Ends.', usage: 'end' }), 'Ends.\n\n  end\n');
  });

  test('words that are of no switch come first', () => {
    const help = helpOf({
      summary: '',
      usage: 'del [/q] file    wildcards work; /q: without asking',
    });
    assert.match(help, /\n {4}wildcards work\n {4}\/q {2}without asking\n$/);
  });

  test('nothing of what any command says of itself is lost', () => {
    for (const { usage, ...command } of new Set(commands.values())) {
      const letters = (text: string): string => text.replace(/[^a-z0-9]/gi, '');
      assert.include(letters(helpOf({ ...command, usage })), letters(usage), usage);
    }
  });
});
