/**
 * Pictures. The browser's own decoder makes dots of PNG, JPEG, GIF, BMP and icons: it is told which
 * of these it is, after the file's own first bytes, and is given nothing that is larger than MOST.
 * PCX is decoded here. What is drawn is a canvas: dots, and nothing that could act.
 */
import { html, type TemplateResult } from 'lit';
import { decodePcx } from './pcx.ts';
import { type PictureKind, pictureOf } from './picture-kinds.ts';
import type { Opened, Viewed, Viewer } from './types.ts';

/** Dots of a picture, and of one side. */
const MOST = 1 << 24;
const LONGEST = 1 << 14;

export const pictureViewer: Viewer = {
  id: 'picture',
  label: 'Picture',
  fits: ({ bytes }) => pictureOf(bytes) !== undefined,
  open: (file, changed) => new PictureView(file, changed),
};

type Dots = ImageBitmap | ImageData;

/** The first is what it begins with: a list, for an object has its numbers first. */
const SIZES = [
  ['fit', 'Fit'],
  ['1', '100%'],
  ['2', '200%'],
  ['4', '400%'],
] as const;
type Size = (typeof SIZES)[number][0];

class PictureView implements Opened {
  readonly #name: string;
  readonly #kind: PictureKind;
  readonly #changed: () => void;
  #dots: Dots | undefined;
  #trouble = '';
  #size: Size = 'fit';
  #closed = false;

  constructor({ bytes, name }: Viewed, changed: () => void) {
    this.#name = name;
    this.#changed = changed;
    this.#kind = pictureOf(bytes)!;
    void this.#decode(bytes);
  }

  tools(): TemplateResult {
    const { name, width, height } = this.#kind;
    const choose = (event: Event): void => {
      this.#size = (event.target as HTMLSelectElement).value as Size;
      this.#changed();
    };
    return html`<label class="tool"
        >Size
        <select @change=${choose}>
          ${SIZES.map(([id, label]) => html`<option value=${id}>${label}</option>`)}
        </select></label
      ><span class="fact">${name}, ${width} × ${height}</span>`;
  }

  view(): TemplateResult {
    const { width, height, name } = this.#kind;
    if (this.#trouble) return html`<p class="note" role="alert">${this.#trouble}</p>`;
    if (!this.#dots) return html`<p class="note" role="status">Drawing…</p>`;
    return html`<div
      class="paper picture"
      role="region"
      aria-label="Picture ${this.#name}"
      tabindex="0"
    >
      <canvas
        role="img"
        aria-label="${this.#name}: a ${name} picture, ${width} by ${height} dots"
        data-size=${this.#size}
      ></canvas>
    </div>`;
  }

  drawn(root: ParentNode): void {
    const canvas = root.querySelector<HTMLCanvasElement>('.picture canvas');
    const dots = this.#dots;
    if (!canvas || !dots) return;
    if (canvas.width !== dots.width || canvas.height !== dots.height || !canvas.dataset['drawn']) {
      [canvas.width, canvas.height] = [dots.width, dots.height];
      const context = canvas.getContext('2d')!;
      if (dots instanceof ImageData) context.putImageData(dots, 0, 0);
      else context.drawImage(dots, 0, 0);
      canvas.dataset['drawn'] = 'yes';
    }
    const scale = this.#size === 'fit' ? undefined : Number(this.#size);
    canvas.style.setProperty('width', scale ? `${dots.width * scale}px` : 'auto');
  }

  close(): void {
    this.#closed = true;
    if (this.#dots && 'close' in this.#dots) this.#dots.close();
    this.#dots = undefined;
  }

  async #decode(bytes: Uint8Array): Promise<void> {
    try {
      const dots = await this.#read(bytes);
      if (this.#closed && 'close' in dots) dots.close();
      else this.#dots = dots;
    } catch (error) {
      this.#trouble =
        error instanceof TooLarge ? error.message : `This ${this.#kind.name} picture is damaged.`;
    }
    this.#changed();
  }

  async #read(bytes: Uint8Array): Promise<Dots> {
    const { type, width, height, name } = this.#kind;
    if (width * height > MOST || width > LONGEST || height > LONGEST)
      throw new TooLarge(
        `This ${name} picture says that it has ${width} × ${height} dots: too many to draw.`,
      );
    if (type === '') return new ImageData(decodePcx(bytes, width, height), width, height);
    return createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  }
}

class TooLarge extends Error {}
