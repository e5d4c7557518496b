/**
 * The text screen: an adapter with 16 KiB of character cells in memory at B8000, and a 6845.
 *
 * A cell is two bytes, character and attribute. The adapter looks at the memory when it paints, so
 * a write to it is seen by the next who looks, and by nobody before. Which cells those are, and
 * where the cursor stands, is in the registers of the 6845: its number goes to 3D4, its value to
 * 3D5. Until software has said how many columns and rows there are, nothing is shown.
 *
 *   new TextScreen(bus, ram)
 *   read()        what is on the screen; undefined: nothing
 *
 * Source: Motorola MC6845 datasheet, "Register file description"; IBM Color/Graphics Monitor
 * Adapter, "Programming considerations". Not modelled: graphics, the mode and colour registers,
 * timing (vertical retrace), the light pen, the cursor's shape.
 */
import type { Bus } from './bus.ts';
import type { ScreenText } from './types.ts';

const INDEX = 0x3d4;
const MEMORY = 0xb8000;
const BYTES = 0x4000;
const COLUMNS = 1;
const ROWS = 6;
const START = 12;
const CURSOR = 14;
/** Bits that each register has; from 14 on they can be read. */
const BITS = [255, 255, 255, 255, 127, 31, 127, 127, 3, 31, 127, 31, 63, 255, 63, 255];

export class TextScreen {
  readonly #registers = new Uint8Array(BITS.length);
  readonly #ram: Uint8Array;
  #index = 0;

  constructor(bus: Bus, ram: Uint8Array) {
    this.#ram = ram;
    bus.claim(INDEX, INDEX + 1, {
      readPort: (port) =>
        port !== INDEX && this.#index >= CURSOR ? this.#register(this.#index) : 0xff,
      writePort: (port, value) => {
        if (port === INDEX) this.#index = value & 31;
        else this.#registers[this.#index] = value & (BITS[this.#index] ?? 0);
      },
    });
  }

  #register(index: number): number {
    return this.#registers[index] ?? 0xff;
  }

  #word(index: number): number {
    return (this.#register(index) << 8) | this.#register(index + 1);
  }

  read(): ScreenText | undefined {
    const columns = this.#register(COLUMNS);
    const rows = this.#register(ROWS);
    if (columns * rows === 0) return undefined;
    const start = this.#word(START);
    // Addresses wrap within the adapter's memory.
    const cells = Uint8Array.from(
      { length: columns * rows * 2 },
      (_, at) => this.#ram[MEMORY + ((start * 2 + at) % BYTES)] ?? 0,
    );
    return { columns, rows, cells, cursor: this.#word(CURSOR) - start };
  }
}
