/** Programs of the isolated test of ports: each runs on a processor of its own. */
import { callService } from '../../personality/ntdll/call.ts';
import { NtClose, NtReplyPort } from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { LPC_CONNECTION_REQUEST, LPC_PORT_CLOSED, LPC_REQUEST } from '../../personality/rtl/lpc.ts';
import type { Image } from '../../personality/sel4/types.ts';
import { accept, ask, connect, createPort, receive, replyTo, textOf } from './lpc-client.ts';

const PORT = '\\Isolated';
const TURNS = 50;

/** Asks, and says how often the answer was right. */
const asks: Image = nativeImage(async (process) => {
  const { handle, status } = await connect(process, PORT);
  if (status !== 'STATUS_SUCCESS') return 0;
  let right = 0;
  for (let turn = 0; turn < TURNS; turn++)
    if ((await ask(process, handle, `${turn}`)).text === `${turn}!`) right++;
  return right;
});

/** Asks for ever. */
const nags: Image = nativeImage(async (process) => {
  const { handle } = await connect(process, PORT);
  while ((await ask(process, handle, 'again')).status === 'STATUS_SUCCESS');
  return 0;
});

export const portImages: Record<string, Image> = { 'asks.exe': asks, 'nags.exe': nags };

/** Serves one client until its port is closed; `each` after every answer. */
async function serveOne(
  process: NtProcess,
  port: number,
  each: (answers: number) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const { handle } = await accept(process, port, 1);
  for (let answers = 0; ;) {
    const { message } = await receive(process, port);
    if (message?.type === LPC_REQUEST) {
      // Who has ended meanwhile is not answered.
      const reply = replyTo(message, `${textOf(message)}!`);
      await NtReplyPort(process, { handle: port, message: reply });
      await each(++answers);
    } else if (message?.type !== LPC_CONNECTION_REQUEST) {
      await NtClose(process, { handle });
      return message?.type === LPC_PORT_CLOSED ? answers : -1;
    }
  }
}

export async function usePorts(process: NtProcess): Promise<Record<string, number>> {
  const { handle: port } = await createPort(process, PORT);
  const start = (image: string) =>
    callService(process, 'NtCreateProcess', { image, commandLine: '' });
  const first = await start('asks.exe');
  const answered = await serveOne(process, port);
  const wait = { handle: first.handle, alertable: false, timeout: -50_000_000 };
  await callService(process, 'NtWaitForSingleObject', wait);
  const { exitStatus: right } = await callService(process, 'NtQueryInformationProcess', wait);
  const { handle } = await start('nags.exe');
  // Killed while it asks: its port is closed, whatever it was about.
  const nagged = await serveOne(process, port, async (answers) => {
    if (answers === 20) await callService(process, 'NtTerminateProcess', { handle, status: 1 });
  });
  return { answered, right, nagged: Math.min(nagged, 20) };
}
