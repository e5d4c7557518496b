/**
 * What a test asks for that wants any section, or a view of all of one; what is special to it
 * stands beside these.
 *
 *   SECTION   of NtCreateSection: without a name, to be written, `file` is the caller's
 *   VIEW      of NtMapViewOfSection: of the caller's process, wherever there is room, to be written
 */
import * as memory from '../../personality/rtl/memory.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';

export const SECTION = {
  name: '',
  access: memory.SECTION_ALL_ACCESS,
  attributes: 0,
  size: 0,
  protect: memory.PAGE_READWRITE,
  allocation: memory.SEC_COMMIT,
};

export const VIEW = {
  process: CURRENT_PROCESS,
  address: 0,
  zeroBits: 0,
  offset: 0,
  length: 0,
  inherit: memory.ViewUnmap,
  type: 0,
  protect: memory.PAGE_READWRITE,
};
