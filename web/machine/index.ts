/**
 * The emulated PC: puts the devices on the bus and gives out the machine.
 *
 *   createMachine(options?)    see `types.ts` for the contract
 *   findFormat, mediaFormats   which image sizes a drive takes
 *
 * After creation everything is as after power-on, and no firmware has run: whoever wants DMA
 * channels 0-3 first puts channel 4 into cascade mode (C0 to port D6) and unmasks it (0 to D4).
 */
import { Bus } from './bus.ts';
import { Clock } from './clock.ts';
import { Counters } from './counters.ts';
import { Faults } from './faults.ts';
import { Fdc } from './fdc/chip.ts';
import { Drive } from './fdc/drive.ts';
import { knownMedium, mediumFor } from './fdc/medium.ts';
import { driveCount } from './fdc/state.ts';
import { timingFor } from './fdc/timing.ts';
import { decodeTracks, encodeTracks } from './fdc/track-codec.ts';
import type { Sector } from './fdc/track.ts';
import { IsaDma } from './isa-dma.ts';
import { Keeper } from './keeper.ts';
import { KeyboardController } from './keyboard/controller.ts';
import { Keyboard } from './keyboard/keyboard.ts';
import { InterruptLines } from './lines.ts';
import type { MachineLook, MachineWatcher, SectorPlace } from './look.ts';
import { Nvram } from './nvram.ts';
import { PicPair } from './pic.ts';
import { Pit8254 } from './pit8254.ts';
import { Speaker } from './speaker.ts';
import { TextScreen } from './text.ts';
import type {
  DriveSigns,
  InsertOptions,
  KeepResult,
  KeyboardState,
  Machine,
  MachineOptions,
  NvramAnswer,
  NvramRequest,
  ScreenText,
} from './types.ts';
import { Uart16550 } from './uart16550.ts';

export * from './types.ts';
export { findFormat, formatBytes, mediaFormats, type MediaFormat } from './fdc/formats.ts';

const defaultRam = 32 * 1024 * 1024;
const floppyDma = 2;
const COUNTED = [
  'machine.fdc.command',
  'machine.dma.transfer',
  'machine.uart.byte',
  'machine.speaker.tone',
] as const;
const irq = { timer: 0, keyboard: 1, serial: 4, keeper: 5, floppy: 6, nvram: 10 } as const;

/** A PC with all its devices, just powered on. */
export function createMachine(options: MachineOptions = {}): Machine {
  return new Pc(options);
}

class Pc implements Machine {
  readonly ram: Uint8Array;
  readonly fault: Faults;
  onSerialOutput?: (byte: number) => void;
  onIrq?: (line: number, level: boolean) => void;
  watcher?: MachineWatcher;
  onMediumWrite?: (drive: number, offset: number, length: number) => void;
  onTracks?: (drive: number) => void;
  onKeep?: (drive: number) => void;
  onSpeaker?: (hertz: number, at: number) => void;
  onDrives?: () => void;
  onKeyboard?: (state: KeyboardState) => void;
  onNvram?: (request: NvramRequest) => void;
  onNvramWrite?: (offset: number) => void;
  private clock = new Clock();
  private bus = new Bus();
  private counts = new Counters(...COUNTED);
  private lines = new InterruptLines(this.counts);
  private drives: Drive[];
  private fdc: Fdc;
  private dma: IsaDma;
  private pics: PicPair;
  private uart: Uart16550;
  private keeper: Keeper;
  private keyboard: Keyboard;
  private keyboardState: KeyboardState = { listening: false, leds: 0 };
  private memory: Nvram;
  private text: TextScreen;

  constructor(options: MachineOptions) {
    const { bus, clock, lines, counts: counters } = this;
    this.ram = options.ram ?? new Uint8Array(defaultRam);
    this.text = new TextScreen(bus, this.ram);
    const pace = (options.timing ?? 'fast') === 'fast' ? 'fast' : 'real';
    this.keyboard = new Keyboard(clock, pace);
    this.fault = new Faults(lines, this.keyboard, (drive, on) => this.protect(drive, on));
    this.pics = new PicPair(bus, lines);
    const timer = new Pit8254(bus, clock, (level) => lines.set(irq.timer, level));
    new Speaker(bus, clock, timer.counter2, (hertz, at) => {
      if (hertz > 0) counters.add('machine.speaker.tone');
      this.onSpeaker?.(hertz, at);
    });
    const dma = new IsaDma(bus, this.ram, counters, options.highPages);
    this.dma = dma;
    const timing = timingFor(options.timing);
    const types = options.drives ?? ['2.88M', '2.88M'];
    this.drives = Array.from({ length: driveCount }, (_, i) => new Drive(types[i], clock, timing));
    for (const [i, drive] of this.drives.entries()) {
      drive.onSign = () => this.onDrives?.();
      drive.onStep = (from, to) => this.watcher?.step(i, from, to);
    }
    this.fdc = new Fdc({
      bus,
      clock,
      counters,
      timing,
      faults: this.fault,
      drives: this.drives,
      registers: options.registers ?? 'AT',
      transfer: (buffer, direction) => {
        const burst = dma.transfer(floppyDma, buffer, direction);
        this.watcher?.burst(floppyDma, burst.moved, Number(burst.tc));
        return burst;
      },
      request: (on) => dma.request(floppyDma, on),
      interrupt: (level) => lines.set(irq.floppy, level),
      watcher: () => this.watcher,
      wrote: (drive, sector, odd) => this.wrote(drive, sector, odd),
    });
    this.uart = new Uart16550({
      bus,
      clock,
      timing: pace,
      interrupt: (level) => lines.set(irq.serial, level),
      transmit: (byte) => this.onSerialOutput?.(byte),
      count: () => counters.add('machine.uart.byte'),
    });
    this.keeper = new Keeper(
      bus,
      clock,
      (level) => lines.set(irq.keeper, level),
      (drive) => {
        const fault = this.fault.keepFault();
        if (fault) clock.schedule(0, () => this.keeper.done(drive, fault));
        else this.onKeep?.(drive);
        return fault !== undefined || this.onKeep !== undefined;
      },
    );
    const controller = new KeyboardController({
      bus,
      clock,
      timing: pace,
      keyboard: this.keyboard,
      interrupt: (level) => lines.set(irq.keyboard, level),
      changed: () => this.keyboardChanged(controller.listening),
    });
    this.memory = new Nvram(bus, clock, {
      interrupt: (level) => lines.set(irq.nvram, level),
      ask: (request) => {
        this.onNvram?.(request);
        return this.onNvram !== undefined;
      },
      wrote: (offset) => this.onNvramWrite?.(offset),
    });
    lines.listen((line, level) => this.onIrq?.(line, level));
  }

