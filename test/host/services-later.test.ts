/** What a system tells before anybody has it: held back, in order, and answered. */
import { expect } from 'chai';
import type { PageServices } from '../../web/host/protocol.ts';
import { servicesLater } from '../../web/host/services-later.ts';

type Call = readonly unknown[];

function listener(told: Call[], answers: Partial<PageServices> = {}): PageServices {
  const target = answers as Record<string, unknown>;
  return new Proxy(target, {
    get:
      (_, name: string) =>
      (...values: unknown[]): unknown => {
        told.push([name, ...values]);
        const answer = target[name] as ((...given: unknown[]) => unknown) | undefined;
        return answer?.(...values);
      },
  }) as unknown as PageServices;
}

describe('host/services-later', () => {
  it('holds what is told until there is somebody, and then nothing', () => {
    const { services, give } = servicesLater();
    const told: Call[] = [];
    services.serialOutput(Uint8Array.of(1));
    services.fault('a.sys', 5, true);
    services.serialOutput(Uint8Array.of(2));
    expect(told).to.deep.equal([]);
    give(listener(told));
    expect(told).to.deep.equal([
      ['serialOutput', Uint8Array.of(1)],
      ['fault', 'a.sys', 5, true],
      ['serialOutput', Uint8Array.of(2)],
    ]);
    services.halted();
    expect(told.at(-1)).to.deep.equal(['halted']);
  });

  it('answers what was asked before, with what it is told or why not', async () => {
    const { services, give } = servicesLater();
    const kept = services.commit(0, [], true);
    const image = services.image('none.sys');
    give(
      listener([], {
        commit: () => Promise.resolve('kept'),
        image: () => Promise.reject(new Error('there is no image')),
      }),
    );
    expect(await kept).to.equal('kept');
    const why = await image.then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(why).to.equal('there is no image');
    expect(await services.commit(0, [], false)).to.equal('kept');
  });

  it('has every service that a page has', () => {
    const { services } = servicesLater();
    const names: Record<keyof PageServices, true> = {
      ...{ serialOutput: true, sound: true, drives: true, keyboard: true, written: true },
      ...{ commit: true, nvram: true, wanted: true, taken: true, released: true, fault: true },
      ...{ dirty: true, halted: true, image: true, log: true, panic: true },
    };
    expect(services).to.have.all.keys(...Object.keys(names));
  });
});
