/**
 * What threads that share everything (crowd-acts.ts) do to files and volumes beside reading and
 * writing: names that change and go, sizes, views that are written back.
 *
 *   FILE_ACTS     with their weights
 */
import * as information from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { ask, type Calls, DIRECTORIES, FILES, type WeightedAct } from './crowd-calls.ts';

const TARGETS = [...FILES, 'A:\\NEW\\X.BIN', 'A:\\NEW', 'A:\\A long name of a file'];

const nameInformation = ({ random }: Calls): Uint8Array =>
  information.encodeRename({
    replace: random.once(2),
    root: 0,
    name: `\\??\\${random.of(TARGETS)}`,
  });

const basicInformation = ({ random }: Calls): Uint8Array =>
  information.encodeBasic({
    ...{ created: 0, accessed: 0, changed: 0 },
    written: random.once(2) ? 132_000_000_000_000_000 : 0,
    attributes: random.of([0, nt.FILE_ATTRIBUTE_HIDDEN, nt.FILE_ATTRIBUTE_ARCHIVE]),
  });

export const FILE_ACTS: readonly WeightedAct[] = [
  [
    3,
    ask('NtSetInformationFile', (crowd) => ({
      handle: crowd.handle,
      class: nt.FileRenameInformation,
      data: nameInformation(crowd),
    })),
  ],
  [
    2,
    ask('NtSetInformationFile', ({ handle, random }) => ({
      ...{ handle, class: nt.FileAllocationInformation },
      data: information.encodeLarge(random.below(40_000)),
    })),
  ],
  [
    2,
    ask('NtSetInformationFile', (crowd) => ({
      handle: crowd.handle,
      class: nt.FileBasicInformation,
      data: basicInformation(crowd),
    })),
  ],
  [
    1,
    ask('NtDeleteFile', ({ random }) => ({
      ...{ name: `\\??\\${random.of([...TARGETS, ...DIRECTORIES])}`, root: 0 },
    })),
  ],
  [
    3,
    ask('NtFlushVirtualMemory', ({ views, random }) => ({
      ...{ process: CURRENT_PROCESS, address: random.of(views) ?? 0, length: 0 },
    })),
  ],
];