  screen(): ScreenText | undefined {
    return this.text.read();
  }

  in8(port: number): number {
    return this.bus.in8(port);
  }

  in16(port: number): number {
    return this.bus.in16(port);
  }

  in32(port: number): number {
    return this.bus.in32(port);
  }

  out8(port: number, value: number): void {
    this.bus.out8(port, value);
  }

  out16(port: number, value: number): void {
    this.bus.out16(port, value);
  }

  out32(port: number, value: number): void {
    this.bus.out32(port, value);
  }

  irq(line: number): boolean {
    return this.lines.level(line);
  }

  advance(microseconds: number): void {
    this.clock.advance(microseconds);
  }

  nextEvent(): number | undefined {
    return this.clock.untilNext();
  }

  /** Throws RangeError for a drive that is not there and for a size that no format has. */
  insert(drive: number, image: Uint8Array, options: InsertOptions = {}): void {
    checkBytes(image, 'An image');
    const unit = this.drives[drive];
    if (!unit?.type) throw new RangeError(`there is no drive ${drive}`);
    const medium = mediumFor(image);
    if (options.tracks) medium.adopt(decodeTracks(options.tracks));
    medium.writeProtected = options.writeProtected ?? false;
    for (const { offset, length } of options.damaged ?? []) medium.damage(offset, length);
    unit.insert(medium);
    this.fdc.drivesChanged();
  }

  eject(drive: number): Uint8Array | undefined {
    return this.drives[drive]?.remove()?.image;
  }

  medium(drive: number): Uint8Array | undefined {
    return this.drives[drive]?.medium?.image;
  }

  signs(drive: number): DriveSigns {
    const unit = this.drives[drive];
    const turns = unit !== undefined && unit.motor && unit.medium !== undefined;
    const counts = unit?.counts ?? { steps: 0, reads: 0, writes: 0 };
    return { selected: unit !== undefined && this.fdc.selects(drive), turns, ...counts };
  }

  tracks(of: number | Uint8Array): Uint8Array | undefined {
    const medium = typeof of === 'number' ? this.drives[of]?.medium : knownMedium(of);
    return medium && encodeTracks(medium.odd());
  }

  look(of?: SectorPlace): MachineLook {
    const { clock, lines, drives, fdc, dma, pics } = this;
    const { drive = -1, cylinder = 0, head = 0, id } = of ?? {};
    const track = drives[drive]?.medium?.track(cylinder, head);
    const sector = track?.sectors.find((one) => one.id.r === id);
    return {
      now: clock.now,
      lines: lines.levels(),
      drives: drives.map((unit) => unit.look()),
      fdc: fdc.look(),
      dma: dma.look(floppyDma),
      pics: pics.look(),
      sector: sector?.data.slice(),
    };
  }

  counters(): Record<string, number> {
    return this.counts.snapshot();
  }

  serialInput(bytes: Uint8Array): void {
    checkBytes(bytes, 'What arrives on the line');
    this.uart.receive(bytes);
  }

  keepDone(drive: number, result: KeepResult): void {
    this.keeper.done(drive, result);
  }

  key(code: string, down: boolean): boolean {
    return this.keyboard.key(code, down);
  }

  private keyboardChanged(listening: boolean): void {
    const { leds } = this.keyboard;
    const old = this.keyboardState;
    if (listening === old.listening && leds === old.leds) return;
    this.keyboardState = { listening, leds };
    this.onKeyboard?.(this.keyboardState);
  }

  nvramDone(request: NvramRequest, answer: NvramAnswer): void {
    this.memory.done(request, answer);
  }

  get nvram(): Uint8Array {
    return this.memory.memory;
  }

  private wrote(drive: number, sector: Sector, odd: boolean): void {
    if (sector.offset !== undefined) {
      this.onMediumWrite?.(drive, sector.offset, sector.data.length);
    }
    if (odd) this.onTracks?.(drive);
  }

  private protect(drive: number, on: boolean): void {
    const medium = this.drives[drive]?.medium;
    if (medium) medium.writeProtected = on;
  }
}

/** What is no array of bytes would be a medium, or a line, that answers nonsense later. */
function checkBytes(bytes: unknown, what: string): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${what} must be a Uint8Array.`);
}
