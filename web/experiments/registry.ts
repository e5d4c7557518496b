/**
 * The experiments, in the order in which a beginner does them: to add one is a file in list/, a row
 * here, and its page (`npm run docs:experiments`).
 */
import { aBadSector } from './list/a-bad-sector.ts';
import { aDeadlock } from './list/a-deadlock.ts';
import { aDriverOfYourOwn } from './list/a-driver-of-your-own.ts';
import { aDriverThatHangs } from './list/a-driver-that-hangs.ts';
import { aLeakAndItsOwner } from './list/a-leak-and-its-owner.ts';
import { aProgramThatDiesAlone } from './list/a-program-that-dies-alone.ts';
import { aRaceReplayed } from './list/a-race-replayed.ts';
import { aWriteProtectedDisk } from './list/a-write-protected-disk.ts';
import { followARead } from './list/follow-a-read.ts';
import { priorityAndWhoRuns } from './list/priority-and-who-runs.ts';
import { pullTheDisk } from './list/pull-the-disk-while-it-writes.ts';
import { the16MbLine } from './list/the-16-mb-line.ts';
import { revokeACapability } from './list/revoke-a-capability.ts';
import { theCostOfAName } from './list/the-cost-of-a-name.ts';
import { theLazyWriter } from './list/the-lazy-writer.ts';
import { thePriceOfAMessage } from './list/the-price-of-a-message.ts';
import { theSecondRead } from './list/the-second-read.ts';
import { whatAHostileProgramMayDo } from './list/what-a-hostile-program-may-do.ts';
import { whoMayTouchThePort } from './list/who-may-touch-the-port.ts';
import type { Experiment } from './types.ts';

export const EXPERIMENTS: readonly Experiment[] = [
  followARead,
  theSecondRead,
  theCostOfAName,
  thePriceOfAMessage,
  whoMayTouchThePort,
  revokeACapability,
  whatAHostileProgramMayDo,
  aProgramThatDiesAlone,
  aDriverOfYourOwn,
  aDriverThatHangs,
  aLeakAndItsOwner,
  aWriteProtectedDisk,
  aBadSector,
  theLazyWriter,
  pullTheDisk,
  the16MbLine,
  priorityAndWhoRuns,
  aDeadlock,
  aRaceReplayed,
];
