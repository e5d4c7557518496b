/**
 * Keys that mean something to the terminal itself; all others are typed.
 *
 *   Esc, then Tab or Shift+Tab   leaves the terminal. Esc is typed as well, Tab is the browser's.
 *   Ctrl+C                       copies where something is selected, else it is typed (^C)
 *   Ctrl+Shift+C, Ctrl+Insert    copy, and are never typed
 *   Ctrl+V, Ctrl+Shift+V, Shift+Insert
 *                                paste: the browser does, by its paste event
 *
 *   bindKeys(xterm)
 *
 * A Mac copies and pastes with Command, which the browser does by itself; there Ctrl is typed.
 *
 * Source: WCAG 2.2, 2.1.2 (no keyboard trap).
 */
import type { Terminal as Xterm } from '@xterm/xterm';
import { copySelection } from './terminal-clipboard.ts';

const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The letter on the key, also where the layout has another script. */
function letterOf({ key, code }: KeyboardEvent): string {
  return /^[\x20-\x7e]$/.test(key) ? key.toLowerCase() : code.replace(/^Key/, '').toLowerCase();
}

function copies(event: KeyboardEvent, selected: boolean): boolean {
  if (APPLE || !event.ctrlKey || event.altKey || event.metaKey) return false;
  if (event.key === 'Insert') return !event.shiftKey;
  return letterOf(event) === 'c' && (event.shiftKey || selected);
}

function pastes(event: KeyboardEvent): boolean {
  if (event.key === 'Insert') return event.shiftKey && !event.ctrlKey && !event.altKey;
  if (APPLE || !event.ctrlKey || event.altKey || event.metaKey) return false;
  return letterOf(event) === 'v';
}

export function bindKeys(xterm: Xterm): void {
  let escaped = false;
  xterm.textarea?.addEventListener('blur', () => (escaped = false));
  xterm.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true;
    const leaves = escaped && event.key === 'Tab' && !event.ctrlKey && !event.altKey;
    if (event.key !== 'Shift') escaped = event.key === 'Escape';
    if (leaves || pastes(event)) return false;
    if (!copies(event, xterm.hasSelection())) return true;
    event.preventDefault();
    if (xterm.hasSelection()) void copySelection(xterm);
    return false;
  });
}
