/**
 * What somebody does to a recorded session, by chance: tables of lines for the shell, of requests
 * of the page, of media, of keys, of time that is held. A kind that is missing here is one whose
 * replay nobody tries.
 *
 *   act(session, below, disks)   does one thing, and perhaps waits for it
 *   chooser(below)               one of a list
 *   BREAKS                       what the machine's faults by chance may be
 */
import type { AgentRequest, ControlAction } from '../../web/host/agent-protocol.ts';
import type { FaultCall } from '../../web/host/machine-fault.ts';
import type { RecordedSystem } from '../../web/host/record/recorded-system.ts';
import type { Time } from '../../web/host/record/time.ts';
import type { TimeRequest, Until } from '../../web/host/record/types.ts';
import type { ChancePlan } from '../../web/machine/types.ts';
import { inTask, pause } from './in-task.ts';

/** Who lets things be done to it. */
export interface Acted extends RecordedSystem {
  readonly time: Time;
}

export type Below = (below: number) => number;

/** Typed at the terminal; some of them wait for keys, or for a second. */
const LINES = [
  'dir',
  'vol',
  'type README.TXT',
  'more < README.TXT',
  'echo once more>>NEW.TXT',
  'type NEW.TXT | sort | find "o"',
  'for %i in (1 2 3) do echo %i>>LOOP.TXT',
  'if exist NEW.TXT (echo there) else echo not there',
  'set /a 6*7',
  'set /p X=what? ',
  'echo echo %1 ^& pause>P.BAT',
  'call P.BAT one',
  'cd \\ & md SUB & cd SUB',
  'pushd B: & dir & popd',
  'edit NEW.TXT',
  'keys 1',
  'ps',
  'time',
  'date',
  'dir B:',
  'sync',
  'cls',
  'A:',
  'B:',
  'C:',
  'beep 440 20',
  'start lab race 3',
  'start lab leak 9',
  'shutdown /r /t 0',
];

/** Run by the page's agent. */
const COMMANDS = [
  'dir A: /s',
  'copy A:\\README.TXT A:\\COPY.TXT',
  'copy A:\\README.TXT B:\\',
  'copy A:\\*.TXT C:\\',
  'xcopy A:\\ B:\\ALL /s /i /y /q',
  'move /y A:\\COPY.TXT A:\\MOVED.TXT',
  'ren A:\\MOVED.TXT COPY.TXT',
  'fc A:\\README.TXT B:\\README.TXT',
  'findstr /n the A:\\*.TXT',
  'find /c "a" A:\\README.TXT',
  'sort /r A:\\README.TXT',
  'hexdump /n A:\\NEW.TXT',
  'attrib +r A:\\COPY.TXT',
  'attrib -r A:\\*.*',
  'tree A: /f',
  'del /q A:\\COPY.TXT',
  'rd /s /q B:\\ALL',
  'undelete A:\\ /list',
  'recover A:\\README.TXT /to:B:\\',
  'chkdsk A: /v',
  'chkdsk B: /f /x /y',
  'defrag A: /a',
  'defrag B: /x',
  'format B: /q /x /y',
  'format B: /f:720 /x /y',
  'label B:CHANCE',
  'crypt B: secret',
  'crypt B: /off',
  'mount B:',
  'umount B:',
  'cache',
  'caps 4',
  'handles 3',
  'irps',
  'icacls A:\\README.TXT',
  'whoami /priv',
  'restrict ntcmd /c dir',
  'objdir \\Device',
  'lsdrv',
  'loaddrv beep',
  'loaddrv ramdisk',
  'loaddrv null',
  'loaddrv hang',
  'unloaddrv beep',
  'unloaddrv null',
  'unloaddrv fdc',
  'loaddrv fdc',
  'devio read \\Device\\Null 16',
  'devio bad \\Device\\Floppy0',
  'reg query HKLM\\SYSTEM /s',
  'reg add HKLM\\SOFTWARE\\Chance /v N /t REG_DWORD /d 7 /f',
  'reg flush HKLM\\SOFTWARE',
  'trace on',
  'trace on ports',
  'trace show read',
  'trace off',
  'ver',
  'start /wait lab race 4',
  'start /wait lab turns 20',
  'start /wait lab turns 20 raise',
  'start /wait lab ask 30',
  'start /wait lab port 3f4 12',
  'start /wait lab wild',
  'start /wait lab far A:\\README.TXT',
  'start /wait lab write A:\\W.BIN 20000',
  'start lab read \\Device\\Floppy1',
];

