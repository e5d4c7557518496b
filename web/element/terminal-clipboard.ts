/**
 * Copying from the terminal, and pasting into it.
 *
 *   pasted(text)                     what is typed when this is pasted: lines end as Enter does,
 *                                    and of control characters only Tab is left
 *   acceptPaste(parent, paste)       paste events under `parent`; returns how to stop
 *   copySelection(xterm)             what is selected, and nothing is any more; resolves to whether
 *                                    the browser let it
 *   readClipboard()                  undefined where the browser does not let the page read it
 *
 * What is pasted comes from anywhere, and a control character in it could press keys that nobody
 * sees (Esc, Ctrl+C, an arrow): those are left out.
 */
import type { Terminal as Xterm } from '@xterm/xterm';

/** C0 but Tab and CR, DEL, and C1. */
const CONTROL = /[\0-\x08\n\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

export function pasted(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r').replace(CONTROL, '');
}

/** Comes before xterm's own listener, which would send all of it. */
export function acceptPaste(parent: HTMLElement, paste: (text: string) => void): () => void {
  const listen = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    paste(event.clipboardData?.getData('text/plain') ?? '');
  };
  parent.addEventListener('paste', listen, { capture: true });
  return () => parent.removeEventListener('paste', listen, { capture: true });
}

export function copySelection(xterm: Xterm): Promise<boolean> {
  const text = xterm.getSelection();
  xterm.clearSelection();
  return writeClipboard(text);
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByEvent(text); // no secure page, or a frame that may not
  }
}

function copyByEvent(text: string): boolean {
  const copy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', copy, { capture: true });
  const done = document.execCommand('copy');
  document.removeEventListener('copy', copy, { capture: true });
  return done;
}

export async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}
