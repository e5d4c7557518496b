/**
 * What an author sets on the element, looked at when the system boots: what is wrong is a TypeError
 * in words, and the boot fails with it. An attribute is a string; a property may be anything.
 *
 *   bootSettings(element, topology)   for Machine.boot
 *   traceOptionsOf(value)
 */
import type { TraceOptions } from '../host/trace.ts';
import { optionsOf, textOf, wrong } from './arguments.ts';
import type { BootSettings } from './machine.ts';
import type { Drive, FirstDisk } from './types.ts';

type Given = Readonly<Record<'speed' | 'run' | 'disks' | 'diskA' | 'diskB', unknown>>;

export function bootSettings(given: Given, topology: unknown): BootSettings {
  const { speed, disks } = given;
  return {
    topology: topology === 'isolated' || topology === 'single' ? topology : 'auto',
    speed: speed === 'real' ? 'real' : 'fast',
    run: optional(given.run, '"run"') ?? '',
    disks: optionsOf<Partial<Record<Drive, FirstDisk>>>(disks ?? undefined, '"disks"', {
      'A:': firstDiskOf,
      'B:': firstDiskOf,
    }),
    addresses: {
      'A:': optional(given.diskA, '"diskA"'),
      'B:': optional(given.diskB, '"diskB"'),
    },
  };
}

function optional(value: unknown, what: string): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value, what);
}

/** What is wrong with the image itself leaves the drive empty, and the system boots. */
function firstDiskOf(value: unknown, what: string): FirstDisk {
  if (typeof value !== 'object' || value === null) throw wrong(what, 'an object', value);
  return value as FirstDisk;
}

export function traceOptionsOf(value: unknown): TraceOptions {
  return optionsOf<TraceOptions>(value, 'The options', {
    signal(given, what) {
      if (!(given instanceof AbortSignal)) throw wrong(what, 'an AbortSignal', given);
      return given;
    },
    interval(given, what) {
      if (typeof given !== 'number' || !(given >= 0)) throw wrong(what, 'a number of ms', given);
      return given;
    },
  });
}
