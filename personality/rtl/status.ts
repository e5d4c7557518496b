/**
 * NTSTATUS: numbers, names and a sentence for people.
 *
 * Values are unsigned 32-bit: severity in the top two bits (0 success, 1 information, 2 warning, 3
 * error).
 */

const table = {
  // The same number as the one after it, which is its name for people.
  STATUS_WAIT_0: [0x00000000, 'The wait was satisfied.'],
  STATUS_SUCCESS: [0x00000000, 'The operation completed.'],
  STATUS_ABANDONED_WAIT_0: [0x00000080, 'The thread that owned the object has ended.'],
  STATUS_USER_APC: [0x000000c0, 'The wait was ended by a call that came for the thread.'],
  STATUS_ALERTED: [0x00000101, 'The wait was ended by an alert.'],
  STATUS_PENDING: [0x00000103, 'The operation is still in progress.'],
  STATUS_TIMEOUT: [0x00000102, 'The wait timed out.'],
  STATUS_MORE_ENTRIES: [0x00000105, 'There is more to come.'],
  STATUS_NOTIFY_CLEANUP: [0x0000010b, 'The directory is watched no more.'],
  STATUS_NOTIFY_ENUM_DIR: [0x0000010c, 'More has changed than can be told.'],
  STATUS_NOT_ALL_ASSIGNED: [0x00000106, 'The token does not hold all of these privileges.'],
  STATUS_OBJECT_NAME_EXISTS: [0x40000000, 'An object of that name was there and is opened.'],
  STATUS_NO_YIELD_PERFORMED: [0x40000024, 'There was no other thread to run.'],
  STATUS_DATATYPE_MISALIGNMENT: [0x80000002, 'An address is not aligned.'],
  STATUS_BUFFER_OVERFLOW: [0x80000005, 'The data was too large for the buffer.'],
  STATUS_NO_MORE_FILES: [0x80000006, 'There are no more files.'],
  STATUS_PARTIAL_COPY: [0x8000000d, 'Not all of the memory could be reached.'],
  STATUS_DEVICE_BUSY: [0x80000011, 'The device is in use.'],
  STATUS_NO_MORE_ENTRIES: [0x8000001a, 'There are no more entries.'],
  STATUS_VERIFY_REQUIRED: [0x80000016, 'The disk may have been changed.'],
  STATUS_MEDIA_CHANGED: [0x8000001c, 'The disk was changed.'],
  STATUS_UNSUCCESSFUL: [0xc0000001, 'The operation failed.'],
  STATUS_NOT_IMPLEMENTED: [0xc0000002, 'That is not implemented.'],
  STATUS_INVALID_INFO_CLASS: [0xc0000003, 'That kind of information is not known here.'],
  STATUS_INFO_LENGTH_MISMATCH: [0xc0000004, 'The length of the information is wrong.'],
  STATUS_ACCESS_VIOLATION: [0xc0000005, 'The memory could not be accessed.'],
  STATUS_ILLEGAL_INSTRUCTION: [0xc000001d, 'The program came to code that cannot be executed.'],
  STATUS_NONCONTINUABLE_EXCEPTION: [
    0xc0000025,
    'A filter would go on after an exception that cannot be continued.',
  ],
  STATUS_INVALID_DISPOSITION: [0xc0000026, 'A filter answered what no filter may answer.'],
  STATUS_ARRAY_BOUNDS_EXCEEDED: [0xc000008c, 'A value is outside of its range.'],
  STATUS_FLOAT_INVALID_OPERATION: [0xc0000090, 'A floating-point number is no integer.'],
  STATUS_INTEGER_DIVIDE_BY_ZERO: [0xc0000094, 'A number was divided by zero.'],
  STATUS_INTEGER_OVERFLOW: [0xc0000095, 'The result is too large for an integer.'],
  STATUS_STACK_OVERFLOW: [0xc00000fd, 'The stack is used up.'],
  STATUS_ENTRYPOINT_NOT_FOUND: [0xc0000139, 'A name that the program uses is not there.'],
  STATUS_INVALID_HANDLE: [0xc0000008, 'The handle is not valid.'],
  STATUS_INVALID_CID: [0xc000000b, 'There is no such process or thread.'],
  STATUS_INVALID_PARAMETER: [0xc000000d, 'A parameter is not valid.'],
  STATUS_NO_SUCH_DEVICE: [0xc000000e, 'There is no such device.'],
  STATUS_NO_SUCH_FILE: [0xc000000f, 'No such file was found.'],
  STATUS_INVALID_DEVICE_REQUEST: [0xc0000010, 'The device cannot do that.'],
  STATUS_END_OF_FILE: [0xc0000011, 'The end of the file was reached.'],
  STATUS_WRONG_VOLUME: [0xc0000012, 'A different disk is in the drive.'],
  STATUS_NO_MEDIA_IN_DEVICE: [0xc0000013, 'There is no disk in the drive.'],
  STATUS_UNRECOGNIZED_MEDIA: [0xc0000014, 'The disk is not formatted in a way that is known here.'],
  STATUS_NONEXISTENT_SECTOR: [0xc0000015, 'The disk has no such sector.'],
  STATUS_MORE_PROCESSING_REQUIRED: [0xc0000016, 'More processing is required.'],
  STATUS_NO_MEMORY: [0xc0000017, 'There is not enough memory.'],
  STATUS_CONFLICTING_ADDRESSES: [0xc0000018, 'The hardware, or the addresses, are taken.'],
  STATUS_NOT_MAPPED_VIEW: [0xc0000019, 'There is no view at that address.'],
  STATUS_UNABLE_TO_FREE_VM: [0xc000001a, 'That memory was not allocated in one piece.'],
  STATUS_UNABLE_TO_DELETE_SECTION: [0xc000001b, 'A view is unmapped, not freed.'],
  STATUS_INVALID_VIEW_SIZE: [0xc000001f, 'The view is larger than the section.'],
  STATUS_INVALID_FILE_FOR_SECTION: [0xc0000020, 'There can be no section over that file.'],
  STATUS_ALREADY_COMMITTED: [0xc0000021, 'The memory is there already.'],
  STATUS_NOT_COMMITTED: [0xc000002d, 'The memory is reserved, and not there.'],
  STATUS_INVALID_PAGE_PROTECTION: [0xc0000045, 'There is no such protection of memory.'],
  STATUS_SECTION_PROTECTION: [0xc000004e, 'The section does not allow that protection.'],
  STATUS_SECTION_TOO_BIG: [0xc0000040, 'The section is too large.'],
  STATUS_SECTION_NOT_EXTENDED: [0xc0000087, 'The section was not extended.'],
  STATUS_FREE_VM_NOT_AT_BASE: [0xc000009f, 'The memory does not begin there.'],
  STATUS_MEMORY_NOT_ALLOCATED: [0xc00000a0, 'There is no memory allocated at that address.'],
  STATUS_USER_MAPPED_FILE: [0xc0000243, 'A part of the file is mapped by a program.'],
  STATUS_MAPPED_ALIGNMENT: [0xc0000220, 'The place in the section is not aligned.'],
  STATUS_ACCESS_DENIED: [0xc0000022, 'Access is denied.'],
  STATUS_BUFFER_TOO_SMALL: [0xc0000023, 'The buffer is too small.'],
  STATUS_OBJECT_TYPE_MISMATCH: [0xc0000024, 'The object is of another type.'],
  STATUS_INVALID_PARAMETER_MIX: [0xc0000030, 'The parameters do not fit together.'],
  STATUS_OBJECT_NAME_INVALID: [0xc0000033, 'The name is not valid.'],
  STATUS_OBJECT_NAME_NOT_FOUND: [0xc0000034, 'There is no such file or object.'],
  STATUS_OBJECT_NAME_COLLISION: [0xc0000035, 'There is already a file or object of that name.'],
  STATUS_OBJECT_PATH_INVALID: [0xc0000039, 'The path is not valid.'],
  STATUS_OBJECT_PATH_NOT_FOUND: [0xc000003a, 'There is no such path.'],
  STATUS_OBJECT_PATH_SYNTAX_BAD: [0xc000003b, 'The path is not well formed.'],
  STATUS_DATA_OVERRUN: [0xc000003c, 'The device was faster than the system.'],
  STATUS_CRC_ERROR: [0xc000003f, 'The data on the disk is damaged (checksum error).'],
  STATUS_SHARING_VIOLATION: [0xc0000043, 'The file is in use.'],
  STATUS_QUOTA_EXCEEDED: [0xc0000044, 'The program has all that one program may have.'],
  STATUS_MUTANT_NOT_OWNED: [0xc0000046, 'The thread does not own the mutex.'],
  STATUS_SEMAPHORE_LIMIT_EXCEEDED: [0xc0000047, 'The semaphore would pass its limit.'],
  STATUS_SUSPEND_COUNT_EXCEEDED: [0xc000004a, 'The thread is suspended too many times.'],
  STATUS_THREAD_IS_TERMINATING: [0xc000004b, 'The thread is ending.'],
  STATUS_EAS_NOT_SUPPORTED: [0xc000004f, 'There are no extended attributes on that disk.'],
  STATUS_FILE_LOCK_CONFLICT: [0xc0000054, 'That part of the file is locked.'],
  STATUS_RANGE_NOT_LOCKED: [0xc000007e, 'That range is not locked.'],
  STATUS_INVALID_LOCK_RANGE: [0xc00001a1, 'There cannot be such a range.'],
  STATUS_DELETE_PENDING: [0xc0000056, 'The file is about to be deleted.'],
  STATUS_UNKNOWN_REVISION: [0xc0000058, 'The structure is of a revision that is not known here.'],
  STATUS_REVISION_MISMATCH: [0xc0000059, 'The revisions do not fit together.'],
  STATUS_INVALID_OWNER: [0xc000005a, 'The token may not make that its owner.'],
  STATUS_INVALID_PRIMARY_GROUP: [0xc000005b, 'The token may not make that its primary group.'],
  STATUS_NO_IMPERSONATION_TOKEN: [0xc000005c, 'The thread impersonates nobody.'],
  STATUS_CANT_DISABLE_MANDATORY: [0xc000005d, 'That group cannot be disabled.'],
  STATUS_NO_SUCH_PRIVILEGE: [0xc0000060, 'There is no such privilege.'],
  STATUS_PRIVILEGE_NOT_HELD: [0xc0000061, 'This takes a privilege that the process does not hold.'],
  STATUS_INVALID_ACL: [0xc0000077, 'The access control list is not valid.'],
  STATUS_INVALID_SID: [0xc0000078, 'The security identifier is not valid.'],
  STATUS_INVALID_SECURITY_DESCR: [0xc0000079, 'The security descriptor is not valid.'],
  STATUS_INVALID_IMAGE_FORMAT: [0xc000007b, 'The program has nothing to start at.'],
  STATUS_NO_TOKEN: [0xc000007c, 'The thread has no token of its own.'],
  STATUS_DISK_FULL: [0xc000007f, 'The disk is full.'],
  STATUS_ALLOTTED_SPACE_EXCEEDED: [0xc0000099, 'The list is longer than it can be.'],
  STATUS_INSUFFICIENT_RESOURCES: [0xc000009a, 'There are not enough resources.'],
  STATUS_DEVICE_DATA_ERROR: [0xc000009c, 'The device reported a data error.'],
  STATUS_DEVICE_NOT_CONNECTED: [0xc000009d, 'The device is not there any more.'],
  STATUS_MEDIA_WRITE_PROTECTED: [0xc00000a2, 'The disk is write-protected.'],
  STATUS_DEVICE_NOT_READY: [0xc00000a3, 'The device is not ready.'],
  STATUS_INSTANCE_NOT_AVAILABLE: [0xc00000ab, 'The pipe has all the instances it may have.'],
  STATUS_PIPE_NOT_AVAILABLE: [0xc00000ac, 'All instances of the pipe are in use.'],
  STATUS_INVALID_PIPE_STATE: [0xc00000ad, 'The pipe is not connected.'],
  STATUS_PIPE_BUSY: [0xc00000ae, 'The pipe is in use.'],
  STATUS_ILLEGAL_FUNCTION: [0xc00000af, 'That is for the other end of the pipe.'],
  STATUS_PIPE_DISCONNECTED: [0xc00000b0, 'The pipe was disconnected.'],
  STATUS_PIPE_CLOSING: [0xc00000b1, 'The other end of the pipe is closed.'],
  STATUS_PIPE_CONNECTED: [0xc00000b2, 'A client has connected already.'],
  STATUS_PIPE_LISTENING: [0xc00000b3, 'No client has connected yet.'],
  STATUS_INVALID_READ_MODE: [0xc00000b4, 'The pipe is not read message by message.'],
  STATUS_PIPE_EMPTY: [0xc00000d9, 'There is nothing in the pipe.'],
  STATUS_PIPE_BROKEN: [
    0xc000014b,
    'The other end of the pipe is closed, and nothing is left in it.',
  ],
  STATUS_INVALID_PORT_ATTRIBUTES: [0xc000002e, 'The object is no connection port.'],
  STATUS_PORT_MESSAGE_TOO_LONG: [0xc000002f, 'The message is longer than the port takes.'],
  STATUS_PORT_DISCONNECTED: [0xc0000037, 'The other side of the port has gone.'],
  STATUS_PORT_CONNECTION_REFUSED: [0xc0000041, 'The connection was refused.'],
  STATUS_INVALID_PORT_HANDLE: [0xc0000042, 'The port is not of the kind that this needs.'],
  STATUS_REPLY_MESSAGE_MISMATCH: [0xc000021f, 'Nobody waits for that reply.'],
  STATUS_LPC_REPLY_LOST: [0xc0000253, 'The thread that was to reply has ended.'],
  STATUS_BAD_IMPERSONATION_LEVEL: [0xc00000a5, 'The impersonation level is too low, or too high.'],
  STATUS_CANNOT_IMPERSONATE: [0xc000010d, 'There is no client yet to act for.'],
  STATUS_CANT_OPEN_ANONYMOUS: [0xc00000a6, 'Who acts anonymously has no token to be opened.'],
  STATUS_BAD_TOKEN_TYPE: [0xc00000a8, 'The token is of the wrong type.'],
  STATUS_IO_TIMEOUT: [0xc00000b5, 'The device did not answer in time.'],
  STATUS_FILE_IS_A_DIRECTORY: [0xc00000ba, 'That is a directory.'],
  STATUS_REGISTRY_CORRUPT: [0xc000014c, 'The registry file is damaged, or is none.'],
  STATUS_REGISTRY_IO_FAILED: [0xc000014d, 'The registry could not be read or written.'],
  STATUS_NOT_REGISTRY_FILE: [0xc000015c, 'That is no registry file.'],
  STATUS_KEY_DELETED: [0xc000017c, 'The key was deleted.'],
  STATUS_CHILD_MUST_BE_VOLATILE: [0xc0000181, 'Below a volatile key all keys are volatile.'],
  STATUS_REGISTRY_QUOTA_LIMIT: [0xc0000256, 'The registry is full.'],
  STATUS_NOT_FOUND: [0xc0000225, 'There is no such thing.'],
  STATUS_INVALID_DEVICE_STATE: [0xc0000184, 'The device is not in a state for that.'],
  STATUS_DEVICE_CONFIGURATION_ERROR: [0xc0000182, 'The device is not set up as it must be.'],
  STATUS_NOT_SUPPORTED: [0xc00000bb, 'That is not supported.'],
  STATUS_GENERIC_NOT_MAPPED: [
    0xc00000e6,
    'Generic rights must be replaced by what they stand for.',
  ],
  STATUS_NO_SECURITY_ON_OBJECT: [0xc00000d7, 'The object has no security descriptor.'],
  STATUS_NOT_SAME_DEVICE: [0xc00000d4, 'The two names are on different disks.'],
  STATUS_FILE_RENAMED: [0xc00000d5, 'The file was renamed.'],
  STATUS_CANT_TERMINATE_SELF: [0xc00000db, 'The last thread of a process cannot end so.'],
  STATUS_INVALID_PARAMETER_1: [0xc00000ef, 'The first parameter is not valid.'],
  STATUS_INVALID_PARAMETER_2: [0xc00000f0, 'The second parameter is not valid.'],
  STATUS_INVALID_PARAMETER_3: [0xc00000f1, 'The third parameter is not valid.'],
  STATUS_INVALID_PARAMETER_4: [0xc00000f2, 'The fourth parameter is not valid.'],
  STATUS_INVALID_PARAMETER_5: [0xc00000f3, 'The fifth parameter is not valid.'],
  STATUS_INVALID_PARAMETER_8: [0xc00000f6, 'The eighth parameter is not valid.'],
  STATUS_NOT_MAPPED_DATA: [0xc0000088, 'That memory is no view of a file.'],
  STATUS_INVALID_PARAMETER_6: [0xc00000f4, 'The sixth parameter is not valid.'],
  STATUS_VARIABLE_NOT_FOUND: [0xc0000100, 'There is no variable of that name.'],
  STATUS_DIRECTORY_NOT_EMPTY: [0xc0000101, 'The directory is not empty.'],
  STATUS_FILE_CORRUPT_ERROR: [0xc0000102, 'The file or directory is damaged.'],
  STATUS_NOT_A_DIRECTORY: [0xc0000103, 'That is not a directory.'],
  STATUS_NAME_TOO_LONG: [0xc0000106, 'The name is too long.'],
  STATUS_PROCESS_IS_TERMINATING: [0xc000010a, 'The process is ending.'],
  STATUS_IMAGE_ALREADY_LOADED: [0xc000010e, 'That driver is loaded already.'],
  STATUS_TOO_MANY_OPENED_FILES: [0xc000011f, 'The program has too many files open.'],
  STATUS_CANCELLED: [0xc0000120, 'The operation was cancelled.'],
  STATUS_CANNOT_DELETE: [0xc0000121, 'The file cannot be deleted.'],
  STATUS_FILE_DELETED: [0xc0000123, 'The file was deleted.'],
  STATUS_FILE_CLOSED: [0xc0000128, 'The file is closed.'],
  STATUS_UNRECOGNIZED_VOLUME: [0xc000014f, 'The disk holds no file system that is known here.'],
  STATUS_FLOPPY_ID_MARK_NOT_FOUND: [
    0xc0000165,
    'The disk is not formatted, or was made for another drive.',
  ],
  STATUS_FLOPPY_WRONG_CYLINDER: [0xc0000166, 'The drive is on the wrong track.'],
  STATUS_FLOPPY_UNKNOWN_ERROR: [0xc0000167, 'The floppy controller reported an unknown error.'],
  STATUS_FLOPPY_BAD_REGISTERS: [0xc0000168, 'The floppy controller answers nonsense.'],
  STATUS_MUTANT_LIMIT_EXCEEDED: [0xc0000191, 'The mutex was taken too many times.'],
  STATUS_IO_DEVICE_ERROR: [0xc0000185, 'The device reported an error.'],
  STATUS_TRANSACTION_ABORTED: [
    0xc000020f,
    "The disk is written, but this browser's storage refuses it: the disk is not kept.",
  ],
  STATUS_TRANSACTION_TIMED_OUT: [
    0xc0000210,
    "The disk is written, but this browser's storage does not answer: the disk is not kept yet.",
  ],
  STATUS_LOST_WRITEBEHIND_DATA: [0xc0000222, 'Data could not be written later and is lost.'],
  STATUS_INVALID_BUFFER_SIZE: [0xc0000206, 'The length does not fit the device.'],
  STATUS_HANDLE_NOT_CLOSABLE: [0xc0000235, 'The handle is protected from being closed.'],
  STATUS_FILE_FORCED_CLOSED: [
    0xc00000b6,
    'The file was closed because its disk or driver went away.',
  ],
  STATUS_CANNOT_MAKE: [0xc00002ea, 'The directory is full.'],
  STATUS_DEVICE_REMOVED: [0xc00002b6, 'The device was removed.'],
  STATUS_CANT_ENABLE_DENY_ONLY: [0xc00002b3, 'That group is there for denying alone.'],
  STATUS_DRIVER_PROCESS_TERMINATED: [0xc0000450, 'The driver died.'],
  STATUS_UNHANDLED_EXCEPTION: [0xc0000144, 'The program failed.'],
  STATUS_COMMITMENT_LIMIT: [0xc000012d, 'All memory that programs may have is in use.'],
  STATUS_CONTROL_C_EXIT: [0xc000013a, 'The program was interrupted.'],
  STATUS_DRIVER_UNABLE_TO_LOAD: [0xc000026c, 'The driver could not be loaded.'],
  STATUS_DLL_NOT_FOUND: [0xc0000135, 'There is no such program or driver.'],
  STATUS_DISK_CORRUPT_ERROR: [0xc0000032, 'The file system on the disk is damaged.'],
  STATUS_LOCK_NOT_GRANTED: [0xc0000055, 'The region is locked.'],
  STATUS_SHUTDOWN_IN_PROGRESS: [0xc00002fe, 'The system is shutting down.'],
  STATUS_VOLUME_DISMOUNTED: [0xc000026e, 'The disk has been unmounted.'],
  STATUS_DISK_QUOTA_EXCEEDED: [
    0xc0000802,
    "The disk is written, but this browser's storage is full: the disk is not kept.",
  ],
} as const;

