/** Which refusals of a page's policy are taken for the reason of a failed boot. */
import { expect } from 'chai';
import { ofWorkers, type Refusal, RefusalWatch } from '../../web/host/refusals.ts';

function refuse(directive: string, blocked: string, disposition: 'enforce' | 'report' = 'enforce') {
  const named = { violatedDirective: directive, effectiveDirective: directive };
  const page = { documentURI: location.href, originalPolicy: directive, statusCode: 200 };
  const what = { blockedURI: blocked, disposition, ...named, ...page };
  document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', what));
}

async function found(work: () => void): Promise<Refusal | undefined> {
  const watch = new RefusalWatch(ofWorkers);
  try {
    work();
    return await watch.found();
  } finally {
    watch.stop();
  }
}

const OURS = new URL('/web/host/any.js', location.href).href;

describe('host/refusals', () => {
  it('takes workers, WebAssembly and files of this code', async () => {
    for (const [directive, blocked] of [
      ['script-src', 'wasm-eval'],
      ['worker-src', 'blob'],
      ['worker-src', OURS],
      ['connect-src', OURS],
    ] as const)
      expect(await found(() => refuse(directive, blocked))).to.deep.equal({ directive, blocked });
  });

  it('takes nothing that is another’s, that does no harm, or that is only reported', async () => {
    const work = (): void => {
      refuse('connect-src', 'https://elsewhere.example/x.json');
      refuse('worker-src', 'https://elsewhere.example/worker.js');
      // Tried to see whether blobs can be scripts: without, it works too.
      refuse('script-src-elem', 'blob');
      refuse('style-src-attr', 'inline');
      refuse('script-src', 'eval');
      refuse('worker-src', 'blob', 'report');
    };
    expect(await found(work)).to.equal(undefined);
  });

  it('hears what comes a moment after the failure, and nothing from before', async () => {
    refuse('worker-src', 'blob');
    expect(await found(() => undefined)).to.equal(undefined);
    expect(await found(() => void setTimeout(() => refuse('worker-src', 'blob')))).to.be.an(
      'object',
    );
  });
});
