/** Models of the port mailbox (models.mjs says what an entry is). */
import { BUS, SMALL_BUS, only, scenarioOf, server } from './parts.mjs';

export const BUS_MODELS = {
  'bus: posted writes keep their order, and a read sees them': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    agents: { server, client: { main: 'use', args: [0, 1, 3] } },
    ends: { client: ['got 3 0'], server: ['write 1 1; write 1 2; write 1 3; read 1'] },
    faults: {
      'the bit is set before the entry counts': {
        [BUS]: [
          ['    or(words, PENDING, bit);\n', ''],
          [
            '    posted = (posted + 1) | 0;\n',
            '    posted = (posted + 1) | 0;\n    or(words, PENDING, bit);\n',
          ],
        ],
        seen: /^stuck/,
      },
      'the server says that it sleeps only when it does': {
        [BUS]: [['      store(words, SLEEPING, 1);\n      wait(', '      wait(']],
        seen: /^stuck/,
      },
      'a ring takes one entry too many': {
        [BUS]: [
          [
            'if (((posted - served) | 0) < RING) break;',
            'if (((posted - served) | 0) <= RING) break;',
          ],
        ],
        seen: /./,
      },
      'the answer is numbered before it is there': {
        [BUS]: [
          ['        store(words, base + ANSWER, value);\n', ''],
          [
            '        store(words, base + ANSWERED, served);\n',
            '        store(words, base + ANSWERED, served);\n        store(words, base + ANSWER, value);\n',
          ],
        ],
        seen: /^wrong/,
      },
      'a client does not say that it waits': {
        [BUS]: [['    store(words, base + WAITING, 1);\n', '']],
        seen: /^stuck/,
      },
      'the bits are cleared after the rings were served': {
        [BUS]: [
          ['exchange(words, PENDING, 0); bits', 'load(words, PENDING); bits'],
          [
            '      return count;\n    },\n    wait(',
            '      store(words, PENDING, 0);\n      return count;\n    },\n    wait(',
          ],
        ],
        seen: /^stuck/,
      },
    },
  },
  'bus: the same where the server waits without blocking': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    agents: {
      server: { main: 'serveAsync', daemon: true },
      client: { main: 'use', args: [0, 1, 2] },
    },
    ends: only('client', ['got 2 0']),
    faults: {
      'it says that it sleeps only when it does': {
        [BUS]: [['      store(words, SLEEPING, 1);\n      const end', '      const end']],
        seen: /^stuck/,
      },
    },
  },
  'bus: two clients': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    agents: {
      server,
      client: { main: 'post', args: [0, 1] },
      other: { main: 'use', args: [1, 2, 0] },
    },
    ends: only('other', ['got 20 0']),
    faults: {
      'one bit for all': {
        [BUS]: [['const bit = 1 << client;', 'const bit = 1;']],
        seen: /^stuck/,
      },
      'a bit hides the others': {
        [BUS]: [['or(words, PENDING, bit);', 'store(words, PENDING, bit);']],
        seen: /^(stuck|wrong)/,
      },
    },
  },
  'bus: an answer that is late is never taken for another': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    timeouts: 1,
    agents: { server, client: { main: 'read', args: [0, 2] } },
    ends: only(
      'client',
      ['got 10', 'got 20'],
      ['got 4294967295', 'got 20'],
      ['got 10', 'got 4294967295'],
    ),
    faults: {
      'any answer is taken': {
        [BUS]: [['if (answered === number)', 'if (answered !== 0)']],
        seen: /./,
      },
    },
  },
  'bus: the server dies at any step': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    timeouts: 'death',
    agents: { server: { ...server, mortal: true }, client: { main: 'use', args: [0, 1, 3] } },
    ends: { client: ['got 3 0', 'got 4294967295 1', 'got 4294967295 2'] },
    faults: {
      'a client waits for ever': {
        [BUS]: [['wait(words, index, old, left);', 'wait(words, index, old);']],
        seen: /^stuck/,
      },
    },
  },
  'bus: a client dies at any step, and another worker takes its number': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    agents: {
      server,
      client: { main: 'post', args: [0, 1], mortal: true },
      next: { main: 'use', args: [0, 2, 0] },
    },
    ends: only('next', ['got 20 0']),
    faults: {
      'the server says that it sleeps only when it does': {
        [BUS]: [['      store(words, SLEEPING, 1);\n      wait(', '      wait(']],
        seen: /^stuck/,
      },
    },
  },
  'bus: a client lives on, writing, when another worker takes its number': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    agents: {
      server,
      client: { main: 'outlive', args: [0, 1] },
      next: { main: 'follow', args: [0, 2] },
    },
    ends: { client: ['late 0'], next: ['got 20; late 0'] },
    faults: {
      'both have one ring': {
        [BUS]: [['RINGS + (life & 1) * RING_WORDS', 'RINGS']],
        seen: /./,
      },
    },
  },
  'bus: a client lives on, reading, when another worker takes its number': {
    module: scenarioOf('bus'),
    constants: SMALL_BUS,
    agents: {
      server,
      client: { main: 'outlive', args: [0, 2] },
      next: { main: 'follow', args: [0, 1] },
    },
    ends: { client: ['got 20; late 0'], next: ['late 0'] },
    faults: {
      'the older ring is not served any more': {
        [BUS]: [['        count += serveRing(ringOf(client, life + 1));\n', '']],
        seen: /^stuck/,
      },
    },
  },
};
