/**
 * A driver of the bench in the running system: loaded, looked at, asked, ended.
 *
 * All of it is what anybody can do at the prompt, but for the image, which is the page's
 * (NeptuneOs.addImage): a service key that says what the driver may use, `loaddrv`, `devio`, and
 * the process' end.
 *
 *   load(name, built)     unloads the one before; throws in words
 *   kill, unload          of the process; throw in words where there is none
 *   look(name)            the process, what it holds, its devices, its requests; undefined: none
 *   devio(words)          the command's status and output
 *   lab(words)            what a program of the laboratory came to, by the status' name
 *   loadHelper(name)      a driver that a fault needs beside the one that is tried
 *   fault(call)           something of the machine breaks
 */
import { statusName } from '../../personality/rtl/statustext.ts';
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { FaultCall } from '../host/machine-fault.ts';
import { buildDriver } from './build.ts';
import { library } from './library.ts';
import { keyLines } from './rights.ts';
import type { Built } from './types.ts';

/** What of a machine the bench uses. */
export type BenchMachine = Pick<
  NeptuneOs,
  'exec' | 'addImage' | 'control' | 'snapshot' | 'list' | 'injectFault'
>;

type Snapshot = Awaited<ReturnType<NeptuneOs['snapshot']>>;

export interface Looked {
  readonly process: number;
  readonly thread: number;
  readonly devices: readonly string[];
  readonly requests: Snapshot['irps'];
}

/** Looks until a program has done what it does. */
const PATIENCE = 200;
/** It makes the event that it waits for when it has everything. */
const waits = (handles: readonly unknown[]): boolean => handles.length > 0;

async function ran(machine: BenchMachine, line: string): Promise<string> {
  const { status, output } = await machine.exec(line);
  if (status !== 0) throw new Error(output.trim() || `${line}: ${(status >>> 0).toString(16)}`);
  return output.trim();
}

export class Rig {
  readonly #machine: BenchMachine;

  constructor(machine: BenchMachine) {
    this.#machine = machine;
  }

  async load(name: string, { image, rights }: Built): Promise<void> {
    const machine = this.#machine;
    if (await this.look(name)) await this.end(name);
    await machine.addImage(`${name}.sys`, image);
    for (const line of keyLines(name, rights))
      if (line.startsWith('reg delete')) await machine.exec(line);
      else await ran(machine, line);
    await ran(machine, `loaddrv ${name}`);
  }

  /** As a driver is asked to go; where it does not, its process ends. */
  async end(name: string): Promise<void> {
    const { status } = await this.#machine.exec(`unloaddrv ${name}`);
    if (status !== 0 && (await this.look(name))) await this.kill(name);
  }

  async kill(name: string): Promise<void> {
    const found = await this.look(name);
    if (!found) throw new Error(`${name} is not loaded.`);
    await this.#machine.control('terminate', found.process);
  }

  async suspend(name: string, on: boolean): Promise<void> {
    const found = await this.look(name);
    if (!found) throw new Error(`${name} is not loaded.`);
    await this.#machine.control(on ? 'suspend' : 'resume', found.process, found.thread);
  }

  async look(name: string): Promise<Looked | undefined> {
    const { processes, devices, irps } = await this.#machine.snapshot();
    const process = processes.find(({ driver }) => driver === name);
    if (!process) return undefined;
    return {
      process: process.id,
      thread: process.threads[0]?.id ?? 0,
      devices: devices.filter(({ driver }) => driver === name).map((device) => device.name),
      requests: irps.filter(({ driver }) => driver === name),
    };
  }

  devio(words: string): Promise<{ status: number; output: string }> {
    return this.#machine.exec(`devio ${words}`);
  }

  async lab(words: string): Promise<string> {
    const { status } = await this.#machine.exec(`start /wait lab ${words}`);
    return statusName(status);
  }

  async loadHelper(name: string): Promise<void> {
    const given = await library();
    await this.load(name, buildDriver(given.helpers[name]!, given));
  }

  fault(call: FaultCall): Promise<void> {
    return this.#machine.injectFault(...call);
  }

  /** The largest, since it is to be read in pieces; undefined: there is no disk, or none on it. */
  async fileOfFloppy(): Promise<string | undefined> {
    const entries = await this.#machine.list('A:\\').catch(() => []);
    const files = entries.filter(({ directory, name }) => !directory && !/[ "]/.test(name));
    const largest = files.sort((a, b) => b.size - a.size)[0];
    return largest && `A:\\${largest.name}`;
  }

  /** Whether a program can be started and answers. */
  async othersInWords(): Promise<string> {
    const { status } = await this.#machine.exec('ver');
    return status === 0 ? 'Everybody else lives.' : `But now ver fails: ${statusName(status)}.`;
  }

  async freePages(): Promise<number> {
    return (await this.#machine.snapshot()).memory.free;
  }

  /** Two programs that take all memory that they may; resolves when they have it. */
  async hoard(): Promise<number[]> {
    const hoards = [await this.#program('hoard'), await this.#program('hoard')];
    // Who waits has all of it.
    for (let turns = 0; turns < PATIENCE; turns++) {
      const { processes } = await this.#machine.snapshot();
      const busy = processes.filter(({ id, handles }) => hoards.includes(id) && !waits(handles));
      if (busy.length === 0) break;
    }
    return hoards.filter((id) => id !== undefined);
  }

  /** A program that reads a byte and waits for it; resolves to its process. */
  reader(device: string): Promise<number | undefined> {
    return this.#program(`read ${device}`);
  }

  async #program(words: string): Promise<number | undefined> {
    const output = await ran(this.#machine, `start lab ${words}`);
    const id = /is process (\d+)/.exec(output)?.[1];
    return id === undefined ? undefined : Number(id);
  }

  /** Whether there was one to end. */
  async endProgram(process: number): Promise<boolean> {
    try {
      await this.#machine.control('terminate', process);
      return true;
    } catch {
      return false;
    }
  }
}
