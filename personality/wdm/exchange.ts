/**
 * The exchange of packets: completions out, new IRPs in, one service call.
 *
 * What the Executive sends is trusted to be well formed, but not to name devices or files that are
 * still there: those requests are answered, not dispatched.
 *
 *   run(wait, status)   hands over the outbox, starts a coroutine for each new IRP; whether the
 *                       Executive or the outbox may have more
 */
import { IRP_MJ_CLEANUP, IRP_MN_CANCEL_IO, type IrpRequest, type MajorName } from '../rtl/irp.ts';
import { PACKETS_IN, PACKETS_OUT, PACKETS_SIZE } from '../rtl/layout.ts';
import { decodeRequest, encodeCompletion, joinBatch, splitBatch } from '../rtl/packets.ts';
import { NT_SUCCESS, NtException, Status } from '../rtl/status.ts';
import type { Window } from '../sel4/types.ts';
import { fileFor } from './files.ts';
import { IoCallDriver, IoCancelFileIrps } from './io.ts';
import type { Runtime } from './runtime.ts';
import type { DriverObject, Irp } from './types.ts';

/** A batch that leaves less room than this, or has so many packets, may have left some behind. */
const ROOMY = 0x6000;
const MANY = 32;

export class PacketExchange {
  driver: DriverObject | undefined;
  readonly #runtime: Runtime;
  readonly #in: Window;
  readonly #out: Window;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#in = runtime.transport.window(PACKETS_IN, PACKETS_SIZE, false);
    this.#out = runtime.transport.window(PACKETS_OUT, PACKETS_SIZE, true);
  }

  async run(wait: boolean, status: number): Promise<boolean> {
    const { outbox, transport } = this.#runtime;
    const batch = joinBatch(outbox, PACKETS_SIZE);
    outbox.splice(0, batch.count);
    if (batch.count > 0) this.#out.write(0, batch.bytes);
    const reply = await transport.call('WdmRequestIoPackets', {
      outgoing: batch.bytes.length,
      wait: wait && outbox.length === 0,
      status,
    });
    if (!NT_SUCCESS(reply.status)) throw new NtException(reply.status, 'the exchange of packets');
    if (reply.incoming === 0) return false;
    const packets = splitBatch(this.#in.read(0, reply.incoming));
    for (const packet of packets) this.#receive(decodeRequest(packet));
    return reply.incoming > PACKETS_SIZE - ROOMY || packets.length >= MANY;
  }

  #receive(request: IrpRequest): void {
    const device = this.driver?.devices.get(request.device);
    if (!device) {
      this.#answer(request, Status.STATUS_NO_SUCH_DEVICE);
      return;
    }
    const { id, major, minor, flags, parameters } = request;
    const fileObject = fileFor(device, request.file, major);
    if (major === IRP_MJ_CLEANUP && fileObject) {
      IoCancelFileIrps(fileObject);
      if (minor === IRP_MN_CANCEL_IO) {
        this.#answer(request, Status.STATUS_SUCCESS);
        return;
      }
    }
    const irp: Irp = {
      id,
      majorFunction: major,
      minorFunction: minor,
      flags,
      device,
      fileObject,
      parameters: parameters as Irp['parameters'],
      ioStatus: { status: Status.STATUS_PENDING, information: 0 },
      result: {} as Partial<never>,
      pendingReturned: false,
      completed: false,
      cancel: false,
      cancelRoutine: undefined,
      completionRoutine: undefined,
    };
    this.#runtime.inFlight.set(id, irp);
    this.#runtime.spawn(async () => {
      await IoCallDriver(device, irp);
    });
  }

  #answer(request: IrpRequest<MajorName>, status: number): void {
    const { id, major } = request;
    const completion = { id, major, status, information: 0, result: {} };
    this.#runtime.outbox.push(encodeCompletion(completion));
  }
}