/** System processes come first, then drivers, then what was started. */
const PROCESSES = 14;
const CONTROLS: readonly ControlAction[] = ['revoke', 'suspend', 'resume', 'terminate'];
const KEYS = ['KeyA', 'Enter', 'Escape', 'ShiftLeft', 'ArrowUp', 'Digit7', 'NoSuchKey'];
const BYTES = [3, 8, 9, 13, 17, 19, 27, 32, 65, 121];

const UNTILS: readonly Until[] = [
  'entry',
  'message',
  'command',
  { counter: 'kernel.ipc' },
  { counter: 'floppy.sectors' },
];

/** One by one, as a page asks for them; most are over after one time. */
const FAULTS: readonly FaultCall[] = [
  ['badSector', 0, 19, 2],
  ['sector', 1, 1, 'noId', 3],
  ['drive', 0, 'misstep', 1],
  ['drive', 1, 'trackZero', 1],
  ['protect', 1, true],
  ['dma', 'starve', 1],
  ['dma', 'lateTc', 1],
  ['stickRqm', 1],
  ['keep', 'failed', 2],
  ['spuriousIrq', 6],
  ['loseIrq', 6, 1],
  ['pullDisk', 1, 3],
  ['tearSector', 0, 20, 'hang'],
  ['muteKeyboard', true],
  ['clear'],
  ['clear'],
];

/** Rare enough that a session goes on. */
export const BREAKS: ChancePlan = {
  kinds: [
    ...(['crc', 'weak', 'noData', 'deleted', 'badId', 'noId', 'wrongCylinder'] as const),
    ...(['trackZero', 'misstep', 'index', 'starve', 'earlyTc', 'lateTc'] as const),
    ...(['door', 'hang', 'loseIrq', 'keep'] as const),
  ],
  every: 60,
};

export const chooser =
  (below: Below) =>
  <T>(of: readonly T[]): T =>
    of[below(of.length)]!;

const bytes = (below: Below): Uint8Array =>
  new Uint8Array(below(3) === 0 ? below(30_000) : below(300)).fill(below(256));

const path = (below: Below): string => `${chooser(below)(['A:', 'A:', 'B:', 'C:'])}\\F${below(4)}`;

type Make = (below: Below, disks: readonly Uint8Array[]) => AgentRequest;

const REQUESTS: readonly Make[] = [
  (below) => ({ op: 'writeFile', path: path(below), data: bytes(below) }),
  (below) => ({ op: 'readFile', path: path(below) }),
  (below) => ({
    ...{ op: 'writePart', path: path(below), data: bytes(below), offset: 0, total: 40_000 },
    replace: below(2) === 0,
  }),
  (below) => ({ op: 'rename', from: path(below), to: path(below), replace: below(2) === 0 }),
  (below) => ({ op: 'copyFile', from: path(below), to: path(below), replace: below(2) === 0 }),
  (below) => ({ op: 'remove', path: path(below), tree: true }),
  (below) => ({ op: 'createFolder', path: path(below) }),
  (below) => ({ op: 'setAttributes', path: path(below), on: 1, off: below(2), modified: 0 }),
  () => ({ op: 'list', path: 'A:\\' }),
  () => ({ op: 'salvage', path: 'A:\\README.TXT', offset: 100, length: 2000, known: 0 }),
  () => ({ op: 'areas', drive: 'A:' }),
  () => ({ op: 'deleted', path: 'A:\\', below: true }),
  () => ({ op: 'volumes' }),
  (below) => ({ op: 'volume', drive: chooser(below)(['A:', 'B:', 'C:']) }),
  () => ({ op: 'flush', drive: 'A:' }),
  (below) => ({ op: 'dismount', drive: chooser(below)(['A:', 'B:']) }),
  (_, disks) => ({
    ...{ op: 'insertImage', drive: 'C:', image: disks[1]!.slice() },
    writeProtected: false,
  }),
  () => ({ op: 'ejectImage', drive: 'C:' }),
  () => ({ op: 'readImage', drive: 'C:' }),
  () => ({ op: 'counters' }),
  (below) => ({ op: 'snapshot', kernel: below(2) === 0 }),
  (below) => ({ op: 'trace', action: chooser(below)(['start', 'ports', 'read', 'read', 'stop']) }),
  (below) => ({
    ...{ op: 'control', action: chooser(below)(CONTROLS), process: 2 + below(PROCESSES) },
    which: 1 + below(40),
  }),
];

