/**
 * What one client lends to the server at the other end of its connection: copies of its token, by
 * numbers.
 *
 *   new ClientSecurity(quality, quota)   as the client asked for it; `quota` pays for the copies
 *   capture(thread)                      a status, and the number of a copy of what it acts with
 *   token(number)                        that copy
 *   end()                                the connection has gone
 *
 * With static tracking there is one copy, of the time when the client connected. With dynamic
 * tracking there is one for each token that it has acted with since, so a number can travel with
 * what was said under it.
 */
import type { SecurityQuality } from '../../rtl/security/quality.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { dereference, reference } from '../ob/header.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import { clientToken } from './impersonate.ts';
import { type ActingThread, effectiveToken, type Token } from './token.ts';

/** What the Executive keeps for a copy. */
const COPY_BYTES = 512;

interface Copy {
  readonly source: Token;
  /** Of the source, when the copy was made. */
  readonly modifiedId: number;
  readonly token: Token;
}

export class ClientSecurity {
  readonly quality: SecurityQuality;
  readonly #quota: QuotaBlock;
  readonly #copies: Copy[] = [];
  #ended = false;

  constructor(quality: SecurityQuality, quota: QuotaBlock) {
    this.quality = quality;
    this.#quota = quota;
  }

  capture(thread: ActingThread): { status: number; number: number } {
    const { dynamic } = this.quality;
    const source = effectiveToken(thread);
    const known = this.#copies.findIndex(
      (copy) => !dynamic || (copy.source === source && copy.modifiedId === source.modifiedId),
    );
    if (this.#ended || known >= 0) return { status: Status.STATUS_SUCCESS, number: known + 1 };
    const { status, token } = this.lend(thread);
    if (!token) return { status, number: 0 };
    const charged = this.#quota.charge('pagedPool', COPY_BYTES);
    if (charged !== Status.STATUS_SUCCESS) return { status: charged, number: 0 };
    reference(token);
    this.#copies.push({ source, modifiedId: source.modifiedId, token });
    return { status, number: this.#copies.length };
  }

  /** A copy that is not kept. */
  lend(thread: ActingThread): { status: number; token?: Token } {
    const { level, effectiveOnly } = this.quality;
    return clientToken(thread, level, effectiveOnly);
  }

  token(number: number): Token | undefined {
    return this.#copies[number - 1]?.token;
  }

  end(): void {
    this.#ended = true;
    for (const { token } of this.#copies.splice(0)) {
      dereference(token);
      this.#quota.giveBack('pagedPool', COPY_BYTES);
    }
  }
}
