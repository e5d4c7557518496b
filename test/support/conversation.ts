/**
 * What is typed at a rig's terminal, and what it shows then.
 *
 *   const talk = converse(() => rig)
 *   await talk.type('dir\r')    what was shown since the last call, once it ends with a prompt, or
 *                               matches what is given
 *   talk.skip()                 what was shown until now is none of its
 */
import type { Rig } from './rig.ts';

const WAIT_MS = 15_000;
const PROMPT = /[\r\n][A-Z]:\\[^\r\n]*>$/;

export interface Conversation {
  type(text: string, until?: RegExp): Promise<string>;
  skip(): void;
}

export function converse(rig: () => Rig): Conversation {
  let seen = 0;
  const skip = (): void => {
    seen = rig().screen().length;
  };
  const shown = (): string => rig().screen().slice(seen);
  return {
    skip,
    async type(text, until = PROMPT) {
      if (text !== '') rig().type(text);
      const start = performance.now();
      while (!until.test(shown())) {
        if (performance.now() - start > WAIT_MS)
          throw new Error(`no ${String(until)}: ${JSON.stringify(shown().slice(-500))}`);
        await new Promise((later) => setTimeout(later, 5));
      }
      const found = shown();
      skip();
      return found;
    },
  };
}
