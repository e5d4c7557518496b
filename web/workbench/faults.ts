/**
 * What a driver meets sooner or later, each to be tried by a press. Each is done by the system
 * itself, and says what came of it; what must hold after all of them is that everybody else lives.
 *
 *   FAULTS    `{ name, title, try(rig, driver, device) }`; `try` resolves to a sentence
 */
import type { Rig } from './rig.ts';

export interface Fault {
  readonly name: string;
  readonly title: string;
  try(rig: Rig, driver: string, device: string): Promise<string>;
}

const said = async (rig: Rig, words: string): Promise<string> =>
  (await rig.devio(words)).output.trim();

/** A reader that waits, where the driver lets one wait. */
async function waiting(rig: Rig, driver: string, device: string): Promise<[number?, number?]> {
  const reader = await rig.reader(device);
  const looked = await rig.look(driver);
  return [reader, looked?.requests.length];
}

const held = (count: number | undefined): string =>
  count ? `while it had ${count} request${count > 1 ? 's' : ''}` : 'and had no request then';

export const FAULTS: readonly Fault[] = [
  {
    name: 'nothing',
    title: 'A read of no bytes',
    try: (rig, _driver, device) => said(rig, `read ${device} 0`),
  },
  {
    name: 'large',
    title: 'A read of 256 KiB',
    try: (rig, _driver, device) => said(rig, `read ${device} 262144`),
  },
  {
    name: 'control',
    title: 'A control that nobody knows',
    try: (rig, _driver, device) => said(rig, `ioctl ${device} 8000ffff`),
  },
  {
    name: 'buffer',
    title: 'A buffer that is no memory',
    try: (rig, _driver, device) => said(rig, `bad ${device}`),
  },
  {
    name: 'cancelled',
    title: 'The program that asked is ended',
    async try(rig, driver, device) {
      const [reader, count] = await waiting(rig, driver, device);
      if (reader === undefined || !(await rig.endReader(reader)))
        return 'The reader had its answer before it could be ended.';
      const left = (await rig.look(driver))?.requests.length ?? 0;
      return `The reader was ended; the driver had ${count ?? 0} requests, and has ${left}.`;
    },
  },
  {
    name: 'suspended',
    title: 'The driver is stopped for a while',
    async try(rig, driver, device) {
      await rig.suspend(driver, true);
      try {
        await rig.reader(device);
        const count = (await rig.look(driver))?.requests.length;
        return `Stopped, it had ${count ?? 0} requests waiting; then it was resumed.`;
      } finally {
        await rig.suspend(driver, false);
      }
    },
  },
  {
    name: 'killed',
    title: 'The driver is killed',
    async try(rig, driver, device) {
      const [, count] = await waiting(rig, driver, device);
      await rig.kill(driver);
      return `It was killed ${held(count)}. Load it again.`;
    },
  },
];
