/**
 * What an element has that stands beside a machine and shows something of it: `for` names it.
 *
 *   <neptune-os id="machine"></neptune-os>
 *   <neptune-files for="machine"></neptune-files>
 *
 * Without `for` it is the document's first `<neptune-os>`; a `machine` that was set, maybe one of
 * another document, comes before both. Whichever of the two is there first, and
 * whichever is defined first: as soon as both are, `machineChanged` is called, and again when it is
 * another one, or none. What is listened to by `listen` ends with the machine's place here.
 *
 * It imports the machine's types alone: the machine may have been loaded from anywhere.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { NeptuneEventMap } from '../element/types.ts';
import { PageElement } from '../page/page-element.ts';

const NAME = 'neptune-os';

export abstract class BesideMachine extends PageElement {
  static override properties = { for: { type: String, reflect: true } };

  /** The id of the machine, in this element's tree or in the document. */
  declare for: string | null | undefined;

  #machine: NeptuneOs | undefined;
  #given: NeptuneOs | undefined;
  #listening = new AbortController();
  readonly #observer = new MutationObserver(() => this.#look());

  /** The machine that this stands beside, once it is there and defined. */
  get machine(): NeptuneOs | undefined {
    return this.#machine;
  }

  set machine(machine: NeptuneOs | undefined) {
    this.#given = machine;
    this.#look();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(document, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['id'],
    });
    this.#look();
    void customElements.whenDefined(NAME).then(() => this.#look());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#become(undefined);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('for')) this.#look();
  }

  /** Called with the machine as `machine` says it now. */
  protected abstract machineChanged(): void;

  /** Listens as long as this machine is the one. */
  protected listen<K extends keyof NeptuneEventMap>(
    name: K,
    listener: (event: NeptuneEventMap[K]) => void,
  ): void {
    const { signal } = this.#listening;
    this.#machine?.addEventListener(name, listener as (event: Event) => void, { signal });
  }

  #look(): void {
    this.#become(this.isConnected ? this.#found() : undefined);
  }

  #found(): NeptuneOs | undefined {
    if (this.#given) return this.#given;
    if (!customElements.get(NAME)) return undefined;
    const found = this.for ? this.#named(this.for) : document.querySelector(NAME);
    return found?.localName === NAME ? (found as NeptuneOs) : undefined;
  }

  #named(id: string): Element | null {
    const root = this.getRootNode();
    const here = root instanceof ShadowRoot ? root.getElementById(id) : null;
    return here ?? document.getElementById(id);
  }

  #become(machine: NeptuneOs | undefined): void {
    if (machine === this.#machine) return;
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#machine = machine;
    this.machineChanged();
    this.requestUpdate();
  }
}
