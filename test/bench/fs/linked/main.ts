/**
 * The linked stack, booted: Executive, fatfs, fdc and machine in this realm, and a program of it
 * that the page calls directly.
 *
 *   linked(image, copied)   with that disk in drive A:; `copied` is a counter of the page's
 */
import { image as fatfs } from '../../../../drivers/filesystems/fatfs/index.ts';
import { driverRegistry } from '../../../../drivers/registry.ts';
import { image as fdc } from '../../../../drivers/storage/fdc/index.ts';
import { PLATFORM_IRQ, seL4_CapInitThreadTCB } from '../../../../kernel-as/abi.ts';
import { check } from '../../../../personality/ntdll/files.ts';
import { NtCreateSymbolicLinkObject } from '../../../../personality/ntdll/native.ts';
import { nativeImage } from '../../../../personality/ntdll/process.ts';
import type { NtProcess } from '../../../../personality/ntdll/types.ts';
import { executiveMain } from '../../../../personality/ntos/boot.ts';
import { createCc } from '../../../../personality/ntos/cc/index.ts';
import type { Executive } from '../../../../personality/ntos/executive.ts';
import { defaultOptions } from '../../../../personality/ntos/index.ts';
import { createIo } from '../../../../personality/ntos/io/index.ts';
import { platformDoor } from '../../../../personality/sel4/door.ts';
import type {
  Image,
  Platform,
  PlatformEvent,
  PortBus,
} from '../../../../personality/sel4/types.ts';
import { machineBus } from '../../../../web/host/machine-bus.ts';
import { MachineHost, type MachineServices } from '../../../../web/host/machine-host.ts';
import { Pump } from '../../../../web/host/pump.ts';
import { createMachine } from '../../../../web/machine/index.ts';
import type { Contestant } from '../contestant.ts';
import { type Counts, countRow } from '../measure.ts';
import { measureNamed, pageClock, wholeBig } from '../play.ts';
import { rowNamed } from '../rows.ts';
import { SystemFiles } from '../system-files.ts';
import {
  type Capability,
  type KernelObject,
  LinkedSystem,
  LinkedThread,
  makeSpace,
  type Space,
  type Tcb,
} from './kernel.ts';

const RAM_BITS = 25;
const PROGRAM = 'program.exe';
const FIRST_UNTYPED = 20;
const FREE_SLOTS = [64, 1 << 16] as const;

const silent: MachineServices = {
  serialOutput: () => undefined,
  sound: () => undefined,
  keyboard: () => undefined,
  commit: () => Promise.resolve('kept'),
  nvram: () => Promise.resolve({ result: 'kept' }),
  written: () => undefined,
};

/** Whoever polls a device sees it move, as in topology *single*. */
function polled(bus: PortBus, host: () => MachineHost, pump: Pump): PortBus {
  return {
    read(port, width) {
      host().tick();
      const value = bus.read(port, width);
      pump.poke();
      return value;
    },
    write(port, width, value) {
      bus.write(port, width, value);
      pump.poke();
    },
  };
}

function makePlatform(
  images: Record<string, Image>,
  objects: Map<number, Capability>,
  interrupt: () => void,
): Platform {
  let events: PlatformEvent[] = [];
  const spaceIn = (slot: number): Space => objects.get(slot)!.object as Space;
  return {
    topology: 'single',
    receive() {
      throw new Error('there are no messages');
    },
    loadImage(name, vspace, token) {
      const image = Object.hasOwn(images, name) ? images[name] : undefined;
      if (image) spaceIn(vspace).image = image();
      events.push({ kind: image ? 'loaded' : 'failed', processor: 0, token, reason: 'no image' });
      queueMicrotask(interrupt);
      return 0;
    },
    objects: () => [],
    bring(begin, token) {
      void begin().then((start) => {
        start();
        events.push({ kind: 'loaded', processor: 0, token });
        interrupt();
      });
    },
    release: (_processor, vspace) => void (spaceIn(vspace).image = undefined),
    events() {
      const taken = events;
      events = [];
      return taken;
    },
    counters: () => ({}),
    date: () => platformDoor.date(),
    trace: { start() {}, stop() {}, read: () => ({ records: [], lost: 0 }) },
  };
}

