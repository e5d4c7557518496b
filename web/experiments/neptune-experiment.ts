/**
 * `<neptune-experiment name="follow-a-read" for="machine">`: an experiment beside a machine and its
 * `<neptune-view>`: what is shown, the steps with a button each, and a check that says whether it
 * happened.
 *
 * It begins when the machine is at its prompt: what was counted before does not count. Whoever has
 * done the steps by hand has done them. Two buttons are never at work at once.
 *
 * @csspart about   title, what is shown, how long it takes
 * @fires neptune-experiment   `{ name, happened }`: it was checked
 */
import { html, nothing, type TemplateResult } from 'lit';
import { BesideMachine } from '../beside/beside-machine.ts';
import { pageStyles } from '../beside/page-styles.ts';
import type { NeptuneOs } from '../element/neptune-os.ts';
import { palette } from '../element/palette.ts';
import type { NeptuneView } from '../view/neptune-view.ts';
import type { NeptuneBench } from '../workbench/neptune-bench.ts';
import { Bench } from './bench.ts';
import { placeOf, unfit } from './fit.ts';
import { inline } from './inline.ts';
import { EXPERIMENTS } from './registry.ts';
import { styles } from './styles.ts';
import type { Experiment, Step, Verdict } from './types.ts';

export interface ExperimentDetail {
  name: string;
  happened: boolean;
}

export interface ExperimentEventMap {
  'neptune-experiment': CustomEvent<ExperimentDetail>;
}

export interface CheckResult {
  happened: boolean;
  /** What happened, or what has not happened yet. */
  words: string;
  /** What was counted: what, and how much. */
  seen: readonly (readonly [string, number | string])[];
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class NeptuneExperiment extends BesideMachine {
  static override styles = [palette, pageStyles, styles];

  static override properties = {
    ...BesideMachine.properties,
    name: { type: String, reflect: true },
  };

  /** Which one: `follow-a-read`. docs/experiments.md has the list. */
  declare name: string | null | undefined;

  #bench: Bench | undefined;
  #beginning: Promise<Bench> | undefined;
  readonly #done = new Set<number>();
  #working = '';
  #said = '';
  #verdict: Verdict | undefined;

  /** The number of its steps. */
  get steps(): number {
    return this.#experiment?.steps.length ?? 0;
  }

  /** Boots the machine, shows the view, and counts from now on. Rejects in words. */
  async begin(): Promise<void> {
    await this.#ready();
  }

  /** Does a step, the first is 0, as its button does; resolves when it is done. */
  async step(index: number): Promise<void> {
    const step = this.#experiment?.steps[index];
    if (!step) throw new RangeError(`There is no step ${index}.`);
    const bench = await this.#ready();
    await step.run?.(bench);
    this.#done.add(index);
    this.requestUpdate();
  }

  /** Whether it happened. Changes nothing. */
  async check(): Promise<CheckResult> {
    const experiment = this.#named();
    const verdict = await experiment.check(await this.#ready());
    this.#verdict = verdict;
    this.requestUpdate();
    const detail: ExperimentDetail = { name: experiment.name, happened: verdict.happened };
    const how = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('neptune-experiment', how));
    return verdict;
  }

  /** Starts the machine again, and the experiment. */
  async again(): Promise<void> {
    const { machine } = this;
    if (!machine) throw new Error('There is no machine here.');
    this.#forget();
    this.#placeIn(machine);
    await machine.reset();
    await this.#ready();
  }

  protected override machineChanged(): void {
    this.#forget();
    const { machine } = this;
    // Counters begin again with the system.
    this.listen('neptune-ready', () => {
      if (!this.#bench) return;
      this.#forget();
      void this.#ready().catch(this.#sayError);
    });
    // Whoever boots it boots it; the experiment begins then.
    machine?.ready.then(
      () => this.machine === machine && void this.#ready().catch(this.#sayError),
      () => undefined,
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget();
  }

  get #experiment(): Experiment | undefined {
    return EXPERIMENTS.find(({ name }) => name === this.name);
  }

  #named(): Experiment {
    if (this.#experiment) return this.#experiment;
    throw new RangeError(`There is no experiment "${this.name ?? ''}".`);
  }

  /** Modules come in any order: those that the page has elements of are waited for. */
  async #neighbours(): Promise<void> {
    for (const name of ['neptune-os', 'neptune-view', 'neptune-bench'])
      if (document.querySelector(name)) await customElements.whenDefined(name);
    await this.updateComplete;
  }

  /** The element of that name that stands beside the same machine. */
  #beside<T extends BesideMachine>(name: string): T | undefined {
    const root = this.getRootNode() as Document | ShadowRoot;
    return [...root.querySelectorAll<T>(name)].find(({ machine }) => machine === this.machine);
  }

