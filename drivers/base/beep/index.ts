/**
 * \Device\Beep: tones of the PC's speaker, PNP0800.
 *
 * IOCTL_BEEP_SET is done as soon as the tone has begun; a timer makes it silent when its duration
 * is over. Requests go through StartIo, one at a time, and the last one is what is heard. A tone
 * belongs to the file that asked for it, and ends with that file's last handle; the speaker is
 * silent when its device is stopped or without power.
 *
 * docs/porting.md reads this driver beside its description.
 */
import {
  BEEP_DEVICE,
  BEEP_FREQUENCY_MAXIMUM,
  BEEP_FREQUENCY_MINIMUM,
  BEEP_SET_PARAMETERS_LENGTH,
  BEEP_WITHOUT_END,
  decodeBeep,
  FILE_DEVICE_BEEP,
  IOCTL_BEEP_SET,
} from '../../../personality/rtl/beep.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
} from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO } from '../../../personality/rtl/nt.ts';
import { PowerDeviceD0 } from '../../../personality/rtl/pnp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  type FileObject,
  fillDispatch,
  HalMakeBeep,
  IoAllocateWorkItem,
  IoCompleteRequest,
  IoCreateDevice,
  IoMarkIrpPending,
  IoQueueWorkItem,
  IoStartNextPacket,
  IoStartPacket,
  type Irp,
  KeCancelTimer,
  KeInitializeDpc,
  KeInitializeTimer,
  KeQueryTime,
  KeSetTimer,
  type KDpc,
  type KTimer,
  type NTSTATUS,
  type PnpExtension,
  type PnpRoutines,
  serveDevices,
  succeed,
  whileStarted,
} from '../../../personality/wdm/index.ts';

const MICROSECONDS = 1000;

interface Tone {
  readonly owner: FileObject | undefined;
  /** In microseconds of KeQueryTime. */
  readonly end: number;
}

interface BeepExtension extends PnpExtension {
  readonly timer: KTimer;
  readonly timerDpc: KDpc;
  /** What sounds now. */
  tone: Tone | undefined;
}

export const beepDriverEntry: DriverEntry = (driver) => {
  serveDevices(driver, beepRoutines);
  fillDispatch(driver, [IRP_MJ_CREATE, IRP_MJ_CLOSE], succeed);
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_CLEANUP] = beepCleanup;
  majorFunction[IRP_MJ_DEVICE_CONTROL] = whileStarted(beepDeviceControl);
  driver.driverStartIo = beepStartIo;
  return Status.STATUS_SUCCESS;
};

const beepRoutines: PnpRoutines<BeepExtension> = {
  add: async (driver, physical) => {
    const device = await IoCreateDevice<BeepExtension>(driver, {
      name: BEEP_DEVICE,
      type: FILE_DEVICE_BEEP,
      flags: DO_BUFFERED_IO,
      extension: {
        below: physical,
        started: false,
        timer: KeInitializeTimer(driver),
        timerDpc: KeInitializeDpc(driver, () => beepTimeOut(device), undefined),
        tone: undefined,
      },
    });
    return device;
  },
  // One that died may have left it sounding.
  start: async ({ driverObject }) => {
    await HalMakeBeep(driverObject, 0);
    return Status.STATUS_SUCCESS;
  },
  stop: async (device, there) => {
    if (there) await beepEnd(device);
  },
  power: async (device, state) => {
    if (state !== PowerDeviceD0) await beepEnd(device);
  },
};

function beepDeviceControl(device: DeviceObject, irp: Irp<'device_control'>): NTSTATUS {
  const { code, input } = irp.parameters;
  if (code !== IOCTL_BEEP_SET) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (input.length < BEEP_SET_PARAMETERS_LENGTH || !canSound(decodeBeep(input).frequency))
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  IoMarkIrpPending(irp as Irp);
  IoStartPacket(device, irp as Irp);
  return Status.STATUS_PENDING;
}

function canSound(frequency: number): boolean {
  if (frequency === 0) return true;
  return frequency >= BEEP_FREQUENCY_MINIMUM && frequency <= BEEP_FREQUENCY_MAXIMUM;
}

async function beepStartIo(device: DeviceObject, irp: Irp): Promise<void> {
  const extension = device.extension as BeepExtension;
  const { driverObject: driver } = device;
  const { frequency, duration } = decodeBeep((irp as Irp<'device_control'>).parameters.input);
  const ends = frequency !== 0 && duration !== BEEP_WITHOUT_END;
  const delay = duration * MICROSECONDS;
  KeCancelTimer(extension.timer);
  const end = ends ? KeQueryTime(driver) + delay : Infinity;
  extension.tone = frequency === 0 ? undefined : { owner: irp.fileObject, end };
  await HalMakeBeep(driver, frequency);
  if (ends) KeSetTimer(extension.timer, delay, extension.timerDpc);
  IoStartNextPacket(device);
  IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

/** The DPC of the timer. The speaker is a message away, and a DPC may not wait. */
function beepTimeOut(device: DeviceObject<BeepExtension>): void {
  const { tone } = device.extension;
  // The timer of the tone before may have gone off while this one began.
  if (!tone || tone.end > KeQueryTime(device.driverObject)) return;
  IoQueueWorkItem(IoAllocateWorkItem(device), beepSilence, tone);
}

async function beepSilence(device: DeviceObject, tone: Tone): Promise<void> {
  const extension = device.extension as BeepExtension;
  if (extension.tone !== tone) return;
  extension.tone = undefined;
  await HalMakeBeep(device.driverObject, 0);
}

/** Whatever sounds ends now. */
async function beepEnd(device: DeviceObject): Promise<void> {
  const { timer, tone } = device.extension as BeepExtension;
  KeCancelTimer(timer);
  if (tone) await beepSilence(device, tone);
}

/** The last handle of a file is closed: its requests are cancelled already. */
async function beepCleanup(device: DeviceObject, irp: Irp<'cleanup'>): Promise<NTSTATUS> {
  const { tone } = device.extension as BeepExtension;
  if (tone && tone.owner === irp.fileObject) await beepEnd(device);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

export const image = driverImage(beepDriverEntry);
