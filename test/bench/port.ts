/** A round trip through an LPC port, for the benchmarks that show it beside other things. */
import { check } from '../../personality/ntdll/files.ts';
import * as nt from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { encodePortMessage, portMessage } from '../../personality/rtl/lpc.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';

const patient = { alertable: false, timeout: TIMEOUT_INFINITE };
const NOTHING = new Uint8Array();

/** Requests through an LPC port, to a thread that sends each back as its reply. */
export async function throughPort(process: NtProcess, count: number): Promise<void> {
  const name = '\\BenchPort';
  const limits = { maximumConnectionInformation: 0, maximumMessage: 64, maximumPool: 0 };
  const { handle: port } = check(
    await nt.NtCreatePort(process, { name, attributes: 0, ...limits }),
  );
  const made = await RtlCreateUserThread(process, async (own) => {
    const { message } = await nt.NtListenPort(own, { handle: port });
    const accepting = { context: 1, message, accept: true, section: 0 };
    const side = check(await nt.NtAcceptConnectPort(own, accepting));
    await nt.NtCompleteConnectPort(own, side);
    let reply = NOTHING as Uint8Array;
    for (let turn = 0; turn < count; turn++)
      reply = (await nt.NtReplyWaitReceivePort(own, { handle: port, reply })).message;
    await nt.NtReplyPort(own, { handle: port, message: reply });
    await nt.NtClose(own, side);
    return 0;
  });
  const { handle: other } = check(made);
  const client = check(await nt.NtConnectPort(process, { name, section: 0, information: NOTHING }));
  const { handle } = client;
  const message = encodePortMessage(portMessage(new Uint8Array(16)));
  for (let turn = 0; turn < count; turn++)
    check(await nt.NtRequestWaitReplyPort(process, { handle, message }));
  await nt.NtWaitForSingleObject(process, { handle: other, ...patient });
  for (const each of [handle, other, port]) await nt.NtClose(process, { handle: each });
}
