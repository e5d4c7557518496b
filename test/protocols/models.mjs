/**
 * The models: what is tried in every order, what must hold, and the faults that must be seen.
 *
 * An entry of MODELS: a scenario (checker/explore.mjs), `ends` (what each agent may have observed
 * at an end), and `faults`: by name, edits of the protocol's code, each of which must make the
 * checker find a violation; `seen` says what kind.
 */
const scenarioOf = (name) => `test/protocols/scenarios/${name}.ts`;
const ABI = 'kernel-as/abi.ts';
const BUS = 'personality/sel4/bus.ts';
const IDLE = 'personality/sel4/idle.ts';
const INCARNATION = 'personality/sel4/incarnation.ts';
const LAYOUT = 'kernel-as/layout.ts';
const LOOP = 'web/host/machine-loop.ts';
const MAILBOX = 'personality/sel4/mailbox.ts';
const TRACE = 'personality/sel4/trace.ts';

/** Small enough that every order can be tried. Spinning is one look. */
const SMALL_BUS = { [BUS]: { RING: 2, TURNS: 1, SPIN_US: 0 }, [ABI]: { MAX_PROCESSORS: 2 } };
const SMALL_IDLE = { [IDLE]: { TURNS: 1, SPIN_MS: -1 } };

const server = { main: 'serve', daemon: true };
const worker = (...args) => ({ main: 'serve', args, daemon: true });

const MAILBOXES = {
  // The loaded program does nothing: how its processor idles is another model.
  edits: {
    'personality/sel4/image.ts': [["policy === 'yield' ? 'yield' : 'block'", "'local'"]],
  },
  module: scenarioOf('mailbox'),
  plain: ['personality/sel4/errors.ts'],
  replaced: {
    'personality/sel4/kernel.ts': scenarioOf('fake-kernel'),
    'personality/sel4/room.ts': scenarioOf('fake-room'),
    'personality/sel4/thread.ts': scenarioOf('fake-thread'),
  },
  constants: { [ABI]: { MAX_PROCESSORS: 2 } },
};

const only = (agent, ...allowed) => ({ [agent]: allowed.map((log) => log.join('; ')) });

