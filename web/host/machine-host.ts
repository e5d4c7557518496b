/**
 * Runs the machine: time, the serial line, and keeping what is written.
 *
 * Virtual time follows the clock on the wall; in `fast` speed the devices have no delays of their
 * own. Sectors that were written are handed to the page in one piece a drive: at once when
 * software asks the keeper or the page asks, else a moment after the last write. What the page
 * could not keep stays marked, and goes with the next attempt. The marks belong to the medium, not
 * to the drive: they outlast its being pulled out, and a commit goes on while it is.
 *
 * When software asks the keeper, the page is asked even if nothing was written since: only it knows
 * whether what it was given before is safe.
 *
 *   tick()          moves time on; microseconds until the next event, undefined if there is none
 *   control         what the page may do (protocol.ts)
 */
import type { Door } from '../../personality/sel4/door.ts';
import type { KeepResult, Machine, NvramAnswer, NvramRequest } from '../machine/types.ts';
import type { DiskChange } from '../store/types.ts';
import type { MachineControl, PageServices } from './protocol.ts';
import { DriveLine } from './drive-line.ts';
import { SoundLine } from './sound-line.ts';
import { SectorSet } from '../store/sector-set.ts';

const IDLE_KEEP_MS = 300;
const OUTPUT_MS = 4;

/** What the machine needs of the page. */
export type MachineServices = Pick<
  PageServices,
  'commit' | 'nvram' | 'written' | 'serialOutput' | 'sound' | 'keyboard'
> &
  Partial<Pick<PageServices, 'drives'>>;

export class MachineHost {
  readonly #machine: Machine;
  readonly #services: MachineServices;
  /** Called after the outside has changed something in the machine. */
  readonly #stir: () => void;
  readonly #written = new WeakMap<Uint8Array, SectorSet>();
  /** Media of which more has changed than the bytes of their images. */
  readonly #odd = new WeakSet<Uint8Array>();
  /** The medium that was last in each drive. */
  readonly #media: (Uint8Array | undefined)[] = [];
  /** The page knows of a write that was not handed over yet. */
  readonly #told: boolean[] = [];
  readonly #keeping: Promise<unknown>[] = [];
  /** Takes back what keeps a drive's disk a moment after its last write. */
  readonly #forget: ((() => void) | undefined)[] = [];
  readonly #door: Door;
  /** Of the battery-backed memory: what was written and is not kept. */
  readonly #memory = new SectorSet();
  #output: number[] = [];
  #last: number;

