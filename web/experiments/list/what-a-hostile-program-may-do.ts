/** A program tries every number and every service that is not for it. */
import { statusOf } from '../status.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const REPORT = 'A:\\TRIED.TXT';
const LINE = `start /wait lab hostile ${REPORT}`;
const RAN = /^start \/wait lab hostile\b/i;
/** A line of the report: personality/lab/hostile.ts. */
const TRIED = /: (\d+) tried, (\d+) let through/g;

/** What its report says: how many attempts, and how many were let through. */
async function reported({ machine }: Bench): Promise<{ tried: number; through: number }> {
  try {
    const text = new TextDecoder().decode(await machine.readFile(REPORT));
    const lines = [...text.matchAll(TRIED)];
    const sum = (at: number): number => lines.reduce((all, line) => all + Number(line[at]), 0);
    return { tried: sum(1), through: sum(2) };
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    return { tried: 0, through: 0 };
  }
}

export const whatAHostileProgramMayDo: Experiment = {
  name: 'what-a-hostile-program-may-do',
  title: 'What a hostile program may do',
  minutes: 6,
  topologies: BOTH,
  view: 'map',
  shows:
    'A program tries ports, threads, memory, interrupts and capabilities by every number of a slot, and what the Executive does for others. All of it is refused, and everybody lives.',
  words: ['Badge', 'Executive', 'lab', 'NTSTATUS', 'Untyped memory'],
  about: `To the kernel a program can say one thing: *the capability in my slot so-and-so, do this*. So to try everything is to try the slots of its CSpace, 256, with an
invocation of a port, a thread, a CNode, an untyped and an interrupt each. They are empty, but for its threads' endpoints to the Executive (which it may use, and which are left out), and the kernel answers \`seL4_InvalidCapability\`. All else it has to ask of
the [Executive](../executive.md), by an endpoint whose badge says who asks; there a [token](../security.md) decides: what a program may do to others that the system started is
nothing. *Least authority* is not a rule that somebody enforces here, but what is left when nobody hands anything out.

What it may do is what its user may: read and write files, start programs, and end the shell that started it. [Isolation](../isolation.md) has the whole table, with
what each line rests on, and the one thing that *single* cannot keep it from: to run without ever calling.`,
  steps: [
    {
      say: `Type \`${LINE}\`: it tries, and writes down what it was answered.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: `Type \`type /n ${REPORT}\`. Names that begin with \`seL4_\` are the kernel’s answers, \`STATUS_\` the Executive’s.`,
      async run(bench) {
        await bench.run(`type /n ${REPORT}`);
      },
    },
    {
      say: 'Type `start lab leak 1`, and choose lab.exe in *Map*: this is all that a program holds. (`kill` and its number ends it.)',
      async run(bench) {
        await bench.run('start lab leak 1');
      },
    },
  ],
  look: 'In the report: nothing was let through. In *Map*: one line leads from a program, to the Executive; drivers have more, each for its own hardware.',
  async check(bench) {
    await bench.counters();
    const ran = bench.last(RAN);
    if (!ran) return notYet('nobody has tried.');
    const { tried, through } = await reported(bench);
    const seen = [
      ['attempts', tried],
      ['let through', through],
      ['processes that died', bench.faults.length],
    ] as const;
    if (tried === 0) return notYet(`its report is not there: ${REPORT}.`, seen);
    if (ran.status !== 0 || through > 0)
      return notYet('something was let through: read the report.', seen);
    if (bench.faults.length > 0) return notYet('somebody died of it.', seen);
    const after = bench.ran.slice(bench.ran.indexOf(ran) + 1).some(({ status }) => status === 0);
    if (!after) return notYet('all of it was refused. Does the system still work?', seen);
    return happened('all of it was refused, and everybody lives.', seen);
  },
};
