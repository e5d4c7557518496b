/** Words for the errors from C0000100 on. */
import * as S from '../ntstatus.ts';

export const laterErrorSentences = {
  STATUS_ENTRYPOINT_NOT_FOUND: [
    S.STATUS_ENTRYPOINT_NOT_FOUND,
    'A name that the program uses is not there.',
  ],
  STATUS_USER_MAPPED_FILE: [
    S.STATUS_USER_MAPPED_FILE,
    'A part of the file is mapped by a program.',
  ],
  STATUS_MAPPED_ALIGNMENT: [S.STATUS_MAPPED_ALIGNMENT, 'The place in the section is not aligned.'],
  STATUS_INVALID_LOCK_RANGE: [S.STATUS_INVALID_LOCK_RANGE, 'There cannot be such a range.'],
  STATUS_PIPE_BROKEN: [
    S.STATUS_PIPE_BROKEN,
    'The other end of the pipe is closed, and nothing is left in it.',
  ],
  STATUS_REPLY_MESSAGE_MISMATCH: [S.STATUS_REPLY_MESSAGE_MISMATCH, 'Nobody waits for that reply.'],
  STATUS_LPC_REPLY_LOST: [S.STATUS_LPC_REPLY_LOST, 'The thread that was to reply has ended.'],
  STATUS_CANNOT_IMPERSONATE: [S.STATUS_CANNOT_IMPERSONATE, 'There is no client yet to act for.'],
  STATUS_REGISTRY_CORRUPT: [S.STATUS_REGISTRY_CORRUPT, 'The registry file is damaged, or is none.'],
  STATUS_REGISTRY_IO_FAILED: [
    S.STATUS_REGISTRY_IO_FAILED,
    'The registry could not be read or written.',
  ],
  STATUS_NOT_REGISTRY_FILE: [S.STATUS_NOT_REGISTRY_FILE, 'That is no registry file.'],
  STATUS_KEY_DELETED: [S.STATUS_KEY_DELETED, 'The key was deleted.'],
  STATUS_CHILD_MUST_BE_VOLATILE: [
    S.STATUS_CHILD_MUST_BE_VOLATILE,
    'Below a volatile key all keys are volatile.',
  ],
  STATUS_REGISTRY_QUOTA_LIMIT: [S.STATUS_REGISTRY_QUOTA_LIMIT, 'The registry is full.'],
  STATUS_NOT_FOUND: [S.STATUS_NOT_FOUND, 'There is no such thing.'],
  STATUS_INVALID_DEVICE_STATE: [
    S.STATUS_INVALID_DEVICE_STATE,
    'The device is not in a state for that.',
  ],
  STATUS_DEVICE_CONFIGURATION_ERROR: [
    S.STATUS_DEVICE_CONFIGURATION_ERROR,
    'The device is not set up as it must be.',
  ],
  STATUS_VARIABLE_NOT_FOUND: [S.STATUS_VARIABLE_NOT_FOUND, 'There is no variable of that name.'],
  STATUS_DIRECTORY_NOT_EMPTY: [S.STATUS_DIRECTORY_NOT_EMPTY, 'The directory is not empty.'],
  STATUS_FILE_CORRUPT_ERROR: [S.STATUS_FILE_CORRUPT_ERROR, 'The file or directory is damaged.'],
  STATUS_NOT_A_DIRECTORY: [S.STATUS_NOT_A_DIRECTORY, 'That is not a directory.'],
  STATUS_NAME_TOO_LONG: [S.STATUS_NAME_TOO_LONG, 'The name is too long.'],
  STATUS_PROCESS_IS_TERMINATING: [S.STATUS_PROCESS_IS_TERMINATING, 'The process is ending.'],
  STATUS_IMAGE_ALREADY_LOADED: [S.STATUS_IMAGE_ALREADY_LOADED, 'That driver is loaded already.'],
  STATUS_TOO_MANY_OPENED_FILES: [
    S.STATUS_TOO_MANY_OPENED_FILES,
    'The program has too many files open.',
  ],
  STATUS_CANCELLED: [S.STATUS_CANCELLED, 'The operation was cancelled.'],
  STATUS_CANNOT_DELETE: [S.STATUS_CANNOT_DELETE, 'The file cannot be deleted.'],
  STATUS_FILE_DELETED: [S.STATUS_FILE_DELETED, 'The file was deleted.'],
  STATUS_FILE_CLOSED: [S.STATUS_FILE_CLOSED, 'The file is closed.'],
  STATUS_UNRECOGNIZED_VOLUME: [
    S.STATUS_UNRECOGNIZED_VOLUME,
    'The disk holds no file system that is known here.',
  ],
  STATUS_FLOPPY_ID_MARK_NOT_FOUND: [
    S.STATUS_FLOPPY_ID_MARK_NOT_FOUND,
    'The disk is not formatted, or was made for another drive.',
  ],
  STATUS_FLOPPY_WRONG_CYLINDER: [
    S.STATUS_FLOPPY_WRONG_CYLINDER,
    'The drive is on the wrong track.',
  ],
  STATUS_FLOPPY_UNKNOWN_ERROR: [
    S.STATUS_FLOPPY_UNKNOWN_ERROR,
    'The floppy controller reported an unknown error.',
  ],
  STATUS_FLOPPY_BAD_REGISTERS: [
    S.STATUS_FLOPPY_BAD_REGISTERS,
    'The floppy controller answers nonsense.',
  ],
  STATUS_MUTANT_LIMIT_EXCEEDED: [
    S.STATUS_MUTANT_LIMIT_EXCEEDED,
    'The mutex was taken too many times.',
  ],
  STATUS_IO_DEVICE_ERROR: [S.STATUS_IO_DEVICE_ERROR, 'The device reported an error.'],
  STATUS_TRANSACTION_ABORTED: [
    S.STATUS_TRANSACTION_ABORTED,
    "The disk is written, but this browser's storage refuses it: the disk is not kept.",
  ],
  STATUS_TRANSACTION_TIMED_OUT: [
    S.STATUS_TRANSACTION_TIMED_OUT,
    "The disk is written, but this browser's storage does not answer: the disk is not kept yet.",
  ],
  STATUS_LOST_WRITEBEHIND_DATA: [
    S.STATUS_LOST_WRITEBEHIND_DATA,
    'Data could not be written later and is lost.',
  ],
  STATUS_INVALID_BUFFER_SIZE: [S.STATUS_INVALID_BUFFER_SIZE, 'The length does not fit the device.'],
  STATUS_HANDLE_NOT_CLOSABLE: [
    S.STATUS_HANDLE_NOT_CLOSABLE,
    'The handle is protected from being closed.',
  ],
  STATUS_CANNOT_MAKE: [S.STATUS_CANNOT_MAKE, 'The directory is full.'],
  STATUS_DEVICE_REMOVED: [S.STATUS_DEVICE_REMOVED, 'The device was removed.'],
  STATUS_CANT_ENABLE_DENY_ONLY: [
    S.STATUS_CANT_ENABLE_DENY_ONLY,
    'That group is there for denying alone.',
  ],
  STATUS_DRIVER_PROCESS_TERMINATED: [S.STATUS_DRIVER_PROCESS_TERMINATED, 'The driver died.'],
  STATUS_UNHANDLED_EXCEPTION: [S.STATUS_UNHANDLED_EXCEPTION, 'The program failed.'],
  STATUS_COMMITMENT_LIMIT: [
    S.STATUS_COMMITMENT_LIMIT,
    'All memory that programs may have is in use.',
  ],
  STATUS_CONTROL_C_EXIT: [S.STATUS_CONTROL_C_EXIT, 'The program was interrupted.'],
  STATUS_DRIVER_UNABLE_TO_LOAD: [S.STATUS_DRIVER_UNABLE_TO_LOAD, 'The driver could not be loaded.'],
  STATUS_DLL_NOT_FOUND: [
    S.STATUS_DLL_NOT_FOUND,
    'There is no such program or driver, or its code could not be loaded.',
  ],
  STATUS_SHUTDOWN_IN_PROGRESS: [S.STATUS_SHUTDOWN_IN_PROGRESS, 'The system is shutting down.'],
  STATUS_VOLUME_DISMOUNTED: [S.STATUS_VOLUME_DISMOUNTED, 'The disk has been unmounted.'],
  STATUS_DISK_QUOTA_EXCEEDED: [
    S.STATUS_DISK_QUOTA_EXCEEDED,
    "The disk is written, but this browser's storage is full: the disk is not kept.",
  ],
} as const;