function firstObjects(): Map<number, Capability> {
  const own: Tcb = {
    kind: 'tcb',
    space: undefined,
    objects: undefined,
    registers: [],
    started: true,
    stopped: false,
  };
  const all: [number, KernelObject][] = [
    [seL4_CapInitThreadTCB, own],
    [FIRST_UNTYPED, { kind: 'untyped', next: 0, device: true }],
    [FIRST_UNTYPED + 1, { kind: 'untyped', next: 0, device: false }],
  ];
  return new Map(all.map(([slot, object]) => [slot, { object, badge: 0 }]));
}

interface Booted {
  readonly process: NtProcess;
  readonly executive: Executive;
  counters(): Counts;
  end(): void;
}

/** Rejects in words where the Executive gives up. */
function boot(
  image: Uint8Array,
  copied: () => number,
  log: (...text: unknown[]) => void,
): Promise<Booted> {
  const ram = new Uint8Array(1 << RAM_BITS);
  const machine = createMachine({ ram, timing: 'fast' });
  const pump = new Pump(() => host.tick(), platformDoor);
  const host = new MachineHost(machine, silent, () => pump.poke(), platformDoor);
  const system = new LinkedSystem(
    ram,
    polled(machineBus(machine), () => host, pump),
    log,
  );
  machine.onIrq = (line, level) => {
    if (level) system.irq(line);
  };
  host.control.insert(0, image.slice(), false);
  const objects = firstObjects();
  const root = new LinkedThread(system, makeSpace(), objects);
  const { fdc: floppy, fatfs: files } = driverRegistry;
  return new Promise((resolve, reject) => {
    let executive: Executive | undefined;
    const main = nativeImage((process) => {
      const counters = (): Counts => ({
        ...executive!.counters.snapshot(),
        ...machine.counters(),
        'copied bytes': copied(),
      });
      resolve({ process, executive: executive!, counters, end: () => pump.stop() });
      return new Promise<number>(() => undefined);
    });
    const images = { [PROGRAM]: main, 'fatfs.sys': fatfs, 'fdc.sys': fdc };
    const options = {
      ...defaultOptions,
      drivers: { fdc: floppy!, fatfs: files! },
      bootImages: [PROGRAM],
      criticalImages: [],
      onPanic: (reason: string) => reject(new Error(reason)),
    };
    const factories = { createIo: (own: Executive) => createIo((executive = own)), createCc };
    const bootInfo = {
      empty: FREE_SLOTS,
      untypedStart: FIRST_UNTYPED,
      untyped: [
        { paddr: 0, sizeBits: RAM_BITS, isDevice: true },
        { paddr: 0, sizeBits: RAM_BITS, isDevice: false },
      ],
      ramBytes: ram.length,
    };
    const platform = makePlatform(images, objects, () => system.irq(PLATFORM_IRQ));
    void executiveMain(options, factories)(root, bootInfo, platform);
  });
}

/** What the session manager does elsewhere. */
async function nameDrive(process: NtProcess): Promise<void> {
  const link = { name: '\\??\\A:', target: '\\Device\\Floppy0' };
  check(await NtCreateSymbolicLinkObject(process, link));
}

export async function linked(
  image: Uint8Array,
  copied: () => number,
  log: (...text: unknown[]) => void = () => undefined,
): Promise<Contestant> {
  const { process, counters, end } = await boot(image, copied, log);
  await nameDrive(process);
  const files = await SystemFiles.on(process);
  return {
    name: 'linked',
    measure: (row, pace) => measureNamed(files, row, pace, pageClock),
    count: (row) => countRow(files, rowNamed(row), counters),
    bigFile: () => wholeBig(files),
    end,
  };
}
