/** A program reads memory that it does not have. */
import type { ProcessRow } from '../../view/data/processes.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LINE = 'start /wait lab wild';
const ACCESS_VIOLATION = 0xc000_0005;

export const aProgramThatDiesAlone: Experiment = {
  name: 'a-program-that-dies-alone',
  title: 'A program that dies alone',
  minutes: 3,
  topologies: BOTH,
  view: 'processes',
  shows:
    'A program reads an address where nothing is mapped. It is ended with its status, and everybody else goes on.',
  words: ['Fault endpoint', 'Handle', 'NTSTATUS', 'SEH'],
  about: `Every access to memory goes through the process's own address space. What is not mapped is a fault: the kernel sends it to the thread's fault endpoint, which
is the Executive, and that looks for [a handler](../seh.md) of the program, finds none, and ends the process. All that the process had was in its own CSpace and
its own handle table, so all of it goes: [what a process cannot do](../isolation.md).`,
  steps: [
    {
      say: 'Type `ps` and note who is there.',
      async run(bench) {
        await bench.run('ps');
      },
    },
    {
      say: `Type \`${LINE}\`.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: 'Type `dir`: shell, Executive, file system and driver are as they were.',
      async run(bench) {
        await bench.run('dir');
      },
    },
  ],
  look: 'The fault’s report on the screen, with the address. In *Processes* nobody is missing and nobody is new.',
  async check(bench) {
    await bench.counters();
    const ran = bench.last(/^start \/wait lab wild$/i);
    if (!ran) return notYet('the program has not been run.');
    const status = ran.status >>> 0;
    const rows = await bench.view<ProcessRow[]>('processes');
    const left = rows.filter(({ image }) => image === 'lab.exe').length;
    const others = bench.faults.filter(({ process }) => process !== 'lab.exe');
    const seen = [
      ['its status', status.toString(16)],
      ['lab.exe among the processes', left],
      ['others that died', others.length],
      ['processes that live', rows.length],
    ] as const;
    if (status !== ACCESS_VIOLATION) return notYet('it has not died of its access.', seen);
    const after = bench.ran.slice(bench.ran.indexOf(ran) + 1).some((next) => next.status === 0);
    if (!after) return notYet('it is dead. Now do something else at the prompt.', seen);
    if (left > 0 || others.length > 0) return notYet('others died, too.', seen);
    return happened('it died, and nobody else noticed.', seen);
  },
};
