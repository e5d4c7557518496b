/**
 * The models: what is tried in every order, what must hold, and the faults that must be seen.
 *
 * An entry of MODELS: a scenario (checker/explore.mjs), `ends` (what each agent may have observed
 * at an end), and `faults`: by name, edits of the protocol's code, each of which must make the
 * checker find a violation; `seen` says what kind.
 */
import { BUS_MODELS } from './models-bus.mjs';
import { ABI, BUS, SMALL_BUS, only, scenarioOf } from './parts.mjs';

const IDLE = 'personality/sel4/idle.ts';
const INCARNATION = 'personality/sel4/incarnation.ts';
const LAYOUT = 'kernel-as/layout.ts';
const LOOP = 'web/host/machine-loop.ts';
const MAILBOX = 'personality/sel4/mailbox.ts';
const TRACE = 'personality/sel4/trace.ts';

/** Small enough that every order can be tried. Spinning is one look. */
const SMALL_IDLE = { [IDLE]: { TURNS: 1, SPIN_MS: -1 } };

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
  'mailbox: a worker that was taken out lives on beside its successor': {
    module: scenarioOf('lives'),
    constants: { [ABI]: { MAX_PROCESSORS: 1 } },
    agents: {
      root: { main: 'replace' },
      old: worker(true),
      next: { main: 'succeed', daemon: true },
    },
    ends: { root: ['loaded 2 '], old: ['', 'a 1'], next: ['b 2'] },
    faults: {
      'whoever answers is believed': {
        [MAILBOX]: [
          [
            'return compareExchange(words, at, word, answered) === word;',
            'store(words, at, answered);\n      return true;',
          ],
        ],
        seen: /^(stuck|wrong|exception)/,
      },
      'both lives have one place for their texts': {
        [MAILBOX]: [['(word >>> (LIFE_SHIFT + 1)) & 1', '0']],
        seen: /^race/,
      },
    },
  },
  'mailbox: a request is answered where a spare polls': {
    ...MAILBOXES,
    polling: true,
    agents: { root: { main: 'loadEach', args: ['Ab'] }, worker: worker(1) },
    ends: only('root', ['failed 1 1 AA', 'loaded 1 2 ', 'nothing']),
    faults: {
      'it looks once': {
        [MAILBOX]: [['else later(callback, POLL_MS);', '']],
        seen: /^stuck/,
      },
    },
  },
  ...BUS_MODELS,
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
            'wait(words, wakeWord, seen, waitAsync',
            'wait(words, wakeWord, load(words, wakeWord), waitAsync',
          ],
        ],
        seen: /^stuck/,
      },
      'it does not say that it sleeps': {
        [IDLE]: [['      or(words, sleepingWord, sleeper);\n      const end', '      const end']],
        seen: /^stuck/,
      },
    },
  },
  'idle: no wake-up is lost where a sleep becomes a rest': {
    module: scenarioOf('idle'),
    constants: SMALL_IDLE,
    timeouts: 2,
    agents: {
      processor: { main: 'rest', args: [2] },
      one: { main: 'make', args: [1] },
      other: { main: 'make', args: [1] },
    },
    ends: only('processor', ['ran all']),
    faults: {
      'it rests without saying that it sleeps': {
        [IDLE]: [
          [
            '    arm(seen: number): boolean {\n      or(words, sleepingWord, sleeper);\n',
            '    arm(seen: number): boolean {\n',
          ],
        ],
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
  'idle: no wake-up is lost where the event loop polls': {
    module: scenarioOf('idle'),
    constants: SMALL_IDLE,
    polling: true,
    // A turn of the event loop and a timer differ in how soon they come.
    edits: { [IDLE]: [['if (nowMs() - start < 2) macrotask(again);\n    else later', 'later']] },
    agents: {
      processor: { main: 'loop', args: [2] },
      one: { main: 'make', args: [1] },
      other: { main: 'make', args: [1] },
    },
    ends: only('processor', ['ran all']),
    faults: {
      'it looks for a change from what is there when it begins to look': {
        [IDLE]: [
          ['poll(seen, nowMs());', 'poll(load(words, wakeWord), nowMs());'],
          [
            '      if (load(words, wakeWord) !== seen) {\n        awake();\n        return false;\n      }\n',
            '',
          ],
        ],
        seen: /^stuck/,
      },
      'it looks once': {
        [IDLE]: [['later(again, 4);', '']],
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
            'or(words, sleepingWord, sleeper);\n      const end',
            'and(words, sleepingWord, 0); or(words, sleepingWord, sleeper);\n      const end',
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
  'incarnation: a worker that had joined enters no more when it was taken out': {
    module: scenarioOf('guard'),
    agents: {
      old: { main: 'enterKnown', daemon: true },
      root: { main: 'endJoined' },
      next: { main: 'succeed' },
    },
    ends: { old: [''], next: ['entered'] },
    faults: {
      'an entry is not guarded': {
        [INCARNATION]: [
          ['        check();\n        kernel.irq(cpu, line);', '        kernel.irq(cpu, line);'],
        ],
        seen: /^wrong/,
      },
      'being taken out does not end the life': {
        [INCARNATION]: [['  mailboxes.retire(processor);\n', '']],
        seen: /^wrong/,
      },
      'it sleeps where others wake it': {
        [INCARNATION]: [['for (;;) wait(alone, 0, 0);', 'wait(words, word, load(words, word));']],
        seen: /^wrong/,
      },
    },
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
