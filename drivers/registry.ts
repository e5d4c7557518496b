/**
 * The drivers of the system: which hardware each is given, when it is loaded, what its devices are
 * called. A new driver is its folder, an entry here, and the address of its image
 * (web/host/code.ts).
 */
import type { DriverConfiguration } from '../personality/rtl/driverconfiguration.ts';

const NOTHING = { ports: [], interrupts: [], dma: [] } as const;

export const driverRegistry: Readonly<Record<string, DriverConfiguration>> = {
  serial: {
    image: 'serial.sys',
    counterName: 'serial',
    start: 'system',
    ...NOTHING,
    rootDevices: [{ id: 'PNP0501', ports: [[0x3f8, 8]], interrupts: [4] }],
    restart: true,
  },
  // The controller is at 3F0-3F5 and 3F7 (3F6 belongs to the hard disk), with interrupt 6 and DMA
  // channel 2; the medium keeper at 3E0-3E1, with interrupt 5.
  fdc: {
    image: 'fdc.sys',
    counterName: 'floppy',
    // No prompt needs it, nor the file system: they come when the page has time.
    start: 'auto',
    devices: ['\\Device\\Floppy0', '\\Device\\Floppy1'],
    links: { 'A:': '\\Device\\Floppy0', 'B:': '\\Device\\Floppy1' },
    upperFilters: ['crypt', 'diskperf'],
    ...NOTHING,
    rootDevices: [
      {
        id: 'PNP0700',
        ports: [
          [0x3f0, 6],
          [0x3f7, 1],
          [0x3e0, 2],
        ],
        interrupts: [6, 5],
        dma: [2],
      },
    ],
    restart: true,
  },
  fatfs: {
    image: 'fatfs.sys',
    counterName: 'fatfs',
    start: 'auto',
    ...NOTHING,
    restart: true,
  },
  beep: {
    image: 'beep.sys',
    counterName: 'beep',
    start: 'demand',
    devices: ['\\Device\\Beep'],
    ...NOTHING,
    // The speaker's; the tone itself is asked for with HalMakeBeep.
    rootDevices: [{ id: 'PNP0800', ports: [[0x61, 1]] }],
    restart: true,
  },
  npfs: {
    image: 'npfs.sys',
    counterName: 'npfs',
    start: 'demand',
    devices: ['\\Device\\NamedPipe'],
    links: { PIPE: '\\Device\\NamedPipe' },
    ...NOTHING,
  },
  msfs: {
    image: 'msfs.sys',
    counterName: 'msfs',
    start: 'demand',
    devices: ['\\Device\\Mailslot'],
    links: { MAILSLOT: '\\Device\\Mailslot' },
    ...NOTHING,
  },
  // The 8042 is at 60 and 64; 61 between them is the speaker's.
  i8042prt: {
    image: 'i8042prt.sys',
    counterName: 'i8042prt',
    start: 'demand',
    devices: ['\\Device\\KeyboardPort0'],
    ...NOTHING,
    rootDevices: [
      {
        id: 'PNP0303',
        ports: [
          [0x60, 1],
          [0x64, 1],
        ],
        interrupts: [1],
      },
    ],
    restart: true,
  },
  kbdclass: {
    image: 'kbdclass.sys',
    counterName: 'kbdclass',
    start: 'demand',
    devices: ['\\Device\\KeyboardClass0'],
    filters: ['\\Device\\KeyboardPort0'],
    ...NOTHING,
    rootDevices: [{ id: 'KBDCLASS' }],
    restart: true,
  },
  // The control device loads it; from then on it stands above the disks that name it.
  crypt: {
    image: 'crypt.sys',
    counterName: 'crypt',
    start: 'demand',
    devices: ['\\Device\\Crypt'],
    ...NOTHING,
    restart: true,
  },
  // Loaded by who wants to count.
  diskperf: {
    image: 'diskperf.sys',
    counterName: 'diskperf',
    start: 'demand',
    devices: ['\\Device\\DiskPerf'],
    ...NOTHING,
    restart: true,
  },
  // The text screen. 3D8-3DA, colours and modes, are nobody's.
  cga: {
    image: 'cga.sys',
    counterName: 'cga',
    start: 'demand',
    devices: ['\\Device\\Video0'],
    ...NOTHING,
    rootDevices: [{ id: 'CGA', ports: [[0x3d4, 2]], memory: [[0xb8000, 0x4000]] }],
    restart: true,
  },
  // The battery-backed memory: the registry's kept hives, for the Executive alone.
  nvram: {
    image: 'nvram.sys',
    counterName: 'nvram',
    start: 'demand',
    devices: ['\\Device\\Nvram'],
    ports: [[0x4e0, 8]],
    interrupts: [10],
    dma: [],
  },
  ramdisk: {
    image: 'ramdisk.sys',
    counterName: 'ramdisk',
    start: 'demand',
    devices: ['\\Device\\RamDisk0'],
    links: { 'C:': '\\Device\\RamDisk0' },
    upperFilters: ['crypt'],
    ...NOTHING,
    rootDevices: [{ id: 'RAMDISK' }],
  },
  null: {
    image: 'null.sys',
    counterName: 'null',
    start: 'demand',
    devices: ['\\Device\\Null'],
    links: { NUL: '\\Device\\Null' },
    ...NOTHING,
  },
};
