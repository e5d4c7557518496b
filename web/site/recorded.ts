/**
 * A recording in the address (`#r=`): shown with what it is, and played only when the reader says
 * so. Whoever made the link may be anybody: nothing of it runs before, and it is not unpacked when
 * it is longer than a link may be. Once answered it leaves the address.
 *
 *   offerRecording(machine, place)
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { recordingIn } from '../element/recording.ts';
import { factsOf } from '../host/record/facts.ts';
import { fromBase64url } from '../store/share/base64url.ts';
import { LINK_LIMIT } from '../store/share/codec.ts';
import { leaveAddress } from './address.ts';

const KEY = 'r';

/** Undefined: there is none in the address. */
function textInAddress(): string | undefined {
  const pairs = location.hash.slice(1).split('&');
  return pairs.find((pair) => pair.startsWith(`${KEY}=`))?.slice(KEY.length + 1);
}

function fileOf(text: string): Blob {
  if (text.length > LINK_LIMIT)
    throw new Error(`it is longer than ${LINK_LIMIT.toLocaleString('en-US')} characters`);
  const bytes = fromBase64url(text);
  if (!bytes) throw new Error('it has characters that none can have');
  return new Blob([bytes as BlobPart]);
}

export async function offerRecording(machine: NeptuneOs, place: HTMLElement): Promise<void> {
  const text = textInAddress();
  if (text === undefined) return;
  try {
    if (!place.hidden) throw new Error('the link brings commands, too');
    const file = fileOf(text);
    show(machine, place, file, factsOf(await recordingIn(file)));
  } catch (error) {
    leaveAddress(KEY);
    machine.say(`The recording in this link was left out: ${(error as Error).message}`, error);
  }
}

function show(
  machine: NeptuneOs,
  place: HTMLElement,
  file: Blob,
  { seconds, entries, date, disks, images, inputs }: ReturnType<typeof factsOf>,
): void {
  const words = document.createElement('p');
  const when = date ? ` of ${date.toLocaleString('en-US', { timeZone: 'UTC' })}` : '';
  words.textContent =
    `This link brings the recording of a session${when}: ${seconds.toFixed(1)} seconds, ` +
    `${entries.toLocaleString('en-US')} entries into the kernel, ${inputs} things that were done. ` +
    'To play it ends the session that runs here.';
  const list = document.createElement('ul');
  const lines = [
    ...disks.map(
      ({ drive, bytes }) => `A disk for ${drive}, ${bytes.toLocaleString('en-US')} bytes`,
    ),
    ...[...new Set(images)].map(
      (name) => `Code of a driver, ${name}, which runs when it is played`,
    ),
  ];
  for (const text of lines) {
    const line = document.createElement('li');
    line.textContent = text;
    list.append(line);
  }
  const close = (): void => {
    leaveAddress(KEY);
    place.hidden = true;
    machine.focus();
  };
  const play = (): void => {
    close();
    machine.replay(file).then(
      ({ why }) => why && machine.say(`The recording was not played to its end: ${why}`),
      (error: Error) => machine.say(error.message, error),
    );
  };
  place.replaceChildren(words, list, button('Play', play), button('Dismiss', close));
  place.setAttribute('aria-label', 'Recording of this link');
  place.hidden = false;
}

function button(name: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = name;
  element.addEventListener('click', pressed);
  return element;
}
