/**
 * The drivers that the system starts with: `start: 'system'`. The I/O manager of NT loads them
 * before the session manager runs; so it is here.
 *
 *   loadSystemDrivers(needs, load)   resolves when each is loaded, or is known not to be
 *
 * All at once: none of them opens another one's device before a program does, and each waits for
 * nothing but its own process.
 */
import { NT_SUCCESS } from '../../rtl/status.ts';
import { statusText } from '../../rtl/statustext.ts';
import type { LdrNeeds } from './needs.ts';

export async function loadSystemDrivers(
  { cm, ke }: LdrNeeds,
  load: (name: string) => Promise<number>,
): Promise<void> {
  const names = cm.drivers().filter(([, { start }]) => start === 'system');
  let left = names.length;
  if (left === 0) return;
  const over = ke.event();
  for (const [name] of names) {
    ke.spawn(`driver ${name}`, async () => {
      const status = await load(name);
      if (!NT_SUCCESS(status)) ke.log(`driver ${name}: ${statusText(status)}`);
      if (--left === 0) over.set();
    });
  }
  await over.wait();
}
