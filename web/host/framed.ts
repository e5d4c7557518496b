/**
 * The system in a frame of the site that this code is from: where the page's own policy refuses
 * workers or WebAssembly (refusals.ts).
 *
 * Only the workers are there. The terminal, the drives and what is kept stay in this page, with its
 * storage and under its policy; the frame (web/site/frame.ts) is to it what the worker of
 * topology *single* is: one port that the page calls, one with notes that it believes by shape.
 *
 *   startFramed(page, init, services, onBroken)
 *       resolves to the layout and the topology in force there; rejects in words where there can be
 *       no such frame
 *
 * Both sides name the other's origin with every message to a window, and look at who sent it.
 */
import { wrap } from 'comlink';
import { receiveNotes } from './notes.ts';
import type { FrameControl, FrameInit, PageServices, StartMessage, Topology } from './protocol.ts';
import { RefusalWatch } from './refusals.ts';
import type { Layout } from './topology.ts';

/** What the frame's page says first. */
export const HELLO = 'neptune-frame';
/** A page that was loaded and does not say it in that time is another one. */
const AFTER_LOAD = 5_000;
const LOAD_LIMIT = 30_000;

function makeFrame(page: URL): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  frame.title = 'workers of Neptune';
  frame.referrerPolicy = 'no-referrer';
  const address = new URL(page);
  address.searchParams.set('host', globalThis.origin);
  frame.src = address.href;
  return frame;
}

/** Until the frame's page has said that it is there. */
async function loaded(frame: HTMLIFrameElement, page: URL): Promise<void> {
  const isFrame = ({ directive, blocked }: { directive: string; blocked: string }): boolean =>
    directive === 'frame-src' && blocked.startsWith(page.origin);
  const refusals = new RefusalWatch(isFrame);
  const stop = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const late = (): void => reject(new Error(`${page.href} did not answer in its frame.`));
      const limit = setTimeout(late, LOAD_LIMIT);
      stop.signal.addEventListener('abort', () => clearTimeout(limit));
      frame.addEventListener('load', () => void setTimeout(late, AFTER_LOAD), stop);
      refusals.onFound(() =>
        reject(new Error(`a frame of ${page.origin} is refused as well (frame-src).`)),
      );
      const hello = ({ source, origin, data }: MessageEvent): void => {
        if (source === frame.contentWindow && origin === page.origin && data === HELLO) resolve();
      };
      addEventListener('message', hello, stop);
      document.documentElement.append(frame);
    });
  } finally {
    stop.abort();
    refusals.stop();
  }
}

export async function startFramed(
  page: URL,
  init: FrameInit,
  services: PageServices,
  onBroken: (reason: string) => void,
): Promise<{ layout: Layout; topology: Topology }> {
  if (globalThis.origin === 'null')
    throw new Error('a page without an origin of its own can have no frame that it may trust.');
  const frame = makeFrame(page);
  const control = new MessageChannel();
  const notes = new MessageChannel();
  const remote = wrap<FrameControl>(control.port1);
  const terminate = (): void => {
    frame.remove();
    control.port1.close();
    notes.port1.close();
  };
  try {
    await loaded(frame, page);
    receiveNotes(notes.port1, 'single', services, {
      committed: (...answer) => void remote.committed(...answer).catch(() => undefined),
      // The frame has its images from where it is itself.
      imageCame: () => undefined,
    });
    const ports = { control: control.port2, notes: notes.port2 };
    const message: StartMessage<FrameInit> = { init, ...ports };
    frame.contentWindow!.postMessage(message, page.origin, Object.values(ports));
    const topology = await remote.start();
    frame.addEventListener('load', () => onBroken('the frame of its workers was loaded again.'));
    const { ask, recording, time } = remote;
    return { layout: { machine: remote, agent: { ask }, recording, time, terminate }, topology };
  } catch (error) {
    terminate();
    throw error;
  }
}
