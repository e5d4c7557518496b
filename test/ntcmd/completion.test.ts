/** Tab in the line editor: candidates one after the other. What they are, a system tells. */
import { assert } from 'chai';
import { LineEditor } from '../../personality/ntcmd/editor.ts';

const TAB = '\t';
const BACK = '\x1b[Z';
const LEFT = '\x1b[D';
const WORDS = ['DOCS', '"My files"', 'NOTES.TXT'];

/** What the line is when `keys` were typed; a shell of nothing but WORDS behind the last blank. */
function typed(keys: string, words: readonly string[] = WORDS): { line: string; echo: string } {
  const editor = new LineEditor();
  let echo: string = editor.start('A:\\>');
  editor.feed(new TextEncoder().encode(`${keys}\r`));
  for (;;) {
    const answer = editor.next();
    echo += answer.echo;
    if (answer.line !== undefined) return { line: answer.line, echo };
    if (!answer.wish) throw new Error('no line');
    const before = answer.wish.text.replace(/\S*$/, '');
    echo += editor.offer({ before, words }, answer.wish);
  }
}

suite('ntcmd/completion', () => {
  test('Tab goes forward and round, Shift-Tab backwards', () => {
    assert.equal(typed(`cd ${TAB}`).line, 'cd DOCS');
    assert.equal(typed(`cd x${TAB}${TAB}`).line, 'cd "My files"');
    assert.equal(typed(`cd ${TAB.repeat(4)}`).line, 'cd DOCS');
    assert.equal(typed(`cd ${BACK}`).line, 'cd NOTES.TXT');
    assert.equal(typed(`cd ${TAB}${BACK}`).line, 'cd NOTES.TXT');
    assert.equal(typed(`cd ${BACK}${BACK}${TAB}`).line, 'cd NOTES.TXT');
  });

  test('another key takes what is there; then Tab begins anew, before the cursor', () => {
    assert.equal(typed(`copy ${TAB} ${TAB}${TAB}`).line, 'copy DOCS "My files"');
    assert.equal(typed(`a b${LEFT}${LEFT}${TAB}`).line, 'DOCS b');
  });

  test('without a candidate the line stays, and it rings', () => {
    const { line, echo } = typed(`cd x${TAB}`, []);
    assert.equal(line, 'cd x');
    assert.include(echo, '\x07');
  });
});