/** Whoever waits longer does the next thing meanwhile. */
const PATIENCE_MS = 150;

type Act = (session: Acted, below: Below, disks: readonly Uint8Array[]) => Promise<unknown>;

const ask = (session: Acted, request: AgentRequest): Promise<unknown> =>
  inTask(() => session.ask(request));

const typed: Act = (session, below) =>
  inTask(() => session.control.type(new TextEncoder().encode(`${chooser(below)(LINES)}\r`)));

const typedByte: Act = (session, below) =>
  inTask(() => session.control.type(Uint8Array.of(chooser(below)(BYTES))));

const command: Act = (session, below) =>
  ask(session, { op: 'exec', line: chooser(below)(COMMANDS) });

const request: Act = (session, below, disks) =>
  ask(session, chooser(below)(REQUESTS)(below, disks));

const killed: Act = (session, below) =>
  ask(session, { op: 'exec', line: `kill ${2 + below(PROCESSES)}` });

const key: Act = (session, below) =>
  inTask(() => session.control.key(chooser(below)(KEYS), below(2) === 0));

/** Also one that cannot be read everywhere, is protected, or is no disk at all. */
const inserted: Act = (session, below, disks) =>
  inTask(() => {
    const image = below(8) === 0 ? new Uint8Array(below(3) * 1000) : chooser(below)(disks).slice();
    const damaged = below(3) === 0 ? [{ offset: 512 * below(200), length: 512 * 4 }] : [];
    return session.control.insert(below(3) === 0 ? 0 : 1, image, below(4) === 0, damaged);
  });

/** Pulled out, for all that the system knows. */
const ejected: Act = (session, below) =>
  inTask(() => session.control.eject(below(4) === 0 ? 0 : 1));

const broken: Act = (session, below) =>
  inTask(() => session.control.fault(...chooser(below)(FAULTS)));

const kept: Act = (session, below) => inTask(() => session.control.keep(below(2)));

/** Held and let go, in the middle of whatever goes on: a replay sees nothing of it. */
const held: Act = async (session, below) => {
  const time = (asked: TimeRequest): Promise<unknown> => inTask(() => session.time.ask(asked));
  await time({ do: 'pause' });
  for (let steps = below(20); steps > 0; steps--)
    await Promise.race([time({ do: 'step', until: chooser(below)(UNTILS) }), pause(50)]);
  await time({ do: 'resume' });
  if (below(3) === 0) await time({ do: 'slow', times: chooser(below)([1, 3, 10]) });
};

const ACTS: readonly Act[] = [
  ...[typed, typed, typed, typedByte, typedByte],
  ...[command, command, command, command, command],
  ...[request, request, request],
  ...[killed, key, inserted, inserted, ejected, kept, broken],
  ...[held, held, held],
];

export async function act(
  session: Acted,
  below: Below,
  disks: readonly Uint8Array[],
): Promise<void> {
  const doing = chooser(below)(ACTS)(session, below, disks);
  if (below(3) === 0) void doing.catch(() => undefined);
  else await Promise.race([doing.catch(() => undefined), pause(PATIENCE_MS)]);
  if (below(2) === 0) await pause(below(30));
}
