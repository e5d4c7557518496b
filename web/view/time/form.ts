/**
 * Recordings as files, and a question about the past with its answer.
 *
 *   timeForm(clock, desk, act)   `act` shows what goes wrong
 */
import { html, nothing, type TemplateResult } from 'lit';
import { download } from '../../page/download.ts';
import type { Finding, Found } from '../../host/record/types.ts';
import type { Desk } from '../desk.ts';
import { hex } from '../words.ts';
import type { Clock } from './clock.ts';
import type { Asked } from './questions.ts';

type Act = (work: Promise<unknown>) => void;

interface Kind {
  readonly words: string;
  /** What is to be typed. */
  readonly hint: string;
  asked(text: string): Asked;
  /** The machine can run on until it happens. */
  readonly stops?: boolean;
}

/** Decimal, or hexadecimal with 0x. */
const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

const KINDS: Readonly<Record<string, Kind>> = {
  ram: {
    words: 'Who wrote this byte of RAM?',
    hint: 'address, such as 0x123000',
    asked: (text) => ({ changed: 'ram', address: numberOf(text) }),
  },
  kernel: {
    words: "Who changed this word of the kernel's memory?",
    hint: 'address, such as a slot',
    asked: (text) => ({ changed: 'kernel', address: numberOf(text), length: 4 }),
  },
  a: {
    words: 'Who wrote this sector of A:?',
    hint: 'sector',
    asked: (text) => ({ written: 'A:', sector: numberOf(text) }),
  },
  b: {
    words: 'Who wrote this sector of B:?',
    hint: 'sector',
    asked: (text) => ({ written: 'B:', sector: numberOf(text) }),
  },
  counter: {
    words: 'When did this counter change?',
    hint: 'counter, such as machine.fdc.command',
    asked: (text) => ({ counter: text.trim() }),
    stops: true,
  },
  service: {
    words: 'When was this service called?',
    hint: 'service, such as NtReadFile',
    asked: (text) => ({ service: text.trim() }),
    stops: true,
  },
  fault: {
    words: 'When did a thread fault or end?',
    hint: 'nothing',
    asked: () => ({ fault: true }),
  },
};

/** Of an answer, shown: the newest. */
const SHOWN = 20;
const answers = new WeakMap<Clock, Found>();

export function timeForm(clock: Clock, desk: Desk, act: Act): TemplateResult {
  const chosen = desk.chosen('time.question') ?? 'ram';
  const kind = KINDS[chosen]!;
  const choose = (event: Event): void =>
    desk.choose('time.question', (event.target as HTMLSelectElement).value);
  const ask = (event: SubmitEvent): void => {
    event.preventDefault();
    if (clock.doing !== '') return;
    const text = String(new FormData(event.target as HTMLFormElement).get('about'));
    if (event.submitter?.id === 'until') return act((async () => clock.step(kind.asked(text)))());
    act(
      (async () => {
        const [found] = await clock.ask([kind.asked(text)]);
        answers.set(clock, found!);
        desk.touch();
      })(),
    );
  };
  const answer = answers.get(clock);
  return html`<details class="past">
    <summary>Recording and questions</summary>
    ${files(clock, act)}
    <form @submit=${ask}>
      <select aria-label="Question" @change=${choose}>
        ${Object.entries(KINDS).map(
          ([name, { words }]) =>
            html`<option value=${name} ?selected=${name === chosen}>${words}</option>`,
        )}
      </select>
      <input name="about" aria-label=${kind.hint} placeholder=${kind.hint} />
      <button aria-disabled=${clock.doing !== ''}>Ask</button>
      ${
        kind.stops
          ? html`<button id="until" aria-disabled=${clock.doing !== ''}>Run until it does</button>`
          : nothing
      }
    </form>
    ${answer ? answered(answer, clock, act) : nothing}
  </details>`;
}

function files(clock: Clock, act: Act): TemplateResult {
  const save = async (): Promise<void> => download('session.neptune', await clock.recording());
  const link = async (): Promise<void> => navigator.clipboard.writeText(await clock.link());
  const open = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) act(clock.play(file));
    input.value = '';
  };
  return html`<p>
    <button @click=${() => act(save())}>Save the recording</button>
    <button @click=${() => act(link())}>Copy it as a link</button>
    <label>Play a recording, in place of this session: <input type="file" @change=${open} /></label>
  </p>`;
}

function answered({ count, last }: Found, clock: Clock, act: Act): TemplateResult {
  if (count === 0) return html`<p role="status">It has not happened in this session.</p>`;
  const newest = last.slice(-SHOWN).reverse();
  return html`<p role="status">
      ${count.toLocaleString('en-US')} times${count > newest.length ? '; the last ones:' : ':'}
    </p>
    <ol>
      ${newest.map(
        (one) =>
          html`<li>
            <button @click=${() => act(clock.visit(one.entry))}>
              Entry ${one.entry.toLocaleString('en-US')}</button
            >${findingWords(one)}
          </li>`,
      )}
    </ol>`;
}

export function findingWords({ time, process, thread, by, words }: Finding): string {
  const who = thread === 0 ? 'a device' : `${process}, thread ${hex(thread)}`;
  const how = by === 'kernel' && thread !== 0 ? ', in a call of the kernel' : '';
  return ` at ${(time / 1e6).toFixed(3)} s: ${who}${how} (${words.map(hex).join(' → ')})`;
}
