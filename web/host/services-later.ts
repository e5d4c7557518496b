/**
 * The page's services of a system that has no owner yet: what the system tells meanwhile waits, in
 * order.
 *
 *   servicesLater()        `services` for the workers, and `give` for whoever takes the system
 */
import { NOTES } from './notes.ts';
import type { PageServices } from './protocol.ts';

type Call = (owner: PageServices) => unknown;

export interface ServicesLater {
  readonly services: PageServices;
  /** Tells it what was held back, and all else from then on. */
  give(owner: PageServices): void;
}

export function servicesLater(): ServicesLater {
  const held: Call[] = [];
  let owner: PageServices | undefined;
  const call = (made: Call): unknown => {
    if (owner) return made(owner);
    return new Promise((resolve, reject) => {
      held.push((late) => Promise.resolve(made(late)).then(resolve, reject));
    });
  };
  const services = NOTES.map((name) => [
    name,
    (...values: unknown[]) =>
      call((to) => (to[name] as (...given: unknown[]) => unknown)(...values)),
  ]);
  return {
    services: Object.fromEntries(services) as unknown as PageServices,
    give(to) {
      owner = to;
      for (const made of held.splice(0)) made(to);
    },
  };
}