export const MODELS = {
  'mailbox: a request is answered once': {
    ...MAILBOXES,
    agents: { root: { main: 'loadEach', args: ['a'] }, worker: worker(1) },
    ends: only('root', ['loaded 1 1 ', 'nothing']),
    faults: {
      'the state is read a second time to wait for its change': {
        [MAILBOX]: [['onChange(word, change);', 'onChange(load(words, at), change);']],
        seen: /^stuck/,
      },
      'the request is published before it is written': {
        [MAILBOX]: [
          ['const claimed = word - SPARE + CLAIMED;', 'const claimed = word - SPARE + REQUESTED;'],
        ],
        seen: /^race/,
      },
      'nobody is told of the request': {
        [MAILBOX]: [['        notify(words, at);\n', '']],
        seen: /^stuck/,
      },
      'the root task is interrupted before there is an answer': {
        'personality/sel4/processor.ts': [
          [
            "if (mailbox.answer(true, '')) interrupt(PLATFORM_IRQ);",
            "interrupt(PLATFORM_IRQ); mailbox.answer(true, '');",
          ],
        ],
        seen: /^stuck/,
      },
      'an answer stays where it was': {
        [MAILBOX]: [
          ['const told = word - state + (loaded ? TAKEN : SPARE);', 'const told = word;'],
        ],
        seen: /^wrong/,
      },
    },
  },
  'mailbox: a processor that failed is spare again': {
    ...MAILBOXES,
    agents: { root: { main: 'loadEach', args: ['Ab'] }, worker: worker(1) },
    ends: only('root', ['failed 1 1 AA', 'loaded 1 2 ', 'nothing']),
    faults: {
      'it looks for no further request': {
        'personality/sel4/processor.ts': [
          ['      lookForRequest();\n      return;', '      return;'],
        ],
        seen: /^stuck/,
      },
      'it is spare before its reason was read': {
        [MAILBOX]: [
          [
            'const answered = mine + (loaded ? LOADED : FAILED);',
            'const answered = mine + (loaded ? LOADED : SPARE);',
          ],
        ],
        seen: /^(stuck|wrong|race)/,
      },
    },
  },
  'mailbox: a worker dies at any step, and its successor is asked': {
    ...MAILBOXES,
    timeouts: 'death',
    agents: {
      root: { main: 'insist' },
      worker: { ...worker(1), mortal: true },
      next: { main: 'succeed', args: [1], daemon: true },
    },
    ends: only('root', ['none'], ['loaded 1 1 '], ['nothing', 'loaded 1 2 ']),
    faults: {
      'the state is read a second time to wait for its change': {
        [MAILBOX]: [['onChange(word, change);', 'onChange(load(words, at), change);']],
        seen: /^stuck/,
      },
    },
  },
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
        [BUS]: [['      store(words, SLEEPING, 1);\n      await', '      await']],
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
  'idle: no wake-up is lost, blocking': {
    module: scenarioOf('idle'),
    constants: SMALL_IDLE,
    agents: {
      processor: { main: 'block', args: [2] },
      one: { main: 'make', args: [1] },
      other: { main: 'make', args: [1] },
    },
    ends: only('processor', ['ran all']),
    faults: {
      'the word is read again before sleeping': {
        [IDLE]: [
          [
            '      wait(words, wakeWord, seen);',
            '      wait(words, wakeWord, load(words, wakeWord));',
          ],
        ],
        seen: /^stuck/,
      },
      'it does not say that it sleeps': {
        [IDLE]: [['      or(words, sleepingWord, sleeper);\n      wait(', '      wait(']],
        seen: /^stuck/,
      },
    },
  },
  'idle: no wake-up is lost where the event loop turns': {
    module: scenarioOf('idle'),
    constants: SMALL_IDLE,
    agents: {
      processor: { main: 'loop', args: [2] },
      one: { main: 'make', args: [1] },
      other: { main: 'make', args: [1] },
    },
    ends: only('processor', ['ran all']),
    faults: {
      'the word is looked at before it says that it sleeps': {
        [IDLE]: [
          [
            '    arm(seen: number): boolean {\n      or(words, sleepingWord, sleeper);\n',
            '    arm(seen: number): boolean {\n',
          ],
          [
            '      armed = true;\n',
            '      armed = true;\n      or(words, sleepingWord, sleeper);\n',
          ],
          [
            'const result = waitAsync(words, wakeWord, seen);',
            'const result = waitAsync(words, wakeWord, load(words, wakeWord));',
          ],
        ],
        seen: /^stuck/,
      },
      'a wait that has ended counts as outstanding': {
        [IDLE]: [['    armed = false;\n    wake();', '    wake();']],
        seen: /^(stuck|wrong)/,
      },
    },
  },
  'idle: a worker that was released wakes late, beside its successor': {
    module: scenarioOf('idle'),
    constants: SMALL_IDLE,
    agents: {
      old: { main: 'idle', daemon: true },
      processor: { main: 'succeed' },
      other: { main: 'makeLater' },
    },
    ends: only('processor', ['ran all']),
    faults: {
      'it says so in a word for all': {
        [IDLE]: [
          [
            'or(words, sleepingWord, sleeper);\n      wait',
            'and(words, sleepingWord, 0); or(words, sleepingWord, sleeper);\n      wait',
          ],
        ],
        seen: /^stuck/,
      },
      'whoever wakes says so for all': {
        [IDLE]: [['and(words, sleepingWord, ~sleeper);', 'and(words, sleepingWord, 0);']],
        seen: /^stuck/,
      },
    },
  },
  'incarnation: who knows that its life is over enters no more': {
    module: scenarioOf('guard'),
    agents: {
      old: { main: 'enterLate', daemon: true },
      root: { main: 'end' },
      next: { main: 'succeed' },
    },
    // The successor is retired where it is as old as the worker that never joined in time.
    ends: { next: ['entered', ''] },
    faults: {},
  },
  'trace: what is believed is whole': {
    module: scenarioOf('trace'),
    constants: { [LAYOUT]: { TRACE_RECORDS: 2 } },
    agents: { writer: { main: 'write', args: [4] }, reader: { main: 'read', args: [2] } },
    faults: {
      'the record that is being written is believed': {
        [TRACE]: [['- TRACE_RECORDS + 1;', '- TRACE_RECORDS;']],
        seen: /torn/,
      },
    },
  },
  'machine: what the page does ends its sleep, and accesses are answered': {
    module: scenarioOf('machine'),
    constants: { ...SMALL_BUS, [LOOP]: { LINGER_MS: -1 } },
    agents: {
      machine: { main: 'machine', daemon: true },
      client: { main: 'client' },
      page: { main: 'page' },
    },
    ends: { client: ['got 7 0'], machine: ['tick sees 1'] },
    faults: {
      'nothing rouses it': {
        [BUS]: [['      notify(words, PENDING);\n    },\n  });', '    },\n  });']],
        seen: /^wrong/,
      },
    },
  },
};
