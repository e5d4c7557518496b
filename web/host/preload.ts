/**
 * Has the code of a system come, before anybody boots it: a page that will boot one need not wait
 * for the element's own code.
 *
 *   preload(asked)   what `System.boot` would fetch; never rejects, since the boot says what fails
 */
import { loadCode, workersOf } from './code.ts';
import { kernelModule } from './kernel-module.ts';
import { canShareMemory, prefersIsolated } from './sharing.ts';

export async function preload(asked: string | null): Promise<void> {
  const isolated =
    asked === 'isolated' ? canShareMemory() : asked !== 'single' && prefersIsolated();
  const code = loadCode(workersOf(isolated ? 'isolated' : 'single'));
  await Promise.allSettled([kernelModule(), code]);
}
