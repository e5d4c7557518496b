/**
 * The text screen, \Device\Video0: a driver whose registers are memory.
 *
 * WRITE prints: bytes of code page 437, with CR, LF, BS and TAB; what runs over the last column or
 * row goes on below, and the screen scrolls. FF clears it. READ gives the characters that are on
 * the screen from `offset` on, row by row, without their colours.
 *
 * The cells are a window on the adapter's memory, and there is no copy of them; only the cursor is
 * told by ports. Opens do not exclude one another: each write is printed as a whole.
 *
 * Source: IBM Color/Graphics Monitor Adapter, "Programming considerations" (the 6845's values for
 * 80 columns by 25 rows).
 */
import { IRP_MJ_READ, IRP_MJ_WRITE } from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_UNKNOWN } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  fillDispatch,
  HalMapIoPorts,
  IoCompleteRequest,
  IoCreateDevice,
  type Irp,
  MmMapIoSpace,
  MmUnmapIoSpace,
  type NTSTATUS,
  OPENING,
  type PnpExtension,
  type PortRange,
  READ_REGISTER_BUFFER_UCHAR,
  READ_REGISTER_UCHAR,
  serveDevices,
  succeed,
  whileStarted,
  WRITE_PORT_UCHAR,
  WRITE_REGISTER_BUFFER_UCHAR,
  WRITE_REGISTER_BUFFER_USHORT,
  WRITE_REGISTER_USHORT,
} from '../../../personality/wdm/index.ts';

const COLUMNS = 80;
const ROWS = 25;
const CELLS = COLUMNS * ROWS;
const ROW_BYTES = 2 * COLUMNS;
/** Light grey on black, and a space. */
const ATTRIBUTE = 0x0700;
const BLANK = ATTRIBUTE | 0x20;
const TAB = 8;
/** R0 to R13 of the 6845. */
const MODE = [0x71, COLUMNS, 0x5a, 0x0a, 0x1f, 0x06, ROWS, 0x1c, 2, 7, 6, 7, 0, 0];
const R_ROWS = 6;
const R_CURSOR = 14;

interface Screen {
  readonly cells: Awaited<ReturnType<typeof MmMapIoSpace>>;
  readonly ports: PortRange;
}

interface Video extends PnpExtension {
  screen: Screen | undefined;
  /** The cell that is printed to next; CELLS: the screen is scrolled first. */
  cursor: number;
}

export const cgaDriverEntry: DriverEntry = (driver) => {
  serveDevices<Video>(driver, {
    add: (_driver, physical) =>
      IoCreateDevice<Video>(driver, {
        name: '\\Device\\Video0',
        type: FILE_DEVICE_UNKNOWN,
        flags: DO_BUFFERED_IO,
        extension: { below: physical, started: false, screen: undefined, cursor: 0 },
      }),
    start: async ({ extension }, { ports: [ports], memory: [memory] = [] }) => {
      if (!ports || !memory) return Status.STATUS_DEVICE_CONFIGURATION_ERROR;
      const cells = await MmMapIoSpace(driver, ...memory);
      extension.screen = { cells, ports: await HalMapIoPorts(driver, ...ports) };
      MODE.forEach((value, register) => setRegister(extension.screen!, register, value));
      clear(extension, extension.screen);
      return Status.STATUS_SUCCESS;
    },
    stop: async ({ extension }, there) => {
      const { screen } = extension;
      extension.screen = undefined;
      if (!screen) return;
      if (there) setRegister(screen, R_ROWS, 0);
      await MmUnmapIoSpace(driver, screen.cells);
    },
  });
  fillDispatch(driver, OPENING, succeed);
  driver.majorFunction[IRP_MJ_READ] = whileStarted(cgaRead);
  driver.majorFunction[IRP_MJ_WRITE] = whileStarted(cgaWrite);
  return Status.STATUS_SUCCESS;
};

function setRegister({ ports }: Screen, register: number, value: number): void {
  WRITE_PORT_UCHAR(ports, 0, register);
  WRITE_PORT_UCHAR(ports, 1, value);
}

function showCursor({ cursor }: Video, screen: Screen): void {
  setRegister(screen, R_CURSOR, cursor >>> 8);
  setRegister(screen, R_CURSOR + 1, cursor & 0xff);
}

function fill({ cells }: Screen, first: number, count: number): void {
  WRITE_REGISTER_BUFFER_USHORT(cells, 2 * first, new Uint16Array(count).fill(BLANK));
}

function clear(video: Video, screen: Screen): void {
  fill(screen, 0, CELLS);
  video.cursor = 0;
  showCursor(video, screen);
}

function cgaRead(device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const { cells } = (device.extension as Video).screen!;
  const { offset, length } = irp.parameters;
  if (offset >= CELLS) return IoCompleteRequest(irp, Status.STATUS_END_OF_FILE);
  const count = Math.min(length, CELLS - offset);
  const data = Uint8Array.from({ length: count }, (_, index) =>
    READ_REGISTER_UCHAR(cells, 2 * (offset + index)),
  );
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, count, { data });
}

function cgaWrite(device: DeviceObject, irp: Irp<'write'>): NTSTATUS {
  const video = device.extension as Video;
  const { data } = irp.parameters;
  const screen = video.screen!;
  for (const byte of data) print(video, screen, byte);
  showCursor(video, screen);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length);
}

function print(video: Video, screen: Screen, byte: number): void {
  const column = video.cursor % COLUMNS;
  switch (byte) {
    case 0x08:
      if (column > 0) video.cursor--;
      return;
    case 0x09:
      video.cursor += TAB - (column % TAB);
      return;
    case 0x0a:
      video.cursor += COLUMNS;
      // Here, and not with the next character: the cursor is to be seen.
      return scroll(video, screen);
    case 0x0c:
      return clear(video, screen);
    case 0x0d:
      video.cursor -= column;
      return;
  }
  scroll(video, screen);
  WRITE_REGISTER_USHORT(screen.cells, 2 * video.cursor++, ATTRIBUTE | byte);
}

function scroll(video: Video, screen: Screen): void {
  if (video.cursor < CELLS) return;
  const rows = new Uint8Array((ROWS - 1) * ROW_BYTES);
  READ_REGISTER_BUFFER_UCHAR(screen.cells, ROW_BYTES, rows);
  WRITE_REGISTER_BUFFER_UCHAR(screen.cells, 0, rows);
  fill(screen, CELLS - COLUMNS, COLUMNS);
  video.cursor -= COLUMNS;
}

export const image = driverImage(cgaDriverEntry);
