/** A thousand calls, and what they cost in messages. */
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const TIMES = 1000;
const LINE = `start /wait lab ask ${TIMES}`;
const NOTHING = 'start /wait lab ask 0';
const ASK = /^start \/wait lab ask (\d+)$/i;

export const thePriceOfAMessage: Experiment = {
  name: 'the-price-of-a-message',
  title: 'The price of a message',
  minutes: 4,
  topologies: BOTH,
  view: 'counters',
  shows:
    'A call of the Executive is two messages, there and back, and nearly all of them take the kernel’s fast path.',
  words: ['Executive', 'Fast path', 'lab', 'Reply capability'],
  about: `A program calls the Executive by \`seL4_Call\` on its endpoint: the kernel copies the message's registers, makes a reply capability (as seL4 does without MCS), and lets the other side
run. [The life of a Call](../kernel-call.md) follows one through the kernel; what it costs in nanoseconds is
[measured](../benchmarks-kernel.md). Here it is counted: the same program with nothing to ask and with a thousand questions, so that what it
costs to start a program falls out. What is left over is the page that watches, which asks by messages, too.`,
  steps: [
    {
      say: `Type \`${NOTHING}\`: a program is started, asks nothing, and ends.`,
      async run(bench) {
        await bench.run(NOTHING);
      },
    },
    {
      say: `Type \`${LINE}\`: the same program asks for the time ${TIMES} times.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
  ],
  look: 'In *Counters*, `kernel.ipc` grows by two for each question; `kernel.fastpath` by nearly as many.',
  async check(bench) {
    await bench.counters();
    const runs = bench.ran.filter(({ line, status }) => ASK.test(line) && status === 0);
    const times = (line: string): number => Number(ASK.exec(line)![1]);
    // Of several the last: the first has fetched the program.
    const none = runs.findLast(({ line }) => times(line) === 0);
    const many = runs.findLast(({ line }) => times(line) >= TIMES);
    if (!none || !many) return notYet('the program has not been run with 0 and with 1000.');
    const ipc = many.cost['kernel.ipc']! - none.cost['kernel.ipc']!;
    const fast = many.cost['kernel.fastpath']! - none.cost['kernel.fastpath']!;
    const each = ipc / times(many.line);
    const seen = [
      ['messages without questions', none.cost['kernel.ipc']!],
      ['messages with them', many.cost['kernel.ipc']!],
      ['more messages, a question', each.toFixed(2)],
      ['of these on the fast path, a question', (fast / times(many.line)).toFixed(2)],
    ] as const;
    if (each < 1.5 || each > 2.5)
      return notYet('something else sent messages meanwhile. Run both once more.', seen);
    return happened('a question is two messages: a call and its answer.', seen);
  },
};
