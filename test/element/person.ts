/**
 * What a person finds in an element, and presses; and what several tests write and read.
 *
 *   found(element, selector)       the first such thing in its shadow root, or undefined
 *   row(element, drive)            the drive's row
 *   action(element, what, drive?)  the drive bar's button: insert, eject, download, keep, ...
 *   lines(element)                 what is said, a string a message
 *   button(element, place, name)   the button of that name in a place, or undefined
 *   press(element, place, name)    waits for it, and presses it
 *   offer(element, name)           such a button behind a message
 */
import { until } from './fixture.ts';

type Place = Element & { readonly updateComplete?: Promise<unknown> };

export const SECTOR = new Uint8Array(512).fill(0x5a);

export const bytesOf = async (blob: Blob): Promise<Uint8Array> =>
  new Uint8Array(await blob.arrayBuffer());

const all = <E extends Element = HTMLElement>(element: Place, selector: string): E[] => [
  ...(element.shadowRoot?.querySelectorAll<E>(selector) ?? []),
];

export const found = <E extends Element = HTMLElement>(
  element: Place,
  selector: string,
): E | undefined => all<E>(element, selector)[0];

export const row = (element: Place, drive: string): HTMLElement =>
  found(element, `.drive[data-drive="${drive}"]`)!;

export const action = (element: Place, what: string, drive = 'A:'): HTMLButtonElement =>
  found(element, `[data-drive="${drive}"] [data-action=${what}]`)!;

export const lines = (element: Place): string[] =>
  all(element, '#messages span').map(({ textContent }) => textContent);

export const button = (
  element: Place,
  place: string,
  name: string,
): HTMLButtonElement | undefined =>
  all<HTMLButtonElement>(element, `${place} button`).find(
    ({ textContent }) => textContent.trim() === name,
  );

export const offer = (element: Place, name: string): HTMLButtonElement | undefined =>
  button(element, '.message', name);

export async function press(element: Place, place: string, name: string): Promise<void> {
  await until(() => button(element, place, name) !== undefined);
  button(element, place, name)!.click();
  await element.updateComplete;
}
