/**
 * The exchange of packets: what this driver has to say out, IRPs in, one service call.
 *
 * Dirty ranges stand first in a batch: whoever hears that a request is done finds them marked.
 *
 * What the Executive sends is trusted to be well formed, but not to name devices or files that are
 * still there: those requests are answered, not dispatched.
 *
 *   run(wait, status)   hands over the outbox, starts a coroutine for each new IRP; whether the
 *                       Executive or the outbox may have more
 */
import { Waitable } from '../rtl/coroutines.ts';
import { IRP_MJ_CLEANUP, IRP_MJ_CLOSE } from '../rtl/irp.ts';
import { PACKETS_IN, PACKETS_OUT, PACKETS_SIZE } from '../rtl/layout.ts';
import { decodeMdl } from '../rtl/mdl.ts';
import { decodePacket, encodePacket, joinBatch, type Packet, splitBatch } from '../rtl/packets.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import { MARK_DISPATCH } from '../rtl/watchcodes.ts';
import type { Window } from '../sel4/types.ts';
import { fileFor } from './files.ts';
import { IoCancelFileIrps, IoCancelIrp } from './io.ts';
import { IrpBody } from './irp.ts';
import { makeChain } from './mdl.ts';
import type { Runtime } from './runtime.ts';
import { askDriver } from './plugplay.ts';
import { comeBack, dispatch } from './stack.ts';
import type { DriverObject } from './types.ts';

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
    const { outbox, transport, dirty } = this.#runtime;
    const marks = dirty.take().map((range) => encodePacket({ kind: 'dirty', ...range }));
    outbox.unshift(...marks);
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
    for (const packet of packets) this.#receive(decodePacket(packet));
    return reply.incoming > PACKETS_SIZE - ROOMY || packets.length >= MANY;
  }

  #receive(packet: Packet): void {
    const { inFlight } = this.#runtime;
    switch (packet.kind) {
      case 'request':
        return this.#request(packet);
      case 'cancel': {
        const irp = inFlight.get(packet.id);
        if (irp) IoCancelIrp(irp);
        return;
      }
      case 'lowerDone': {
        const irp = inFlight.get(packet.id);
        if (irp) comeBack(irp, packet);
        return;
      }
      default:
        throw new NtException(Status.STATUS_INVALID_PARAMETER, `a packet ${packet.kind}`);
    }
  }

  #request(packet: Packet<'request'>): void {
    const { id, major, minor, flags, parameters } = packet;
    if (packet.device === 0 && this.driver) return askDriver(this.driver, packet);
    const device = this.driver?.devices.get(packet.device);
    if (!device) {
      const status = Status.STATUS_NO_SUCH_DEVICE;
      const answer = { id, major, status, information: 0, result: {} };
      this.#runtime.outbox.push(encodePacket({ kind: 'done', ...answer }));
      return;
    }
    const fileObject = fileFor(device, packet.file, major);
    if (major === IRP_MJ_CLEANUP && fileObject) {
      IoCancelFileIrps(fileObject);
      fileObject.cleanup = new Waitable(this.#runtime.coroutines);
    }
    const irp = new IrpBody(id, {
      majorFunction: major,
      minorFunction: minor,
      flags,
      parameters,
      device,
      fileObject,
      completion: undefined,
    });
    irp.client = packet.client;
    if (packet.mdl.length > 0) irp.MdlAddress = makeChain(this.#runtime, id, decodeMdl(packet.mdl));
    this.#runtime.inFlight.set(id, irp);
    this.#runtime.mark(MARK_DISPATCH, major | (minor << 8), packet.device, id);
    this.#runtime.spawn(async () => {
      // The two are sent together.
      if (major === IRP_MJ_CLOSE) await fileObject?.cleanup?.wait();
      await dispatch(device, irp);
    });
  }
}
