/**
 * The policy of the workers: the second wall.
 *
 * A worker whose script is a blob has the Content Security Policy of the document that made it. So
 * an empty frame with a policy of its own makes them: scripts may be blobs, which the page alone
 * can make; nothing may be connected to, loaded, imported from the network, or compiled from text.
 * It adds to the page's own policy and takes nothing from it.
 *
 *   policyFrame()   the page's one such frame; where none can be had, workers are the page's own
 *
 * The frame hangs on the root element, where pages seldom clear up; with it the workers end, which
 * onLost tells.
 *
 * Sources: HTML Living Standard 7.1.7 (policy containers), 10.2.6.3 (workers of local addresses);
 * Content Security Policy 3. Tried in Chromium 156 and Firefox 153: both let a policy that is added
 * to an empty document's head count for the workers that it makes, and for what they import.
 * Firefox takes `wasm-unsafe-eval` for receiving a compiled module; WebAssembly is out of a
 * process's reach (realm/allowed.ts).
 */
import { watchRefusals } from './refusals.ts';

export const WORKER_POLICY =
  "default-src 'none'; script-src blob: 'wasm-unsafe-eval'; worker-src blob:";

export interface PolicyFrame {
  readonly Worker: typeof Worker;
  /** Returns how to stop it. */
  onLost(callback: (reason: string) => void): () => void;
}

let made: PolicyFrame | undefined;

function makeFrame(): PolicyFrame {
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  frame.title = 'workers of Neptune';
  document.documentElement.append(frame);
  const page = frame.contentWindow as (Window & { Worker: typeof Worker }) | null;
  const inside = frame.contentDocument;
  if (!page || !inside) throw new Error('no frame of this origin can be had');
  watchRefusals(inside);
  const policy = inside.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = WORKER_POLICY;
  inside.head.append(policy);
  const callbacks = new Set<(reason: string) => void>();
  page.addEventListener('pagehide', () => {
    made = undefined;
    for (const callback of callbacks) callback('the frame of its workers was removed.');
  });
  return {
    // Looked up when it is used: a test may watch which workers there are.
    get Worker() {
      return page.Worker;
    },
    onLost(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
  };
}

export function policyFrame(): PolicyFrame {
  try {
    return (made ??= makeFrame());
  } catch {
    return { Worker, onLost: () => () => undefined };
  }
}
