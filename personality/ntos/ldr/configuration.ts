/**
 * Which drivers there are, and which hardware each is given: the place holder of the registry's
 * `Services` keys.
 *
 * fdc: the controller at 3F0-3F5 and 3F7 (3F6 belongs to the hard disk), interrupt 6, DMA channel
 * 2; and the medium keeper at 3E0-3E1,
 * interrupt 5.
 */
import type { DriverConfiguration } from './types.ts';

const NOTHING = { ports: [], interrupts: [], dma: [] } as const;

export const driverConfiguration: Readonly<Record<string, DriverConfiguration>> = {
  fdc: {
    image: 'fdc.sys',
    counterName: 'floppy',
    ports: [
      [0x3f0, 6],
      [0x3f7, 1],
      [0x3e0, 2],
    ],
    interrupts: [6, 5],
    dma: [2],
    restart: true,
  },
  serial: {
    image: 'serial.sys',
    counterName: 'serial',
    ports: [[0x3f8, 8]],
    interrupts: [4],
    dma: [],
    restart: true,
  },
  fatfs: { image: 'fatfs.sys', counterName: 'fatfs', ...NOTHING, restart: true },
  null: { image: 'null.sys', counterName: 'null', ...NOTHING },
};
