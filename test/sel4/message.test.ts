/** The message info word against libsel4's 32-bit layout. */
import { assert } from 'chai';
import {
  MessageInfo_get_capsUnwrapped,
  MessageInfo_get_extraCaps,
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  MessageInfo_set_label,
} from '../../personality/sel4/message.ts';

suite('sel4/message', () => {
  test('fields are where libsel4 has them', () => {
    assert.equal(MessageInfo_new(1, 0, 0, 0), 0x1000);
    assert.equal(MessageInfo_new(0, 1, 0, 0), 0x200);
    assert.equal(MessageInfo_new(0, 0, 1, 0), 0x80);
    assert.equal(MessageInfo_new(0, 0, 0, 120), 120);
  });

  test('what goes in comes out, unsigned', () => {
    const info = MessageInfo_new(0xfffff, 5, 3, 119);
    assert.isAbove(info, 0);
    assert.equal(MessageInfo_get_label(info), 0xfffff);
    assert.equal(MessageInfo_get_capsUnwrapped(info), 5);
    assert.equal(MessageInfo_get_extraCaps(info), 3);
    assert.equal(MessageInfo_get_length(info), 119);
  });

  test('a field that is too large does not reach its neighbour', () => {
    assert.equal(MessageInfo_new(0, 8, 4, 128), 0);
    const info = MessageInfo_set_label(MessageInfo_new(7, 1, 2, 3), 0xabcde);
    assert.equal(info, MessageInfo_new(0xabcde, 1, 2, 3));
  });
});
