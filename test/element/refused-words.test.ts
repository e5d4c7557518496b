/** Requests that are refused for their arguments: what was given is named, and what is expected. */
import { assert } from 'chai';
import type { AgentRequest } from '../../web/host/agent-protocol.ts';
import { cleanRequest } from '../../web/host/agent-protocol.ts';
import { removeAll, running, type TestedElement } from './fixture.ts';

type Call = (element: TestedElement) => Promise<unknown>;
const control =
  (...given: unknown[]): Call =>
  (element) =>
    (element.control as (...all: unknown[]) => Promise<unknown>).apply(element, given);
const actions = '"revoke", "suspend", "resume", "terminate"';

const calls: readonly [Call, string][] = [
  [(element) => element.volume(''), 'The drive must be a letter, such as "A:", and is "".'],
  [(element) => element.volume('AB:'), 'The drive must be a letter, such as "A:", and is "AB:".'],
  [control('stop', 1), `The action must be ${actions}, and is "stop".`],
  [control(7, 1), `The action must be ${actions}, and is a number.`],
  [control('suspend'), 'The process must be a whole number from 0 on, and is nothing.'],
  [control('suspend', -1), 'The process must be a whole number from 0 on, and is -1.'],
  [
    control('suspend', 1, 0.5),
    'The slot or thread (which) must be a whole number from 0 on, and is 0.5.',
  ],
];

suite('element/refused words', () => {
  teardown(removeAll);

  test('a drive that is no letter, an action that there is not', async () => {
    const { element, system } = await running();
    system.answers = (request) => cleanRequest(request) as AgentRequest | undefined;
    for (const [call, words] of calls) {
      const error = await call(element).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.instanceOf(error, TypeError, words);
      assert.equal(error.message, words);
    }
  });
});
