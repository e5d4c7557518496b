/**
 * The disks that are in their drives from the start: each drive's is brought by itself, and what
 * becomes of it is known in the end.
 *
 *   loadFirst(slots, bring, isFirst, say)
 *
 * `bring` works in the drive's order. What has to come over a network it leaves to the function
 * that it returns: that one is not in order, so the system boots, and the drive can be used.
 */
import { GivenUp } from './arrivals.ts';
import { textOf } from './shelf.ts';
import type { Slot } from './slot.ts';
import type { Drive, FirstDisk, FirstDiskResult } from './types.ts';

/** What is in a drive from the start, unless a kept disk is remembered. */
export interface FirstDisks {
  /** These come before what is remembered. */
  disks: Partial<Record<Drive, FirstDisk>>;
  addresses: Partial<Record<Drive, string | undefined>>;
  /** When the line is free for them: what is needed to boot comes first. */
  lineFree?: Promise<unknown>;
}

/** What a start is made of. */
export interface Start extends FirstDisks {
  readonly prefix: string | undefined;
  readonly recalled: Promise<Record<string, string>>;
  /** Of the arrivals: of a start that is over, nothing comes. */
  readonly turn: number;
}

export interface Loading {
  /** What is here, or kept in this browser, is in. Never rejects. */
  readonly near: Promise<unknown>;
  /** What became of each disk that was named; a download may take its time. Never rejects. */
  readonly all: Promise<FirstDiskResult[]>;
}

export type Later = () => Promise<void>;
export type Bring = (slot: Slot) => Promise<Later | undefined>;

export interface FirstRules {
  /** Whether a disk was named for the drive. */
  isNamed(slot: Slot): boolean;
  /** Whether the disk in the drive is the one that was brought. */
  isFirst(slot: Slot): boolean;
  say(message: string, error: unknown, about: Drive): void;
}

export function loadFirst(slots: readonly Slot[], bring: Bring, rules: FirstRules): Loading {
  const begun = slots.map((slot) => {
    const begin = () => slot.inOrder(() => bring(slot));
    const near = rules.isNamed(slot) ? slot.filling(begin) : begin();
    return { near: near.catch(() => undefined), end: endOf(slot, near, rules) };
  });
  return {
    near: Promise.all(begun.map(({ near }) => near)),
    all: Promise.all(begun.map(({ end }) => end)).then((ends) => ends.filter((end) => !!end)),
  };
}

async function endOf(
  slot: Slot,
  near: Promise<Later | undefined>,
  rules: FirstRules,
): Promise<FirstDiskResult | undefined> {
  const { drive } = slot;
  let why = 'Another disk is in the drive.';
  try {
    const later = await near;
    await later?.();
  } catch (error) {
    why = textOf(error);
    if (!(error instanceof GivenUp)) rules.say(`${drive} is empty. ${why}`, error, drive);
  }
  if (!rules.isNamed(slot)) return undefined;
  const arrived = rules.isFirst(slot);
  return { drive, arrived, why: arrived ? '' : why };
}
