/**
 * frame.html: workers for a page whose own policy refuses them (web/host/framed.ts).
 *
 * Any page may frame this one and boot a system in it, so that there is nothing here that a page
 * does not have by itself: no storage, no address of the page's choosing is fetched, nothing is
 * shown. All that comes in are the bytes that the page passes, all that goes out goes back to it.
 *
 * `?host=` is the origin of the page. The browser hands it the first message only if it is of that
 * origin, and one message from there, and no other, starts the system.
 */
import { type Endpoint, expose } from 'comlink';
import { HELLO } from '../host/framed.ts';
import { isFault } from '../host/machine-fault.ts';
import { sendNotes } from '../host/notes.ts';
import type { FrameControl, FrameInit, StartMessage } from '../host/protocol.ts';
import { System, SystemError } from '../host/system.ts';

const host = new URLSearchParams(location.search).get('host') ?? '';

/** What of a message is ours, made anew. */
function settingsOf({ topology, speed }: FrameInit): FrameInit {
  return {
    topology: topology === 'isolated' || topology === 'single' ? topology : 'auto',
    speed: speed === 'real' ? 'real' : 'fast',
  };
}

function controlOf(init: FrameInit, post: (note: unknown) => void): FrameControl {
  const { services, committed } = sendNotes(post);
  let running: Promise<System> | undefined;
  const up = (): Promise<System> =>
    (running ??= System.boot({
      ...settingsOf(init),
      // Of its own, whatever prototypes say: programs and drivers are those of this site.
      images: undefined,
      drivers: undefined,
      frame: undefined,
      onOutput: services.serialOutput,
      onSound: services.sound,
      onDrives: services.drives,
      onKeyboard: services.keyboard,
      commit: services.commit,
      nvram: services.nvram,
      onWritten: services.written,
      onFault: services.fault,
      onDirty: services.dirty,
      onHalted: services.halted,
      onPanic: services.panic,
      onLog: services.log,
    }));
  return {
    committed,
    start: async () => (await up()).topology,
    insert: async (...given) => (await up()).insert(...given),
    eject: async (drive) => (await up()).eject(drive),
    keep: async (drive) => (await up()).keep(drive),
    image: async (drive) => (await up()).image(drive),
    type: async (bytes) => (await up()).type(new TextDecoder().decode(bytes)),
    key: async (code, down) => (await up()).key(code, down),
    counters: async () => (await up()).machineCounters(),
    async fault(...call) {
      if (isFault(call)) await (await up()).fault(call);
    },
    look: async (sector) => (await up()).look(sector),
    recording: async () => (await up()).recording(),
    time: async (request) => (await up()).time(request),
    async ask(request) {
      try {
        return { result: await (await up()).ask(request) };
      } catch (error) {
        // A class does not survive the crossing.
        if (!(error instanceof SystemError)) throw error;
        return { error: { status: error.status, message: error.message } };
      }
    },
  };
}

/**
 * The port as comlink sees it: calls of the control's own functions with plain arguments. Whatever
 * else comlink can be asked for (paths into prototypes, assignments, constructors) would give the
 * page a hand in this realm, and the addresses that it fetches.
 */
function callsOnly(port: MessagePort, control: object): Endpoint {
  const isCall = (data: unknown): boolean => {
    const { type, path, argumentList } = (data ?? {}) as Record<string, unknown>;
    return (
      type === 'APPLY' &&
      Array.isArray(path) &&
      path.length === 1 &&
      typeof path[0] === 'string' &&
      Object.hasOwn(control, path[0]) &&
      Array.isArray(argumentList) &&
      argumentList.every((one: { type?: unknown } | null) => one?.type === 'RAW')
    );
  };
  return {
    addEventListener(type, listener) {
      port.addEventListener(type, (event) => {
        if (!isCall((event as MessageEvent).data)) return;
        if (typeof listener === 'function') listener(event);
        else listener.handleEvent(event);
      });
    },
    removeEventListener: () => undefined,
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    start: () => port.start(),
  };
}

function take(event: MessageEvent<Partial<StartMessage<FrameInit>> | null>): void {
  if (event.source !== parent || event.origin !== host) return;
  const { init, control, notes } = event.data ?? {};
  if (!init || !(control instanceof MessagePort) || !(notes instanceof MessagePort)) return;
  removeEventListener('message', take);
  const given = controlOf(init, (note) => notes.postMessage(note));
  expose(given, callsOnly(control, given));
}

if (parent !== window && URL.canParse(host) && new URL(host).origin === host) {
  addEventListener('message', take);
  parent.postMessage(HELLO, host);
}