export type StatusName = keyof typeof table;
type StatusNumbers = { readonly [K in StatusName]: (typeof table)[K][0] };

const entries = Object.entries(table) as [StatusName, readonly [number, string]][];

/** Every status by name: `Status.STATUS_SUCCESS`. */
export const Status = Object.freeze(
  Object.fromEntries(entries.map(([name, [value]]) => [name, value])),
) as unknown as StatusNumbers;

const byNumber = new Map(entries.map(([name, [value, text]]) => [value as number, { name, text }]));

/** Success or information. */
export function NT_SUCCESS(status: number): boolean {
  return status >>> 31 === 0;
}

export function NT_WARNING(status: number): boolean {
  return status >>> 30 === 2;
}

export function NT_ERROR(status: number): boolean {
  return status >>> 30 === 3;
}

const notKept: ReadonlySet<number> = new Set([
  Status.STATUS_DISK_QUOTA_EXCEEDED,
  Status.STATUS_TRANSACTION_ABORTED,
  Status.STATUS_TRANSACTION_TIMED_OUT,
]);

/**
 * A flush came as far as the medium, and no further: whoever holds the disk has all of it, but
 * where disks are kept it is not safe.
 */
export function isNotKept(status: number): boolean {
  return notKept.has(status >>> 0);
}

/** Everything is on the medium, kept or not: the disk may be taken out. */
export function isOnMedium(status: number): boolean {
  return NT_SUCCESS(status) || isNotKept(status);
}

/** `STATUS_...`, or the number in hex where it has no name here. */
export function statusName(status: number): string {
  return (
    byNumber.get(status >>> 0)?.name ??
    `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, '0')}`
  );
}

/** One line for people: the sentence, and the name in parentheses. */
export function statusText(status: number): string {
  const known = byNumber.get(status >>> 0);
  return known
    ? `${known.text.slice(0, -1)} (${known.name}).`
    : `The operation failed (${statusName(status)}).`;
}

/** An NTSTATUS as an exception (RtlRaiseStatus). The kernel's fault message carries `status`. */
export class NtException extends Error {
  readonly status: number;

  constructor(status: number, detail?: string) {
    super(detail ? `${detail}: ${statusText(status)}` : statusText(status));
    this.name = 'NtException';
    this.status = status >>> 0;
  }
}
