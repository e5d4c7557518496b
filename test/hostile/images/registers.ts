/**
 * An index that is small when it is compared, and large when it is added: any word of the kernel.
 *
 * At whichever look at the index the answer changes: what was meant for register `small` is there,
 * and what is read is from there.
 */
import { answering, attacker, tries } from '../attack.ts';

/** As a word's offset: some MiB further on in kernel memory. */
const BEHIND = 0x10_0000;
const MOST_LOOKS = 5;

export const image = attacker(({ thread }, found) => {
  for (let looks = 1; looks < MOST_LOOKS; looks++)
    for (const small of [0, 1, 2]) {
      const index = (): number => answering(...Array<number>(looks).fill(small), BEHIND + small);
      const what = `at look ${looks + 1}`;
      const mark = 0x1234_5600 + looks * 16 + small;
      thread.setMR(small, mark);
      tries(found, `getMR read elsewhere ${what}`, () => thread.getMR(index()) !== mark);
      tries(found, `setMR stored elsewhere ${what}`, () => {
        thread.setMR(index(), mark + 8);
        return thread.getMR(small) !== mark + 8;
      });
      thread.setCap(small, mark);
      tries(
        found,
        `getCapBadge read elsewhere ${what}`,
        () => thread.getCapBadge(index()) !== mark,
      );
      tries(found, `setCap stored elsewhere ${what}`, () => {
        thread.setCap(index(), mark + 8);
        return thread.getCapBadge(small) !== mark + 8;
      });
    }
  for (const index of [-1, 4e9, NaN, Infinity, -0.5, 2 ** 53])
    tries(found, `getMR(${index})`, () => thread.getMR(index) !== thread.getMR(index >>> 0));
});
