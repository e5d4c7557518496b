/** Words for what is no error: success, information, warnings (below C0000000). */
import * as S from '../ntstatus.ts';

export const mildSentences = {
  STATUS_WAIT_0: [S.STATUS_WAIT_0, 'The wait was satisfied.'],
  STATUS_SUCCESS: [S.STATUS_SUCCESS, 'The operation completed.'],
  STATUS_ABANDONED_WAIT_0: [
    S.STATUS_ABANDONED_WAIT_0,
    'The thread that owned the object has ended.',
  ],
  STATUS_USER_APC: [S.STATUS_USER_APC, 'The wait was ended by a call that came for the thread.'],
  STATUS_ALERTED: [S.STATUS_ALERTED, 'The wait was ended by an alert.'],
  STATUS_PENDING: [S.STATUS_PENDING, 'The operation is still in progress.'],
  STATUS_TIMEOUT: [S.STATUS_TIMEOUT, 'The wait timed out.'],
  STATUS_MORE_ENTRIES: [S.STATUS_MORE_ENTRIES, 'There is more to come.'],
  STATUS_NOTIFY_CLEANUP: [S.STATUS_NOTIFY_CLEANUP, 'The directory is watched no more.'],
  STATUS_NOTIFY_ENUM_DIR: [S.STATUS_NOTIFY_ENUM_DIR, 'More has changed than can be told.'],
  STATUS_NOT_ALL_ASSIGNED: [
    S.STATUS_NOT_ALL_ASSIGNED,
    'The token does not hold all of these privileges.',
  ],
  STATUS_OBJECT_NAME_EXISTS: [
    S.STATUS_OBJECT_NAME_EXISTS,
    'An object of that name was there and is opened.',
  ],
  STATUS_NO_YIELD_PERFORMED: [S.STATUS_NO_YIELD_PERFORMED, 'There was no other thread to run.'],
  STATUS_DATATYPE_MISALIGNMENT: [S.STATUS_DATATYPE_MISALIGNMENT, 'An address is not aligned.'],
  STATUS_BUFFER_OVERFLOW: [S.STATUS_BUFFER_OVERFLOW, 'The data was too large for the buffer.'],
  STATUS_NO_MORE_FILES: [S.STATUS_NO_MORE_FILES, 'There are no more files.'],
  STATUS_PARTIAL_COPY: [S.STATUS_PARTIAL_COPY, 'Not all of the memory could be reached.'],
  STATUS_DEVICE_BUSY: [S.STATUS_DEVICE_BUSY, 'The device is in use.'],
  STATUS_NO_MORE_ENTRIES: [S.STATUS_NO_MORE_ENTRIES, 'There are no more entries.'],
  STATUS_VERIFY_REQUIRED: [S.STATUS_VERIFY_REQUIRED, 'The disk may have been changed.'],
  STATUS_MEDIA_CHANGED: [S.STATUS_MEDIA_CHANGED, 'The disk was changed.'],
} as const;
