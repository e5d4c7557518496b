/**
 * What the machine's worker does for ever: serves accesses, lets time pass, sleeps.
 *
 * After an access it looks for the next one for a short while, since a driver seldom makes only
 * one; then it sleeps until a client posts, the machine's next event is due, or `rouse` says that
 * the page has changed something. Whether the browser can wait without blocking or not, the event
 * loop gets a turn every few milliseconds: the page's messages come by it.
 *
 *   runMachine(parts)    never ends
 *
 * Guide: docs/protocols.md.
 */

/** How long to look for another access before sleeping. */
const LINGER_MS = 0.05;
/** The event loop gets a turn at least this often. */
const TURN_MS = 5;
const LONGEST_SLEEP_MS = 1000;
/** Where a wait blocks the worker, and so the page's messages. */
const LONGEST_BLOCK_MS = 1;

export interface MachineParts {
  readonly server: {
    serveOnce(): number;
    wait(milliseconds: number): void;
    waitAsync(milliseconds: number): Promise<boolean>;
  };
  /** Moves time on; microseconds until the next event, undefined if there is none. */
  tick(): number | undefined;
  nextTurn(): Promise<void>;
  now(): number;
}

export async function runMachine({ server, tick, nextTurn, now }: MachineParts): Promise<never> {
  let turn = now();
  let active = turn;
  for (;;) {
    const served = server.serveOnce();
    const next = tick();
    let time = now();
    if (served > 0 || next === 0) active = time;
    if (time - turn > TURN_MS) {
      await nextTurn();
      turn = now();
    } else if (time - active > LINGER_MS) {
      const sleep = Math.min((next ?? Infinity) / 1000, LONGEST_SLEEP_MS);
      const turned = await server.waitAsync(sleep);
      if (!turned) server.wait(Math.min(sleep, LONGEST_BLOCK_MS));
      time = now();
      if (turned) turn = time;
      active = time;
    }
  }
}
