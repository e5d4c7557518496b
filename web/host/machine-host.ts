/**
 * Runs the machine: time, the serial line, and keeping what is written.
 *
 * Virtual time follows the clock on the wall; in `fast` speed the devices have no delays of their
 * own. Sectors that were written are handed to the page in one piece a drive: at once when software
 * asks the keeper, else a moment after the last write. What the page could not keep stays marked,
 * and goes with the next attempt.
 *
 *   tick()          moves time on; microseconds until the next event, undefined if there is none
 *   control         what the page may do (protocol.ts)
 */
import type { KeepResult, Machine } from '../machine/types.ts';
import type { DiskChange } from '../store/types.ts';
import type { MachineControl, PageServices } from './protocol.ts';
import { SectorSet } from './sector-set.ts';

const IDLE_KEEP_MS = 300;
const OUTPUT_MS = 4;
const DRIVES = 4;

/** What the machine needs of the page. */
export type MachineServices = Pick<PageServices, 'commit' | 'written' | 'serialOutput'>;

export class MachineHost {
  readonly #machine: Machine;
  readonly #services: MachineServices;
  /** Called after the outside has changed something in the machine. */
  readonly #stir: () => void;
  readonly #written = Array.from({ length: DRIVES }, () => new SectorSet());
  readonly #keeping: Promise<unknown>[] = Array.from({ length: DRIVES }, () => Promise.resolve());
  #timers: (ReturnType<typeof setTimeout> | undefined)[] = [];
  #output: number[] = [];
  #last = performance.now();

  constructor(machine: Machine, services: MachineServices, stir: () => void) {
    this.#machine = machine;
    this.#services = services;
    this.#stir = stir;
    machine.onSerialOutput = (byte) => this.#print(byte);
    machine.onMediumWrite = (drive, offset, length) => this.#wrote(drive, offset, length);
    machine.onKeep = (drive) => {
      void this.#keep(drive).then((result) => {
        machine.keepDone(drive, result);
        stir();
      });
    };
  }

  tick(): number | undefined {
    const now = performance.now();
    const elapsed = Math.max(0, now - this.#last);
    this.#last = now;
    this.#machine.advance(elapsed * 1000);
    return this.#machine.nextEvent();
  }

  readonly control: MachineControl = {
    insert: (drive, image, writeProtected) => {
      this.#written[drive]?.clear();
      this.#machine.insert(drive, image, { writeProtected });
      this.#stir();
    },
    eject: async (drive) => {
      if (this.#machine.medium(drive)) await this.#keep(drive);
      const image = this.#machine.eject(drive);
      this.#stir();
      return image;
    },
    image: (drive) => this.#machine.medium(drive)?.slice(),
    type: (bytes) => {
      this.#machine.serialInput(bytes);
      this.#stir();
    },
    counters: () => this.#machine.counters(),
  };

  #print(byte: number): void {
    if (this.#output.push(byte) > 1) return;
    setTimeout(() => {
      const bytes = Uint8Array.from(this.#output);
      this.#output = [];
      this.#services.serialOutput(bytes);
    }, OUTPUT_MS);
  }

  #wrote(drive: number, offset: number, length: number): void {
    const written = this.#written[drive];
    if (!written) return;
    if (written.empty) this.#services.written(drive);
    written.add(offset, length);
    clearTimeout(this.#timers[drive]);
    this.#timers[drive] = setTimeout(() => void this.#keep(drive), IDLE_KEEP_MS);
  }

  /** One attempt after the other for each drive, so that generations follow the medium's states. */
  #keep(drive: number): Promise<KeepResult> {
    const attempt = (): Promise<KeepResult> => this.#commit(drive);
    const result = (this.#keeping[drive] ?? Promise.resolve()).then(attempt, attempt);
    this.#keeping[drive] = result;
    return result;
  }

  async #commit(drive: number): Promise<KeepResult> {
    clearTimeout(this.#timers[drive]);
    const medium = this.#machine.medium(drive);
    const written = this.#written[drive];
    if (!medium || !written || written.empty) return 'kept';
    const ranges = written.ranges();
    const changes: DiskChange[] = ranges.map(({ offset, length }) => ({
      offset,
      bytes: medium.slice(offset, offset + length),
    }));
    written.clear();
    const result = await this.#services.commit(drive, changes).catch((): KeepResult => 'failed');
    if (result !== 'kept' && this.#machine.medium(drive) === medium)
      for (const { offset, length } of ranges) written.add(offset, length);
    return result;
  }
}
