/** A system that begins before it is booted: who gets it, and what becomes of another one. */
import { expect } from 'chai';
import { beginAhead, takeAhead } from '../../web/host/ahead.ts';
import { policyFrame } from '../../web/host/policy.ts';
import { System, type SystemOptions } from '../../web/host/system.ts';

const FAST = { topology: 'single', speed: 'fast' } as const;

type Counts = Record<'made' | 'ended' | 'heard', number>;

/** Counts workers that are made meanwhile, those that heard of a script, and that were ended. */
async function workersOf(work: (counts: Counts) => Promise<void>): Promise<Counts> {
  const counts = { made: 0, ended: 0, heard: 0 };
  const Own = policyFrame().Worker;
  const home = document.querySelector<HTMLIFrameElement>('iframe[title="workers of Neptune"]')!;
  const page = home.contentWindow as unknown as { Worker: typeof Worker };
  page.Worker = class extends Own {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      counts.made++;
      this.addEventListener('message', () => counts.heard++);
    }

    override terminate(): void {
      counts.ended++;
      super.terminate();
    }
  };
  try {
    await work(counts);
  } finally {
    page.Worker = Own;
  }
  return counts;
}

async function bootToPrompt(options: SystemOptions): Promise<void> {
  let system: System | undefined;
  const decoder = new TextDecoder();
  let text = '';
  try {
    await new Promise<void>((prompted, failed) => {
      const onOutput = (bytes: Uint8Array): void => {
        text += decoder.decode(bytes, { stream: true });
        if (text.includes('A:\\>')) prompted();
      };
      const boot = System.boot({ ...options, onOutput, onPanic: failed });
      boot.then((booted) => (system = booted)).catch(failed);
    });
  } finally {
    system?.terminate();
  }
}

suite('system: begun ahead', function () {
  this.timeout(60_000);

  test('is the system of the first boot, which hears all that it has said', async () => {
    const { made } = await workersOf(async () => {
      await beginAhead('single', 'fast');
      await bootToPrompt(FAST);
    });
    expect(made).to.equal(1);
    expect(takeAhead(FAST), 'once').to.equal(undefined);
  });

  test('lets the page go on when its workers need nothing more of it', async () => {
    await workersOf(async (now) => {
      await beginAhead('single', 'fast');
      expect(now.heard).to.equal(1);
      await bootToPrompt(FAST);
    });
  });

  test('ends where another one is wanted', async () => {
    const counts = await workersOf(async (now) => {
      await beginAhead('single', 'fast');
      await bootToPrompt({ ...FAST, speed: 'real' });
      while (now.ended < 2) await new Promise((over) => setTimeout(over, 10));
    });
    expect([counts.made, counts.ended]).to.deep.equal([2, 2]);
  });

  test('does not begin where what was asked for cannot be had', async () => {
    if (crossOriginIsolated) return;
    await beginAhead('isolated', 'fast');
    expect(takeAhead({ topology: 'isolated', speed: 'fast' })).to.equal(undefined);
  });
});
