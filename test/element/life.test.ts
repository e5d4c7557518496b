/** Boot, the first prompt, failures in words, and the end of an element. */
import { assert } from 'chai';
import { SystemError } from '../../web/host/system.ts';
import {
  heard,
  mount,
  PROMPT,
  PROMPT_SHOWN,
  rejection,
  removeAll,
  running,
  TestedElement,
  until,
} from './fixture.ts';

suite('element/life', () => {
  teardown(removeAll);

  test('ready resolves at the first prompt, and not before', async () => {
    const { element, system } = mount();
    const events = heard(document, 'neptune-ready');
    let ready = false;
    void element.ready.then(() => (ready = true));
    const found = await system();
    found.print('Neptune Web\r\n');
    await until(() => element.screenText() === 'Neptune Web');
    assert.isFalse(ready);
    found.print(`\r\n${PROMPT}`);
    await element.ready;
    assert.isTrue(ready);
    assert.lengthOf(events, 1, 'the event bubbles');
    assert.equal(element.topology, 'single');
    await element.updateComplete;
    assert.equal(element.getAttribute('topology'), 'single');
  });

  test('output comes as text once it is on the screen', async () => {
    const { element, system } = await running();
    const seen: string[] = [];
    document.addEventListener(
      'neptune-output',
      (event) => seen.push((event as CustomEvent<{ text: string }>).detail.text),
      { once: true },
    );
    system.print('größer\r\n');
    await until(() => seen.length > 0);
    assert.deepEqual(seen, ['größer\r\n']);
    assert.include(element.screenText(), 'größer');
  });

  test('calls made while it boots wait for the prompt', async () => {
    const { element, system } = mount();
    const done = element.exec('ver');
    const found = await system();
    found.answers = () => ({ status: 0, output: 'it is\n' });
    assert.notInclude(found.calls, 'exec');
    found.print(PROMPT);
    assert.deepEqual(await done, { status: 0, output: 'it is\n' });
    assert.deepInclude(await element.counters(), { 'kernel.ipc': 7 });
  });

  test('run types its lines, one at each prompt', async () => {
    const { system } = await running({ run: 'dir\nver' });
    await until(() => system.typed === 'dir\r');
    system.print(`dir\r\n\r\n${PROMPT}`);
    await until(() => system.typed === 'dir\rver\r');
  });

  test('a system that cannot start is said in words; Start tries again', async () => {
    const start = TestedElement.start;
    TestedElement.start = () => Promise.reject(new Error('no workers here.'));
    const { element, system } = mount();
    const errors = heard(document, 'neptune-error') as { message: string }[];
    const refused = await rejection(element.ready);
    assert.equal(refused.message, 'The system could not boot: no workers here.');
    assert.equal(errors[0]?.message, refused.message);
    assert.match((await rejection(element.exec('dir'))).message, /could not boot/);
    await element.updateComplete;
    assert.include(element.shadowRoot?.textContent, 'could not boot: no workers');

    TestedElement.start = start;
    const buttons = [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
    buttons.find((button) => button.textContent === 'Start')?.click();
    (await system()).print(PROMPT);
    await element.ready;
  });

  test('a panic ends what is waited for, and the system', async () => {
    const { element, system } = await running();
    system.answers = () => new Promise(() => undefined);
    const waiting = rejection(element.exec('dir'));
    await until(() => system.calls.includes('exec'));
    system.options.onPanic?.('the kernel lost its memory');
    assert.match((await waiting).message, /the kernel lost its memory/);
    await until(() => system.terminated);
    assert.match((await rejection(element.readFile('A:\\x'))).message, /not running/);
  });

  test('what the system refuses comes with its NTSTATUS', async () => {
    const { element, system } = await running();
    system.answers = () => {
      throw new SystemError(0xc0000034, 'No such file.');
    };
    const error = await rejection(element.readFile('A:\\none'));
    assert.instanceOf(error, SystemError);
    assert.equal((error as SystemError).status, 0xc0000034);
  });

  test('a fault of a process is told', async () => {
    const { element, system } = await running();
    const faults = heard(element, 'neptune-fault');
    system.options.onFault?.('null.sys', 0xc0000005, false);
    system.options.onFault?.('agent.exe', 0xc000013a, true);
    assert.deepEqual(faults, [
      { process: 'null.sys', status: 0xc0000005, restarted: false },
      { process: 'agent.exe', status: 0xc000013a, restarted: true },
    ]);
  });

  test('the next system is not told the window’s size before it asks', async () => {
    const { element, system } = await running();
    const rows = /^\x1b\[48;\d+;\d+;/;
    system.print('\x1b[?2048h');
    await until(() => rows.test(system.typed));
    await element.shutdown();
    const booted = element.boot();
    await until(() => TestedElement.systems.at(-1) !== system);
    const next = TestedElement.systems.at(-1)!;
    element.style.inlineSize = '20rem';
    // A frame for the observer, one for the terminal, and one to be sure.
    for (let frame = 0; frame < 3; frame++)
      await new Promise((drawn) => requestAnimationFrame(drawn));
    next.print(PROMPT);
    await booted;
    assert.equal(next.typed, '');
    next.print('\x1b[?2048h');
    await until(() => rows.test(next.typed));
  });

  test('shutdown asks the system first; then calls say that it is off', async () => {
    const { element, system } = await running();
    await element.shutdown();
    assert.include(system.calls, 'shutdown');
    assert.isTrue(system.terminated);
    assert.match((await rejection(element.exec('dir'))).message, /not running/);
  });

  test('what is called at once is done in the order of the calls', async () => {
    const { element } = await running();
    await element.shutdown();
    const booted = rejection(element.boot());
    await element.shutdown();
    assert.match((await booted).message, /was shut down/);
    assert.match((await rejection(element.exec('dir'))).message, /not running/);
  });

  test('reset starts a new system and asks nothing of the old one', async () => {
    const { element, system } = await running();
    const again = element.reset();
    await until(() => TestedElement.systems.length === 2);
    assert.isTrue(system.terminated);
    assert.notInclude(system.calls, 'shutdown');
    TestedElement.systems[1]?.print(PROMPT);
    await again;
    assert.equal(element.screenText(), PROMPT_SHOWN);
  });

  test('a system that starts too late for a removed element is ended', async () => {
    let start: () => void = () => undefined;
    const may = new Promise<void>((resolve) => (start = resolve));
    const standard = TestedElement.start;
    let asked = false;
    TestedElement.start = async (options) => {
      asked = true;
      await may;
      return standard(options);
    };
    const { element } = mount();
    const refused = rejection(element.ready);
    await until(() => asked);
    element.remove();
    assert.match((await refused).message, /removed/);
    start();
    await until(() => TestedElement.systems[0]?.terminated === true);
  });

  test('moving keeps the system, removing ends it, and coming back boots anew', async () => {
    const { element, system } = await running();
    const place = document.createElement('div');
    document.body.append(place);
    place.append(element);
    await new Promise((later) => setTimeout(later, 20));
    assert.isFalse(system.terminated);
    element.remove();
    await until(() => system.terminated);
    assert.isNull(element.shadowRoot?.querySelector('.xterm') ?? null, 'the terminal is gone');
    place.append(element);
    await until(() => TestedElement.systems.length === 2);
    TestedElement.systems[1]?.print(PROMPT);
    await element.ready;
    assert.equal(element.screenText(), PROMPT_SHOWN);
    place.remove();
  });

  test('two elements are two systems', async () => {
    const first = await running();
    const second = await running();
    assert.notEqual(first.system, second.system);
    await first.element.type('a');
    assert.deepEqual([first.system.typed, second.system.typed], ['a', '']);
  });
});
