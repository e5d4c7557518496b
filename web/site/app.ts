/**
 * What makes the site an app. It can wait until the first prompt is here, and comes then: the first
 * load does not carry it.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { takeLaunched } from './launched.ts';
import { keepOffline } from './offline.ts';
import { setUpShortcuts } from './shortcuts.ts';
import { spareKept } from './spare.ts';
import { showSourceOfLink } from './source-link.ts';

export function setUpApp(machine: NeptuneOs, showSource: (path: string) => Promise<boolean>): void {
  takeLaunched(machine);
  keepOffline();
  setUpShortcuts(machine);
  spareKept(machine);
  const offer = document.querySelector<HTMLElement>('#offer');
  if (offer && /[#&]r=/.test(location.hash))
    import('./recorded.ts')
      .then(({ offerRecording }) => offerRecording(machine, offer))
      .catch((error: unknown) =>
        machine.say('The recording of this link cannot be shown: its code did not come.', error),
      );
  showSourceOfLink(machine, showSource);
}
