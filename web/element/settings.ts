/**
 * What an author sets on the element, looked at when the system boots: what is wrong is a TypeError
 * in words, and the boot fails with it; of an unknown topology, speed or boot the default is taken,
 * and the console says so. An attribute is a string; a property may be anything.
 *
 *   properties                        which attribute is which property
 *   bootSettings(element, topology)   for Machine.boot
 *   shareSettings(element, topology)  of these, what a link takes along
 *   traceOptionsOf(value)
 *   prefixOf(persist)                 what disks are kept under; undefined: none are
 *   textScale(value)                  what is no size is 1
 *   takeAssignedBoot(prototype)       of the attribute `boot`, beside the method of that name
 */
import type { PropertyDeclarations } from 'lit';
import type { TraceOptions } from '../host/trace.ts';
import { booleanOf, callbackOf, kindOf, optionsOf, signalOf, textOf, wrong } from './arguments.ts';
import type { LinkSettings } from '../store/types.ts';
import type { BootSettings } from './machine.ts';
import { SITE } from './share.ts';
import type { Drive, FirstDisk } from './types.ts';

export const properties: PropertyDeclarations = {
  diskA: { attribute: 'disk-a' },
  diskB: { attribute: 'disk-b' },
  disks: { attribute: false },
  run: {},
  persist: {},
  topology: { reflect: true, noAccessor: true },
  bootWhen: { attribute: 'boot' },
  speed: {},
  controls: { type: Boolean },
  screenReader: { attribute: 'screen-reader', type: Boolean, reflect: true },
  shareBase: { attribute: 'share-base' },
  driveSound: { attribute: 'drive-sound', type: Boolean, reflect: true },
  textSize: { attribute: 'text-size', type: Number, reflect: true },
};

/**
 * React and Vue set a property where the element has one of the attribute's name: `boot="manual"`
 * is assigned, and must not take the method's place.
 */
export function takeAssignedBoot(prototype: { boot: () => unknown; bootWhen: unknown }): void {
  const value = prototype.boot;
  Object.defineProperty(prototype, 'boot', {
    configurable: true,
    get: () => value,
    set(this: typeof prototype, when: unknown) {
      this.bootWhen = when;
    },
  });
}

type Given = Readonly<
  Record<'bootWhen' | 'speed' | 'run' | 'disks' | 'diskA' | 'diskB' | 'shareBase', unknown>
>;

/** Attributes of a few words each; of another word the first is taken, as HTML does it. */
const TOPOLOGIES = ['auto', 'isolated', 'single'] as const;
const SPEEDS = ['fast', 'real'] as const;
const BEGINNINGS = ['auto', 'manual', 'click'] as const;
const said = new Set<string>();

/** Which of them it is; what is taken instead of another is said in the console, once. */
function wordOf<W extends string>(name: string, words: readonly [W, ...W[]], given: unknown): W {
  const found = words.find((word) => word === (given ?? words[0]));
  if (found) return found;
  const value = typeof given === 'string' ? JSON.stringify(given) : kindOf(given);
  const text = `<neptune-os>: ${name} is ${value}, none of: ${words.join(', ')}. ${words[0]} is taken.`;
  if (!said.has(text)) console.warn(text);
  said.add(text);
  return words[0];
}

export function shareSettings(
  { speed }: Pick<Given, 'speed'>,
  topology: unknown,
): Required<LinkSettings> {
  return {
    topology: wordOf('topology', TOPOLOGIES, topology),
    speed: wordOf('speed', SPEEDS, speed),
  };
}

export function bootSettings(given: Given, topology: unknown): BootSettings {
  const { bootWhen, disks } = given;
  wordOf('boot', BEGINNINGS, bootWhen); // which begins by itself, as it has
  return {
    ...shareSettings(given, topology),
    frame: frameOf(given.shareBase),
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

export const prefixOf = (persist: unknown): string | undefined =>
  typeof persist === 'string' ? persist : undefined;

function optional(value: unknown, what: string): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value, what);
}

/** The page of workers is beside the site: beside this module, where nothing else is said. */
function frameOf(base: unknown): URL {
  const site = typeof base === 'string' && URL.canParse(base) ? base : SITE;
  return new URL('frame.html', site);
}

/** What is wrong with the image itself leaves the drive empty, and the system boots. */
function firstDiskOf(value: unknown, what: string): FirstDisk {
  if (typeof value !== 'object' || value === null) throw wrong(what, 'an object', value);
  return value as FirstDisk;
}

/** The least and the most by which letters are made smaller or larger. */
export const TEXT_SCALES = { least: 0.5, most: 4 } as const;

export function textScale(value: unknown): number {
  const { least, most } = TEXT_SCALES;
  return typeof value === 'number' && value > 0 ? Math.min(most, Math.max(least, value)) : 1;
}

export function traceOptionsOf(value: unknown): TraceOptions {
  return optionsOf<TraceOptions>(value, 'The options', {
    onName: callbackOf,
    onLost: callbackOf,
    signal: signalOf,
    ports: booleanOf,
    interval(given, what) {
      if (typeof given !== 'number' || !(given >= 0)) throw wrong(what, 'a number of ms', given);
      return given;
    },
  });
}
