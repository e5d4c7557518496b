/**
 * Beep: a tone of the PC's speaker, and a wait until it is over.
 *
 * As the documented Beep of Windows: \Device\Beep is asked, which answers when the tone has begun.
 * Whoever ends while it sounds takes it along, since the handle is closed then.
 */
import { BEEP_DEVICE, encodeBeep, IOCTL_BEEP_SET } from '../rtl/beep.ts';
import { SYNCHRONIZE } from '../rtl/nt.ts';
import { check, withFile } from './files.ts';
import { NtDelayExecution, NtDeviceIoControlFile } from './native.ts';
import type { NtProcess } from './types.ts';

/** 100 ns per millisecond. */
const MILLISECOND = 10_000;
/** A slice of a long wait. */
const SLICE_MS = 100;

/**
 * Raises STATUS_INVALID_PARAMETER for a frequency that is none (rtl/beep.ts). `between` is called
 * every now and then, and may end the tone by raising.
 */
export async function Beep(
  process: NtProcess,
  frequency: number,
  duration: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await withFile(process, BEEP_DEVICE, { access: SYNCHRONIZE }, async (handle) => {
    const input = encodeBeep({ frequency, duration });
    const request = { handle, code: IOCTL_BEEP_SET, input, outputLength: 0 };
    check(await NtDeviceIoControlFile(process, request));
    for (let left = duration; left > 0; left -= SLICE_MS) {
      const interval = -Math.min(left, SLICE_MS) * MILLISECOND;
      await NtDelayExecution(process, { alertable: false, interval });
      await between();
    }
  });
}
