/**
 * Tells the line how large the window is, once somebody there asks for it (mode 2048): at once, and
 * whenever it changes. It is all that the terminal says by itself, and it is numbers.
 *
 *   tellSize(xterm, say)   after `restrict`, which would swallow the mode
 *     forget()             another system begins, and has not asked yet: what came before its
 *                          driver listens would arrive in part, as typed text
 *     dispose()
 *   isSizeReport(text)     whether that is what it said
 *
 * Source: "In-band window resize notifications": CSI 48 ; rows ; columns ; height ; width t.
 */
import type { Terminal } from '@xterm/xterm';

const MODE = 2048;
const REPORT = /^\x1b\[48;\d+;\d+;0;0t$/;

export function isSizeReport(text: string): boolean {
  return REPORT.test(text);
}

export interface SizeTeller {
  forget(): void;
  dispose(): void;
}

export function tellSize(xterm: Terminal, say: (report: string) => void): SizeTeller {
  let asked = false;
  const tell = (): void => {
    if (asked) say(`\x1b[48;${xterm.rows};${xterm.cols};0;0t`);
  };
  const mode =
    (on: boolean) =>
    (modes: readonly (number | number[])[]): boolean => {
      if (modes.length !== 1 || modes[0] !== MODE) return false;
      asked = on;
      tell();
      return true;
    };
  const parts = [
    xterm.parser.registerCsiHandler({ prefix: '?', final: 'h' }, mode(true)),
    xterm.parser.registerCsiHandler({ prefix: '?', final: 'l' }, mode(false)),
    xterm.onResize(tell),
  ];
  return {
    forget() {
      asked = false;
    },
    dispose: () => parts.forEach((part) => part.dispose()),
  };
}