  constructor(machine: Machine, services: MachineServices, stir: () => void, door: Door) {
    this.#door = door;
    this.#last = door.now();
    this.#machine = machine;
    this.#services = services;
    this.#stir = stir;
    machine.onSerialOutput = (byte) => this.#print(byte);
    const sound = new SoundLine(door, (tones) => services.sound(tones));
    machine.onSpeaker = (hertz, at) => sound.changed(hertz, at);
    if (services.drives) {
      const drives = new DriveLine(machine, door, services.drives);
      machine.onDrives = () => drives.changed();
    }
    machine.onKeyboard = ({ listening }) => services.keyboard(listening);
    machine.onMediumWrite = (drive, offset, length) => this.#wrote(drive, offset, length);
    machine.onTracks = (drive) => this.#odder(drive);
    machine.onKeep = (drive) => {
      void this.#keep(drive, true).then((result) => {
        machine.keepDone(drive, result);
        stir();
      });
    };
    machine.onNvramWrite = (offset) => this.#memory.add(offset, 1);
    machine.onNvram = (request) => {
      void this.#nvram(request).then((answer) => {
        machine.nvramDone(request, answer);
        stir();
      });
    };
  }

  tick(): number | undefined {
    const now = this.#door.now();
    const elapsed = Math.max(0, now - this.#last);
    this.#last = now;
    this.#machine.advance(elapsed * 1000);
    return this.#machine.nextEvent();
  }

  readonly control: MachineControl = {
    insert: (drive, image, writeProtected, damaged = [], tracks) => {
      this.#machine.insert(drive, image, { writeProtected, damaged, tracks });
      this.#media[drive] = image;
      this.#stir();
    },
    eject: async (drive) => {
      if (this.#medium(drive)) await this.#keep(drive, false);
      const image = this.#machine.eject(drive) ?? this.#media[drive];
      this.#media[drive] = undefined;
      this.#stir();
      return image;
    },
    keep: async (drive) => void (await this.#keep(drive, false)),
    image: (drive) => this.#medium(drive)?.slice(),
    type: (bytes) => {
      this.#machine.serialInput(bytes);
      this.#stir();
    },
    key: (code, down) => {
      this.#machine.key(code, down);
      this.#stir();
    },
    counters: () => this.#machine.counters(),
    fault: (name, ...args) => {
      (this.#machine.fault[name] as (...args: readonly unknown[]) => void)(...args);
      this.#stir();
    },
    // No clock is asked: it is as it was when time was last let pass.
    look: (sector) => ({
      ...this.#machine.look(sector),
      time: Math.floor((this.#last * 1000) % 0x1_0000_0000),
    }),
  };

  #print(byte: number): void {
    if (this.#output.push(byte) > 1) return;
    this.#door.later(() => {
      const bytes = Uint8Array.from(this.#output);
      this.#output = [];
      this.#services.serialOutput(bytes);
    }, OUTPUT_MS);
  }

  /** The medium that is in the drive, or was until somebody pulled it out. */
  #medium(drive: number): Uint8Array | undefined {
    return (this.#media[drive] = this.#machine.medium(drive) ?? this.#media[drive]);
  }

  #marks(medium: Uint8Array): SectorSet {
    const found = this.#written.get(medium) ?? new SectorSet();
    this.#written.set(medium, found);
    return found;
  }

  #wrote(drive: number, offset: number, length: number): void {
    const medium = this.#medium(drive);
    if (!medium) return;
    this.#marks(medium).add(offset, length);
    this.#expectKeep(drive);
  }

  #odder(drive: number): void {
    const medium = this.#medium(drive);
    if (!medium) return;
    this.#odd.add(medium);
    this.#expectKeep(drive);
  }

  #expectKeep(drive: number): void {
    if (!this.#told[drive]) this.#services.written(drive);
    this.#told[drive] = true;
    this.#forget[drive]?.();
    const keep = (): void => void this.#keep(drive, false);
    this.#forget[drive] = this.#door.later(keep, IDLE_KEEP_MS);
  }

  /**
   * One attempt after the other for each drive, so that generations follow the medium's states.
   * `asked`: somebody waits to hear that all is safe.
   */
  #keep(drive: number, asked: boolean): Promise<KeepResult> {
    const attempt = (): Promise<KeepResult> => this.#commit(drive, asked);
    const result = (this.#keeping[drive] ?? Promise.resolve()).then(attempt, attempt);
    this.#keeping[drive] = result;
    return result;
  }

  async #commit(drive: number, asked: boolean): Promise<KeepResult> {
    this.#forget[drive]?.();
    const medium = this.#medium(drive);
    if (!medium) return 'kept';
    const marks = this.#marks(medium);
    const odd = this.#odd.has(medium);
    if (marks.empty && !odd && !asked) return 'kept';
    const ranges = marks.ranges();
    const changes: DiskChange[] = ranges.map(({ offset, length }) => ({
      offset,
      bytes: medium.slice(offset, offset + length),
    }));
    const tracks = odd ? (this.#machine.tracks(medium) ?? new Uint8Array()) : undefined;
    marks.clear();
    this.#odd.delete(medium);
    this.#told[drive] = false;
    const kept = this.#door.arrival(this.#services.commit(drive, changes, asked, tracks));
    const result = await kept.catch((): KeepResult => 'failed');
    if (result === 'kept') return result;
    marks.addAll(ranges);
    if (odd) this.#odd.add(medium);
    return result;
  }

  async #nvram(request: NvramRequest): Promise<NvramAnswer> {
    const ranges = request === 'keep' ? this.#memory.ranges() : [];
    const changes = ranges.map(({ offset, length }) => ({
      offset,
      bytes: this.#machine.nvram.slice(offset, offset + length),
    }));
    this.#memory.clear();
    const answered = this.#door.arrival(this.#services.nvram(request, changes));
    const answer = await answered.catch((): NvramAnswer => ({ result: 'failed' }));
    if (answer.result !== 'kept') this.#memory.addAll(ranges);
    return answer;
  }
}
