/**
 * What threads do that share everything (crowd.test.ts): random calls on what all of them use at
 * once (crowd-calls.ts), and close, free and end at any moment.
 *
 *   new Crowd(seed)
 *   crowd.act(own)          one call, at random, by the thread `own`
 *   crowd.open(own)         one handle more
 *   crowd.call(own, ...)    a service
 */
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { encodeLarge } from '../../personality/rtl/information.ts';
import * as memory from '../../personality/rtl/memory.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { type Act, ask, BUFFER, Calls, type WeightedAct } from './crowd-calls.ts';
import { FILE_ACTS } from './crowd-file-acts.ts';

export { BUFFER };

const CLASSES = [
  nt.FileEndOfFileInformation,
  nt.FileDispositionInformation,
  nt.FilePositionInformation,
];
const CONTROLS = [
  pipes.FSCTL_PIPE_LISTEN,
  pipes.FSCTL_PIPE_DISCONNECT,
  pipes.FSCTL_PIPE_PEEK,
  pipes.FSCTL_PIPE_TRANSCEIVE,
];

const close: Act = (crowd, own) => {
  const [handle = 0] = crowd.handles.splice(crowd.random.below(crowd.handles.length), 1);
  return crowd.call(own, 'NtClose', { handle });
};

const renewBuffer: Act = async (crowd, own) => {
  const at = crowd.random.below(crowd.buffers.length);
  await crowd.call(own, 'NtFreeVirtualMemory', { address: crowd.buffers[at]! });
  const { address } = await crowd.call(own, 'NtAllocateVirtualMemory', { length: BUFFER });
  crowd.buffers[at] = address;
};

const map: Act = async (crowd, own) => {
  const { status, handle: section } = await crowd.call(own, 'NtCreateSection', {
    ...{ name: '', access: memory.SECTION_ALL_ACCESS, attributes: 0, size: 0 },
    ...{ protect: memory.PAGE_READWRITE, allocation: memory.SEC_COMMIT, file: crowd.handle },
  });
  if (status !== 0) return;
  const view = await crowd.call(own, 'NtMapViewOfSection', {
    ...{ section, process: CURRENT_PROCESS, address: 0, zeroBits: 0, offset: 0, length: 0 },
    ...{ inherit: memory.ViewUnmap, type: 0, protect: memory.PAGE_READWRITE },
  });
  await crowd.call(own, 'NtClose', { handle: section });
  if (view.status === 0) crowd.views.push(view.address);
};

const ACTS: readonly WeightedAct[] = [
  [6, (crowd, own) => crowd.open(own)],
  [5, close],
  [14, ask('NtReadFile', ({ transfer }) => transfer)],
  [14, ask('NtWriteFile', ({ transfer }) => transfer)],
  [
    10,
    ask('NtLockFile', ({ range, told, random }) => ({
      ...{ ...range, ...told, failImmediately: random.once(3), exclusive: random.once(2) },
    })),
  ],
  [4, ask('NtUnlockFile', ({ range }) => range)],
  [5, ask('NtCancelIoFile', ({ handle }) => ({ handle }))],
  [4, ask('NtCancelIoFileEx', ({ handle }) => ({ handle, iosb: 0 }))],
  [5, ask('NtCancelSynchronousIoFile', ({ thread }) => ({ thread }))],
  [
    3,
    ask('NtNotifyChangeDirectoryFile', ({ handle, told, random, buffers }) => ({
      ...{ handle, ...told, address: random.of(buffers), length: 512, filter: 0xff, tree: true },
    })),
  ],
  [
    3,
    ask('NtQueryDirectoryFile', ({ handle, told, random, buffers }) => ({
      ...{ handle, ...told, address: random.of(buffers), length: 1024, pattern: '*' },
      ...{ class: nt.FileBothDirectoryInformation, restart: true, single: false },
    })),
  ],
  [
    4,
    ask('NtFsControlFile', ({ handle, told, random, buffers }) => ({
      ...{ handle, ...told, address: random.of(buffers), code: random.of(CONTROLS) },
      ...{ input: new Uint8Array(4), outputLength: 256 },
    })),
  ],
  [
    4,
    ask('NtSetInformationFile', ({ handle, random }) => ({
      ...{ handle, class: random.of(CLASSES), data: encodeLarge(random.below(2) * 5000) },
    })),
  ],
  [1, ask('NtFlushBuffersFile', ({ handle }) => ({ handle }))],
  [3, renewBuffer],
  [2, map],
  [
    2,
    ask('NtUnmapViewOfSection', ({ views }) => ({
      ...{ process: CURRENT_PROCESS, address: views.pop() ?? 0 },
    })),
  ],
  [
    3,
    ask('NtQueueApcThread', ({ thread }) => ({
      ...{ handle: thread, routine: 1, context: 0, argument1: 0, argument2: 0 },
    })),
  ],
  [2, ask('NtAlertThread', ({ thread }) => ({ handle: thread }))],
  [3, ask('NtDelayExecution', () => ({ alertable: true, interval: -10_000 }))],
  [
    3,
    ask('NtWaitForSingleObject', ({ handles, events, threads, random }) => ({
      handle: random.of([...handles, ...events, ...threads]),
      alertable: random.once(2),
      timeout: -20_000,
    })),
  ],
  [1, ask('NtTerminateThread', ({ thread }) => ({ handle: thread, status: 9 }))],
];

/** Each act as often as its weight says. */
const LOTS = [...ACTS, ...FILE_ACTS].flatMap(([weight, act]) => new Array<Act>(weight).fill(act));

export class Crowd extends Calls {
  act(own: NtProcess): Promise<unknown> {
    return this.random.of(LOTS)(this, own);
  }
}
