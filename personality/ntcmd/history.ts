/**
 * The lines that were entered before, and how the keys walk through them.
 *
 *   add(line)                 after Enter
 *   restart()                 a new line begins
 *   go(index, draft)          the line there; below the last one is the draft that was left
 *   startingWith(text)        an earlier line that begins so, the next one each time
 */
const LIMIT = 100;

export class History {
  readonly #lines: string[] = [];
  #at = 0;
  #draft = '';

  get lines(): readonly string[] {
    return this.#lines;
  }

  get at(): number {
    return this.#at;
  }

  get last(): string {
    return this.#lines.at(-1) ?? '';
  }

  add(line: string): void {
    if (line.trim() && line !== this.last) this.#lines.push(line);
    if (this.#lines.length > LIMIT) this.#lines.shift();
  }

  restart(): void {
    this.#at = this.#lines.length;
  }

  /** Undefined where there is none. */
  go(index: number, draft: string): string | undefined {
    if (index < 0 || index > this.#lines.length) return undefined;
    if (this.#at === this.#lines.length) this.#draft = draft;
    this.#at = index;
    return this.#lines[index] ?? this.#draft;
  }

  startingWith(text: string): string | undefined {
    const count = this.#lines.length;
    for (let step = 1; step <= count; step++) {
      const index = (this.#at - step + 2 * count) % count;
      if (!this.#lines[index]!.startsWith(text)) continue;
      this.#at = index;
      return this.#lines[index];
    }
    return undefined;
  }
}
