/**
 * What is unpacked, byte by byte: it may refer to itself, grows with what is put in, and is full
 * behind `most`.
 *
 *   put(byte), copy(distance, length)   from `distance` behind the end
 */
export class Output {
  private all = new Uint8Array(0x10000);
  length = 0;
  private most: number;

  constructor(most: number) {
    this.most = most;
  }

  get full(): boolean {
    return this.length > this.most;
  }

  get bytes(): Uint8Array {
    return this.all.slice(0, this.length);
  }

  put(byte: number): void {
    if (this.length === this.all.length) {
      const larger = new Uint8Array(this.all.length * 2);
      larger.set(this.all);
      this.all = larger;
    }
    this.all[this.length++] = byte;
  }

  /** Before the beginning there are spaces, as LZHUF's window has them. */
  copy(distance: number, length: number): void {
    for (let i = 0; i < length; i++) this.put(this.all[this.length - distance] ?? 0x20);
  }
}