  #forget(): void {
    this.#bench?.end();
    this.#bench = this.#beginning = this.#verdict = undefined;
    this.#done.clear();
    this.#said = '';
    this.requestUpdate();
  }

  #ready(): Promise<Bench> {
    if (this.#beginning) return this.#beginning;
    const beginning = (this.#beginning = this.#begun());
    beginning.catch(() => {
      if (this.#beginning === beginning) this.#beginning = undefined;
    });
    return beginning;
  }

  async #begun(): Promise<Bench> {
    await this.#neighbours();
    const { machine } = this;
    const experiment = this.#named();
    const window = this.#beside<NeptuneView>('neptune-view');
    const drivers = this.#beside<NeptuneBench>('neptune-bench');
    if (!machine) throw new Error('There is no machine here.');
    if (!window) throw new Error('There is no view of the machine here.');
    if (experiment.bench && !drivers) throw new Error('There is no bench for drivers here.');
    if (machine.topology === 'auto') this.#placeIn(machine);
    const why = unfit(experiment, machine, { isolated: crossOriginIsolated });
    if (why) throw new Error(why);
    window.view = experiment.view;
    window.hidden = false;
    const beside = { machine, window, drivers };
    return (this.#bench = await Bench.begin(beside, () => this.requestUpdate()));
  }

  /** What the experiment needs of the next boot. */
  #placeIn(machine: NeptuneOs): void {
    const experiment = this.#named();
    const topology = placeOf(experiment);
    if (topology) machine.topology = topology;
    if (experiment.speed) machine.speed = experiment.speed;
  }

  protected override render(): TemplateResult {
    const experiment = this.#experiment;
    if (!experiment) return html`<p role="status">There is no experiment "${this.name}".</p>`;
    const { title, shows, steps, look, minutes } = experiment;
    return html`<div part="about">
        <h2>${title}</h2>
        <p>${inline(shows)}</p>
        <p class="muted">About ${minutes} minutes.</p>
      </div>
      <h2>What to do</h2>
      <ol>
        ${steps.map((step, index) => this.#step(step, index))}
      </ol>
      <h2>What to look for</h2>
      <p>${inline(look)}</p>
      <p class="buttons">
        <button
          class="first"
          aria-disabled=${this.#working !== ''}
          @click=${() => this.#work('check', () => this.check())}
        >
          Check
        </button>
        <button
          aria-disabled=${this.#working !== ''}
          @click=${() => this.#work('again', () => this.again())}
        >
          Begin anew
        </button>
      </p>
      ${this.#answer()}`;
  }

  #step(step: Step, index: number): TemplateResult {
    const id = `step-${index}`;
    const press = (): void => this.#work(id, () => this.step(index));
    const done = this.#done.has(index) ? html` <span class="done">Done.</span>` : nothing;
    const button = step.run
      ? html`<button aria-describedby=${id} aria-disabled=${this.#working !== ''} @click=${press}>
          ${this.#working === id ? 'Working…' : (step.button ?? 'Do it')}
        </button>`
      : nothing;
    return html`<li>
      <span id=${id}>${inline(step.say)}</span>
      <span class="do">${button}${done}</span>
    </li>`;
  }

  #answer(): TemplateResult {
    const verdict = this.#verdict;
    const words = this.#said || (verdict?.words ?? '');
    const kind = this.#said === '' && verdict?.happened ? 'happened' : 'waits';
    return html`<p role="status" class=${words === '' ? 'empty' : kind}>
        ${verdict && this.#said === '' && verdict.happened ? html`<b>It happened:</b> ` : nothing}
        ${words}
      </p>
      ${this.#said === '' && verdict?.seen.length ? seenTable(verdict.seen) : nothing}`;
  }

  #work(what: string, work: () => Promise<unknown>): void {
    if (this.#working !== '') return;
    this.#working = what;
    this.#said = '';
    this.requestUpdate();
    void work()
      .catch(this.#sayError)
      .finally(() => {
        this.#working = '';
        this.requestUpdate();
      });
  }

  readonly #sayError = (error: unknown): void => {
    this.#said = textOf(error);
    this.requestUpdate();
  };
}

function seenTable(seen: Verdict['seen']): TemplateResult {
  return html`<table>
    <caption>
      What was counted
    </caption>
    <tbody>
      ${seen.map(
        ([what, figure]) =>
          html`<tr>
            <th scope="row">${what}</th>
            <td>${typeof figure === 'number' ? figure.toLocaleString('en-US') : figure}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
