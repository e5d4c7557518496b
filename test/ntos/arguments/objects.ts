/** Wrong arguments of services on objects, waits, threads, processes, and the system. */
import { MAXIMUM_WAIT_OBJECTS, WaitAll } from '../../../personality/rtl/objects.ts';
import { CURRENT_PROCESS, CURRENT_THREAD } from '../../../personality/rtl/services.ts';
import {
  ALL,
  CLASS,
  DENIED,
  type Fixture,
  INVALID,
  LENGTH,
  names,
  newNames,
  NOBODY,
  type Table,
  TYPE,
} from './fixture.ts';

const PRIVILEGE = 'STATUS_PRIVILEGE_NOT_HELD';
const HANDLE = 'STATUS_INVALID_HANDLE';

export async function objects(f: Fixture): Promise<Table> {
  const data = new Uint8Array(4);
  const poll = { alertable: false, timeout: 0 };
  const [event, semaphore, timer, mutant] = [
    await f.weak(f.event),
    await f.weak(f.semaphore),
    await f.weak(f.timer),
    await f.weak(f.mutant),
  ];
  const self = {
    sourceProcess: CURRENT_PROCESS,
    targetProcess: CURRENT_PROCESS,
  };
  const duplicate = {
    ...self,
    source: f.event,
    access: 1,
    attributes: 0,
    options: 0,
  };
  return {
    NtClose: { base: { handle: 0 }, handles: ['handle'] },
    NtCreateDirectoryObject: {
      base: { name: '\\??\\Own' },
      wrong: newNames('\\??'),
    },
    NtCreateSymbolicLinkObject: {
      base: { name: '\\??\\Own', target: '\\' },
      wrong: newNames('\\??\\A:'),
    },
    NtOpenDirectoryObject: {
      base: { name: '\\??' },
      wrong: names('\\SessionReady'),
    },
    NtQueryDirectoryObject: {
      base: { handle: f.directory, context: 0 },
      typed: ['handle'],
      wrong: [[{ context: 99_999 }, 'STATUS_NO_MORE_ENTRIES']],
    },
    NtOpenSymbolicLinkObject: {
      base: { ...ALL, name: '\\??\\A:' },
      wrong: names('\\??'),
    },
    NtQuerySymbolicLinkObject: { base: { handle: f.link }, typed: ['handle'] },
    NtMakeTemporaryObject: {
      base: { handle: f.event },
      handles: ['handle'],
      wrong: [[{ handle: event }, DENIED]],
    },
    NtMakePermanentObject: {
      base: { handle: f.event },
      wrong: [[{}, PRIVILEGE]],
    },
    NtQueryObject: {
      base: { handle: f.event, class: 0, length: 56 },
      handles: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 3 }, LENGTH],
        [{ length: 0 }, LENGTH],
      ],
    },
    NtSetInformationObject: {
      base: { handle: f.event, class: 4, data: new Uint8Array(2) },
      handles: ['handle'],
      wrong: [
        [{ class: 0 }, CLASS],
        [{ data }, LENGTH],
      ],
    },
    NtDuplicateObject: {
      base: duplicate,
      typed: ['sourceProcess', 'targetProcess'],
      handles: ['source'],
      wrong: [
        [{ options: 0x80 }, INVALID],
        [{ source: event, access: 2 }, DENIED],
      ],
    },

    NtWaitForSingleObject: {
      base: { ...poll, handle: f.event },
      handles: ['handle'],
      wrong: [
        [{ handle: f.directory }, DENIED],
        [{ handle: f.link }, DENIED],
      ],
    },
    NtWaitForMultipleObjects: {
      base: { ...poll, handles: [f.event], type: WaitAll },
      wrong: [
        [{ handles: [] }, 'STATUS_INVALID_PARAMETER_1'],
        [
          {
            handles: new Array<number>(MAXIMUM_WAIT_OBJECTS + 1).fill(f.event),
          },
          'STATUS_INVALID_PARAMETER_1',
        ],
        [{ type: 2 }, 'STATUS_INVALID_PARAMETER_3'],
        [{ handles: [f.event, NOBODY] }, HANDLE],
      ],
    },
    NtSignalAndWaitForSingleObject: {
      base: { ...poll, signal: f.event, handle: f.event },
      handles: ['signal', 'handle'],
      wrong: [
        [{ signal: f.directory }, TYPE],
        [{ signal: event }, DENIED],
      ],
    },
    NtDelayExecution: 'every time is one',
    NtCreateEvent: {
      base: { ...ALL, type: 0, initial: false },
      wrong: [[{ type: 2 }, INVALID], ...newNames('\\SessionReady')],
    },
    NtOpenEvent: {
      base: { ...ALL, name: '\\SessionReady' },
      wrong: names('\\??'),
    },
    NtSetEvent: {
      base: { handle: f.event },
      typed: ['handle'],
      wrong: [[{ handle: event }, DENIED]],
    },
    NtResetEvent: {
      base: { handle: f.event },
      typed: ['handle'],
      wrong: [[{ handle: event }, DENIED]],
    },
    NtClearEvent: {
      base: { handle: f.event },
      typed: ['handle'],
      wrong: [[{ handle: event }, DENIED]],
    },
    NtPulseEvent: {
      base: { handle: f.event },
      typed: ['handle'],
      wrong: [[{ handle: event }, DENIED]],
    },
    NtQueryEvent: {
      base: { handle: f.event },
      typed: ['handle'],
      wrong: [[{ handle: event }, DENIED]],
    },
    NtCreateMutant: {
      base: { ...ALL, owned: false },
      wrong: newNames('\\SessionReady'),
    },
    NtOpenMutant: {
      base: { ...ALL, name: '\\??\\None' },
      wrong: names('\\SessionReady'),
    },
    NtReleaseMutant: {
      base: { handle: f.mutant },
      typed: ['handle'],
      wrong: [[{}, 'STATUS_MUTANT_NOT_OWNED']],
    },
    NtQueryMutant: {
      base: { handle: f.mutant },
      typed: ['handle'],
      wrong: [[{ handle: mutant }, DENIED]],
    },
    NtCreateSemaphore: {
      base: { ...ALL, initial: 0, maximum: 1 },
      wrong: [
        [{ initial: -1 }, INVALID],
        [{ initial: 2 }, INVALID],
        [{ maximum: 0 }, INVALID],
        ...newNames('\\SessionReady'),
      ],
    },
    NtOpenSemaphore: {
      base: { ...ALL, name: '\\??\\None' },
      wrong: names('\\SessionReady'),
    },
    NtReleaseSemaphore: {
      base: { handle: f.semaphore, count: 1 },
      typed: ['handle'],
      wrong: [
        [{ count: 0 }, INVALID],
        [{ count: -1 }, INVALID],
        [{ count: 2 }, 'STATUS_SEMAPHORE_LIMIT_EXCEEDED'],
        [{ handle: semaphore }, DENIED],
      ],
    },
    NtQuerySemaphore: {
      base: { handle: f.semaphore },
      typed: ['handle'],
      wrong: [[{ handle: semaphore }, DENIED]],
    },
    NtCreateTimer: {
      base: { ...ALL, type: 0 },
      wrong: [[{ type: 2 }, 'STATUS_INVALID_PARAMETER_4'], ...newNames('\\SessionReady')],
    },
    NtOpenTimer: {
      base: { ...ALL, name: '\\??\\None' },
      wrong: names('\\SessionReady'),
    },
    NtSetTimer: {
      base: { handle: f.timer, due: 0, routine: 0, context: 0, period: 0 },
      typed: ['handle'],
      wrong: [
        [{ period: -1 }, 'STATUS_INVALID_PARAMETER_6'],
        [{ handle: timer }, DENIED],
      ],
    },
    NtCancelTimer: {
      base: { handle: f.timer },
      typed: ['handle'],
      wrong: [[{ handle: timer }, DENIED]],
    },
    NtQueryTimer: {
      base: { handle: f.timer },
      typed: ['handle'],
      wrong: [[{ handle: timer }, DENIED]],
    },
    NtCreateKeyedEvent: {
      base: { ...ALL, flags: 0 },
      wrong: [[{ flags: 1 }, 'STATUS_INVALID_PARAMETER_4'], ...newNames('\\SessionReady')],
    },
    NtOpenKeyedEvent: {
      base: { ...ALL, name: '\\??\\None' },
      wrong: names('\\SessionReady'),
    },
    NtWaitForKeyedEvent: {
      base: { ...poll, handle: f.keyed, key: 2 },
      typed: ['handle'],
      wrong: [[{ key: 1 }, 'STATUS_INVALID_PARAMETER_1']],
    },
    NtReleaseKeyedEvent: {
      base: { ...poll, handle: f.keyed, key: 2 },
      typed: ['handle'],
      wrong: [[{ key: 1 }, 'STATUS_INVALID_PARAMETER_1']],
    },

    NtCreateThreadEx: {
      base: {
        access: 0,
        attributes: 0,
        process: CURRENT_PROCESS,
        routine: 0,
        argument: 0,
        flags: 0,
      },
      typed: ['process'],
      wrong: [[{ flags: 2 }, INVALID]],
    },
    NtOpenThread: {
      base: { access: 0, attributes: 0, process: 0, thread: 0 },
      wrong: [
        [{ thread: 0x7770 }, INVALID],
        [{ thread: 0x7770, process: 4 }, 'STATUS_INVALID_CID'],
      ],
    },
    NtTerminateThread: {
      base: { handle: 0, status: 0 },
      typed: ['handle'],
      wrong: [[{}, 'STATUS_CANT_TERMINATE_SELF']],
    },
    NtSuspendThread: { base: { handle: CURRENT_THREAD }, typed: ['handle'] },
    NtResumeThread: { base: { handle: CURRENT_THREAD }, typed: ['handle'] },
    NtQueryInformationThread: {
      base: { handle: CURRENT_THREAD, class: 0, length: 28 },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 0 }, LENGTH],
        [{ length: 29 }, LENGTH],
      ],
    },
    NtQueueApcThread: {
      base: {
        handle: CURRENT_THREAD,
        routine: 1,
        context: 0,
        argument1: 0,
        argument2: 0,
      },
      typed: ['handle'],
    },
    NtAlertThread: { base: { handle: CURRENT_THREAD }, typed: ['handle'] },
    NtAlertResumeThread: {
      base: { handle: CURRENT_THREAD },
      typed: ['handle'],
    },
    NtTestAlert: 'it has no arguments',
    NtSetInformationThread: {
      base: { handle: CURRENT_THREAD, class: 5, data },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ class: 0 }, 'STATUS_NOT_SUPPORTED'],
        [{ data: new Uint8Array(3) }, LENGTH],
      ],
    },

    NtCreateProcess: {
      base: { image: 'none.exe', commandLine: '' },
      wrong: [
        [{}, 'STATUS_DLL_NOT_FOUND'],
        [{ image: 'smss.exe' }, DENIED],
        [{ image: '' }, 'STATUS_OBJECT_NAME_INVALID'],
      ],
    },
    NtCreateProcessEx: {
      base: {
        image: 'none.exe',
        commandLine: '',
        flags: 0,
        parameters: new Uint8Array(),
      },
      typed: ['token'],
      wrong: [
        [{}, 'STATUS_DLL_NOT_FOUND'],
        [{ flags: 1 }, INVALID],
        [{ parameters: data }, INVALID],
        [{ image: 'agent.exe' }, DENIED],
      ],
    },
    NtTerminateProcess: { base: { handle: 0, status: 0 }, typed: ['handle'] },
    NtTerminateJobObject: { base: { handle: 0, status: 0 }, typed: ['handle'] },
    NtOpenProcess: {
      base: { id: 4 },
      wrong: [
        [{ id: 0x7770 }, INVALID],
        [{ access: 0x2 }, DENIED],
      ],
    },
    NtQueryInformationProcess: {
      base: { handle: CURRENT_PROCESS, class: 0, length: 24 },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 0 }, LENGTH],
        [{ length: 25 }, LENGTH],
      ],
    },
    NtSetInformationProcess: {
      base: { handle: CURRENT_PROCESS, class: 0, data },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{}, 'STATUS_NOT_SUPPORTED'],
      ],
    },
    NtDisplayString: 'every text is one',

    NtLoadDriver: { base: { name: 'null' }, wrong: [[{}, PRIVILEGE]] },
    NtUnloadDriver: { base: { name: 'fdc' }, wrong: [[{}, PRIVILEGE]] },
    NtRevokeCapability: { base: { id: 4, slot: 1 }, wrong: [[{}, PRIVILEGE]] },
    NtShutdownSystem: { base: { action: 0 }, wrong: [[{}, PRIVILEGE]] },
    NtQuerySystemInformation: {
      base: { class: 0, offset: 0 },
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 0 }, LENGTH],
        [{ length: 43 }, LENGTH],
        [{ class: 2, offset: 8 }, INVALID],
      ],
    },
    NtSetSystemInformation: {
      base: { class: 202, value: 0 },
      wrong: [
        [{ class: 0 }, CLASS],
        [{ value: 2 }, INVALID],
      ],
    },
    NtQuerySystemTime: 'it has no arguments',
  };
}
