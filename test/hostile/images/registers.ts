/** An index that is small when it is compared and large when it is added: any word of the kernel. */
import { answering, attacker, tries } from '../attack.ts';

const BEHIND = 0x10_0000;

export const image = attacker(({ thread }, found) => {
  for (let i = 0; i < 4; i++) thread.setMR(i, 0x1234_5600 + i);
  for (const small of [0, 1, 2, 3])
    for (let turn = 1; turn < 5; turn++) {
      const index = (): number => answering(...Array<number>(turn).fill(small), BEHIND + small);
      const own = 0x1234_5600 + small;
      tries(found, `getMR after ${turn} answers`, () => {
        const read = thread.getMR(index());
        return read !== own && read !== 0;
      });
      tries(found, `getCapBadge after ${turn} answers`, () => {
        const honest = thread.getCapBadge(small % 3);
        return thread.getCapBadge(answering(...Array<number>(turn).fill(small % 3), BEHIND)) !== honest;
      });
    }
  // A word in the middle of kernel memory that nobody uses, written and read by both ways.
  tries(found, 'setMR reached a far word', () => {
    thread.setMR(answering(0, 0, BEHIND), 0x7777_7777);
    return thread.getMR(answering(0, 0, BEHIND)) === 0x7777_7777 && thread.getMR(0) !== 0x7777_7777;
  });
  tries(found, 'setCap reached a far word', () => {
    thread.setCap(answering(0, 0, BEHIND), 0x6666_6666);
    return thread.getCapBadge(answering(0, 0, BEHIND)) === 0x6666_6666 &&
      thread.getCapBadge(0) !== 0x6666_6666;
  });
  for (const index of [-1, 4e9, NaN, Infinity, -0.5, 2 ** 53])
    tries(found, `getMR(${index})`, () => thread.getMR(index) !== thread.getMR(index >>> 0));
});
