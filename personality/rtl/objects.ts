/**
 * Constants of the Native API for objects, threads and waiting: access rights, attributes,
 * information classes.
 *
 * Names and values are those of the published Windows headers (ntifs.h, winnt.h) and of the
 * Native API's documentation. Those of files and devices are in nt.ts.
 */
import { SYNCHRONIZE } from './nt.ts';

// Rights that every type has
export const READ_CONTROL = 0x0002_0000;
export const STANDARD_RIGHTS_REQUIRED = 0x000f_0000;
/** All that the caller may have. */
export const MAXIMUM_ALLOWED = 0x0200_0000;
export const GENERIC_EXECUTE = 0x2000_0000;
export const GENERIC_ALL = 0x1000_0000;

// Rights of one type
const ALL = STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE;
export const EVENT_QUERY_STATE = 1;
export const EVENT_MODIFY_STATE = 2;
export const EVENT_ALL_ACCESS = ALL | 3;
export const MUTANT_QUERY_STATE = 1;
export const MUTANT_ALL_ACCESS = ALL | 1;
export const SEMAPHORE_QUERY_STATE = 1;
export const SEMAPHORE_MODIFY_STATE = 2;
export const SEMAPHORE_ALL_ACCESS = ALL | 3;
export const TIMER_QUERY_STATE = 1;
export const TIMER_MODIFY_STATE = 2;
export const TIMER_ALL_ACCESS = ALL | 3;
export const KEYEDEVENT_WAIT = 1;
export const KEYEDEVENT_WAKE = 2;
export const KEYEDEVENT_ALL_ACCESS = STANDARD_RIGHTS_REQUIRED | 3;
export const IO_COMPLETION_QUERY_STATE = 1;
export const IO_COMPLETION_MODIFY_STATE = 2;
export const IO_COMPLETION_ALL_ACCESS = ALL | 3;
export const THREAD_TERMINATE = 0x0001;
export const THREAD_SUSPEND_RESUME = 0x0002;
export const THREAD_ALERT = 0x0004;
/** To queue an APC. */
export const THREAD_SET_CONTEXT = 0x0010;
export const THREAD_QUERY_INFORMATION = 0x0040;
export const THREAD_ALL_ACCESS = ALL | 0xffff;
export const PROCESS_CREATE_THREAD = 0x0002;
export const PROCESS_DUP_HANDLE = 0x0040;
export const PROCESS_QUERY_INFORMATION = 0x0400;
export const PROCESS_ALL_ACCESS = ALL | 0xffff;
/** To have another thread act for the holder. */
export const THREAD_IMPERSONATE = 0x0100;
/** To act for that thread. */
export const THREAD_DIRECT_IMPERSONATION = 0x0200;
export const THREAD_SET_INFORMATION = 0x0020;
export const THREAD_SET_THREAD_TOKEN = 0x0080;
export const DIRECTORY_QUERY = 1;
export const DIRECTORY_TRAVERSE = 2;
export const DIRECTORY_CREATE_OBJECT = 4;
export const DIRECTORY_CREATE_SUBDIRECTORY = 8;
export const DIRECTORY_ALL_ACCESS = STANDARD_RIGHTS_REQUIRED | 0xf;
export const SYMBOLIC_LINK_QUERY = 1;
export const SYMBOLIC_LINK_ALL_ACCESS = STANDARD_RIGHTS_REQUIRED | 1;

// OBJECT_ATTRIBUTES.Attributes
/** Processes that the holder makes have the handle too, if they are made to inherit. */
export const OBJ_INHERIT = 0x02;
/** Where there is an object of that name, it is opened: STATUS_OBJECT_NAME_EXISTS. */
export const OBJ_OPENIF = 0x80;
export const OBJ_CASE_INSENSITIVE = 0x40;

// NtDuplicateObject
export const DUPLICATE_CLOSE_SOURCE = 1;
export const DUPLICATE_SAME_ACCESS = 2;
export const DUPLICATE_SAME_ATTRIBUTES = 4;

// Waiting
export const WaitAll = 0;
export const WaitAny = 1;
export const MAXIMUM_WAIT_OBJECTS = 64;

// Timers
export const NotificationTimer = 0;
export const SynchronizationTimer = 1;

// Processes and threads
/** The new process has the handles of its maker that are OBJ_INHERIT, under the same numbers. */
export const PROCESS_CREATE_FLAGS_INHERIT_HANDLES = 4;
export const THREAD_CREATE_FLAGS_CREATE_SUSPENDED = 1;
export const MAXIMUM_SUSPEND_COUNT = 127;
export const ProcessBasicInformation = 0;
export const ProcessQuotaLimits = 1;
export const ProcessVmCounters = 3;
export const ProcessTimes = 4;
export const ProcessHandleCount = 20;
export const ProcessSessionInformation = 24;
export const ProcessImageFileName = 27;
export const ProcessCommandLineInformation = 60;
export const ThreadBasicInformation = 0;
export const ThreadTimes = 1;
/** Of NtSetInformationThread: a LONG, above or below the process's. */
export const ThreadBasePriority = 3;
export const ThreadAmILastThread = 12;
export const ThreadIsTerminated = 20;
export const ThreadSuspendCount = 35;

// NtQueryObject and NtSetInformationObject
export const ObjectBasicInformation = 0;
export const ObjectNameInformation = 1;
export const ObjectTypeInformation = 2;
export const ObjectHandleFlagInformation = 4;
