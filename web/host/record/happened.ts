/**
 * What has happened in a system so far, counted by those who hold it.
 *
 *   counted(until)     how often what ends such a step has happened: a function that looks
 *   marked             for Hold, which tells of marks
 *   commandEnded()     to be told of commands of the page
 */
import type { Hold } from '../../../personality/sel4/types.ts';
import type { AgentRequest } from '../agent-protocol.ts';
import type { LocalSystem } from '../local-system.ts';
import type { Input } from './inputs.ts';
import type { Until, WantedMark } from './types.ts';

/** How the shell's line says that a command has ended (ntcmd/marks.ts). */
const COMMAND_ENDED = '\u001b]133;D';

/** One that the page has run. */
export const isCommand = ([name, request]: Input): boolean =>
  name === 'ask' && (request as AgentRequest).op === 'exec';

export class Happened {
  readonly #system: LocalSystem;
  #commands = 0;
  #marks = 0;
  #wanted: WantedMark | undefined;

  constructor(system: LocalSystem) {
    this.#system = system;
    const { machine } = system;
    const print = machine.onSerialOutput;
    let at = 0;
    machine.onSerialOutput = (byte) => {
      print?.(byte);
      at = byte === COMMAND_ENDED.charCodeAt(at) ? at + 1 : Number(byte === 27);
      if (at === COMMAND_ENDED.length) this.#commands++;
    };
  }

  commandEnded(): void {
    this.#commands++;
  }

  readonly marked: NonNullable<Hold['marked']> = (kind, ...words) => {
    const wanted = this.#wanted;
    if (kind !== wanted?.kind) return;
    if (words.every((word, i) => (wanted.words?.[i] ?? word) === word)) this.#marks++;
  };

  counted(until: Until): () => number {
    const { processor, machine, witness } = this.#system;
    if (until === 'entry') return witness.entries;
    if (until === 'command') return () => this.#commands;
    if (typeof until === 'object' && 'kind' in until) {
      this.#wanted = until;
      return () => this.#marks;
    }
    const name = until === 'message' ? 'kernel.ipc' : until.counter;
    const whose = Object.hasOwn(machine.counters(), name) ? machine : processor;
    return () => whose.counters()[name] ?? 0;
  }
}
