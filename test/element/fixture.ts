/**
 * Elements over scripted systems, and prefixes of their own in the browser's storage.
 *
 *   mount(attributes)   an element in the page whose systems are in `systems`; `ended` removes all
 */
import { AT_PROMPT } from '../../personality/ntcmd/marks.ts';
import { NeptuneOs } from '../../web/element/neptune-os.ts';
import type { SystemLike } from '../../web/element/session.ts';
import type { SystemOptions } from '../../web/host/system.ts';
import { FakeSystem } from './fake-system.ts';

export class TestedElement extends NeptuneOs {
  static systems: FakeSystem[] = [];
  /** How the next systems start. */
  static start = async (options: SystemOptions): Promise<SystemLike> => {
    const system = new FakeSystem(options);
    TestedElement.systems.push(system);
    return system;
  };
  static override bootSystem = (options: SystemOptions): Promise<SystemLike> =>
    TestedElement.start(options);
}
customElements.define('neptune-tested', TestedElement);

const standardStart = TestedElement.start;
/** As the shell sends it, and as it looks. */
export const PROMPT = `A:\\>${AT_PROMPT}`;
export const PROMPT_SHOWN = 'A:\\>';
export const FLOPPY = 737_280;

export interface Mounted {
  element: TestedElement;
  /** The newest system, once there is one. */
  system(): Promise<FakeSystem>;
}

export function mount(attributes: Record<string, string> = {}): Mounted {
  const element = document.createElement('neptune-tested') as TestedElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  const before = TestedElement.systems.length;
  document.body.append(element);
  return {
    element,
    system: async () => {
      await until(() => TestedElement.systems.length > before);
      return TestedElement.systems.at(-1)!;
    },
  };
}

/** An element whose system has come to its prompt. */
export async function running(
  attributes: Record<string, string> = {},
): Promise<{ element: TestedElement; system: FakeSystem }> {
  const { element, system } = mount(attributes);
  element.boot().catch(() => undefined); // also where it cannot be seen
  const found = await system();
  found.print(PROMPT);
  await element.ready;
  return { element, system: found };
}

export async function removeAll(): Promise<void> {
  for (const element of document.querySelectorAll('neptune-tested')) element.remove();
  await until(() => TestedElement.systems.every(({ terminated }) => terminated));
  TestedElement.systems = [];
  TestedElement.start = standardStart;
}

export async function until(holds: () => boolean, limit = 5000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it never became true: ${holds}`);
    await new Promise((later) => setTimeout(later, 5));
  }
}

export function heard(element: EventTarget, name: string): unknown[] {
  const details: unknown[] = [];
  element.addEventListener(name, (event) => details.push((event as CustomEvent).detail));
  return details;
}

let prefixes = 0;
export const freshPrefix = (): string => `test ${Date.now()} ${prefixes++}`;

export function pattern(seed: number): Uint8Array {
  return Uint8Array.from({ length: FLOPPY }, (_, i) => (i * seed + (i >> 8)) & 255);
}

export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}
