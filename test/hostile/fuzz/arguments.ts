/**
 * Arguments such as no well-behaved program passes, chosen by a seed.
 *
 *   new Arguments(seed, act)   `act` is what a conversion does before it answers: anything at all
 *     next()                   one argument
 *     below(n)                 a number
 */
const NUMBERS = [
  ...[0, 1, 2, 3, 4, 5, 63, 119, 120, 121, 127, 128, 255, 511, 4092, 4093, 4095, 4096, 4097, 8192],
  ...[0x1000_0000, 0x2000_0000, 0x2000_0ffc, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff],
  ...[
    2 ** 32,
    2 ** 32 + 1,
    2 ** 53,
    1e300,
    -1,
    -2,
    -3,
    -4,
    -5,
    -6,
    -7,
    -8,
    -128,
    -4096,
    -(2 ** 31),
  ],
  ...[0.5, -0.5, 1e-300, NaN, Infinity, -Infinity, -0],
];

export class Arguments {
  #state: number;
  readonly #act: () => void;

  constructor(seed: number, act: () => void) {
    this.#state = Math.imul(seed + 1, 0x9e37_79b1) || 1;
    this.#act = act;
  }

  /** xorshift32: the same programs for the same seed, whatever Math.random has become. */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }

  number(): number {
    return this.below(4) === 0 ? this.below(0x1_0000) : NUMBERS[this.below(NUMBERS.length)]!;
  }

  /** Answers each conversion with another number, and acts before. */
  #changing(): object {
    const first = this.number();
    const later = this.number();
    let asked = 0;
    const answer = (): number => {
      this.#act();
      return asked++ < this.below(3) ? first : later;
    };
    return this.below(2) ? { valueOf: answer } : { [Symbol.toPrimitive]: answer };
  }

  #bytes(): unknown {
    const length = this.below(3) ? this.below(64) : this.number() >>> 16;
    switch (this.below(6)) {
      case 0:
        return new Uint8Array(length);
      case 1:
        return new (class extends Uint8Array {})(length);
      case 2:
        return new Float64Array(length & 0xff);
      case 3: {
        const detached = new Uint8Array(length);
        const { transfer } = ArrayBuffer.prototype as { transfer?: () => ArrayBuffer };
        transfer?.call(detached.buffer);
        return detached;
      }
      case 4: {
        const Resizable = ArrayBuffer as unknown as new (
          n: number,
          o: object,
        ) => ArrayBuffer & {
          resize?(n: number): void;
        };
        const buffer = new Resizable(length, { maxByteLength: length * 2 });
        const view = new Uint8Array(buffer);
        if (this.below(2)) buffer.resize?.(length >>> 1);
        return view;
      }
      default:
        return new Proxy(new Uint8Array(length), {});
    }
  }

  #thing(): unknown {
    const act = this.#act;
    switch (this.below(8)) {
      case 0:
        return undefined;
      case 1:
        return null;
      case 2:
        return '4';
      case 3:
        return 4n;
      case 4:
        return Symbol.iterator;
      case 5:
        return [this.number()];
      case 6:
        return new Proxy(
          {},
          {
            get: (_target, name) => (act(), name === 'length' ? this.number() : undefined),
            has: () => (act(), true),
            getPrototypeOf: () => (act(), null),
          },
        );
      default:
        return {
          valueOf() {
            throw new Error('no');
          },
        };
    }
  }

  next(): unknown {
    const kind = this.below(10);
    if (kind < 5) return this.number();
    if (kind < 8) return this.#changing();
    return kind === 8 ? this.#bytes() : this.#thing();
  }
}
