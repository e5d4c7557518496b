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
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { keyLines } from './rights.ts';
import type { Built } from './types.ts';

type Snapshot = Awaited<ReturnType<NeptuneOs['snapshot']>>;

export interface Looked {
  readonly process: number;
  readonly thread: number;
  /** In words: what its CSpace holds of hardware. */
  readonly holds: readonly string[];
  readonly devices: readonly string[];
  readonly requests: Snapshot['irps'];
}

/** What is no right to hardware: every process has them. */
const HARDWARE = /port|interrupt|irq|frame|dma|memory/i;

async function ran(machine: NeptuneOs, line: string): Promise<string> {
  const { status, output } = await machine.exec(line);
  if (status !== 0) throw new Error(output.trim() || `${line}: ${(status >>> 0).toString(16)}`);
  return output.trim();
}

export class Rig {
  readonly #machine: NeptuneOs;

  constructor(machine: NeptuneOs) {
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
      holds: process.capabilities
        .filter(({ type, about }) => HARDWARE.test(type) && about !== '')
        .map(({ type, about }) => `${type}: ${about}`),
      devices: devices.filter(({ driver }) => driver === name).map((device) => device.name),
      requests: irps.filter(({ driver }) => driver === name),
    };
  }

  devio(words: string): Promise<{ status: number; output: string }> {
    return this.#machine.exec(`devio ${words}`);
  }

  /** A program that reads a byte and waits for it; resolves to its process. */
  async reader(device: string): Promise<number | undefined> {
    await ran(this.#machine, `start lab read ${device}`);
    const { processes } = await this.#machine.snapshot();
    return processes.findLast(({ image }) => image === 'lab.exe')?.id;
  }

  /** Whether there was one to end. */
  async endReader(process: number): Promise<boolean> {
    try {
      await this.#machine.control('terminate', process);
      return true;
    } catch {
      return false;
    }
  }
}
