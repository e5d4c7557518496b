/**
 * A system that begins before anybody boots it: a page that is to show one need not wait for the
 * element's own code, which is as much work as the system's start and runs beside it.
 *
 *   beginAhead(asked, speed)     what `System.boot` would begin for the topology that was asked
 *                                for; resolves when its workers have all that they need of this
 *                                thread, and never rejects, since the boot says what fails
 *   takeAhead(wanted)            for the first boot: what was begun, where it is what is wanted;
 *                                another one ends
 *
 * It runs as far as it comes without its page: what it says waits (services-later.ts).
 */
import { begin, type BeginOptions, type Begun } from './begin.ts';
import type { PageServices, Topology } from './protocol.ts';
import { servicesLater } from './services-later.ts';
import { canShareMemory, prefersIsolated } from './sharing.ts';

export interface Ahead {
  /** The same as of `begin`. */
  readonly begun: Promise<Begun>;
  /** Whom its news are for from now on. */
  give(services: PageServices, onBroken: (reason: string) => void): void;
}

interface Kept extends Ahead {
  readonly topology: Topology;
  readonly speed: BeginOptions['speed'];
}

let kept: Kept | undefined;

function topologyFor(asked: string | null): Topology | undefined {
  if (asked === 'isolated') return canShareMemory() ? asked : undefined;
  return asked !== 'single' && prefersIsolated() ? 'isolated' : 'single';
}

export async function beginAhead(
  asked: string | null,
  speed: BeginOptions['speed'],
): Promise<void> {
  const topology = topologyFor(asked);
  if (!topology) return;
  const { services, give } = servicesLater();
  let broken: string | undefined;
  let onBroken = (reason: string): void => void (broken ??= reason);
  const begun = begin(
    { topology, speed, likely: true },
    () => services,
    (reason) => onBroken(reason),
  );
  kept = {
    topology,
    speed,
    begun,
    give(owner, tell) {
      onBroken = tell;
      if (broken !== undefined) tell(broken);
      give(owner);
    },
  };
  // Of a failure hears whoever takes it.
  begun.then(({ layout }) => layout).catch(() => undefined);
  // Six threads on fewer cores are not waited for: the page has its own work to do meanwhile.
  const needed = begun.then(({ code }) => (topology === 'single' ? code.begun() : undefined));
  await needed.catch(() => undefined);
}

const end = ({ begun }: Ahead): void =>
  void begun
    .then(async ({ layout, forget }) => {
      (await layout).terminate();
      forget();
    })
    .catch(() => undefined);

export function takeAhead({ topology, speed, images, drivers }: BeginOptions): Ahead | undefined {
  const found = kept;
  kept = undefined;
  if (!found) return undefined;
  if (found.topology === topology && found.speed === speed && !images && !drivers) return found;
  end(found);
  return undefined;
}
