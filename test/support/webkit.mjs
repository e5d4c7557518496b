/**
 * WebKitGTK for the tests, by the WebDriver protocol: Safari's engine, as Debian has it.
 *
 *   noWebKit          why its tests are skipped, or false
 *   launchWebKit({ sharing })
 *                     WebKitWebDriver and its browser, on a display of their own (Xvfb); with
 *                     SharedArrayBuffer, which this port has switched off
 *     browser.newPage()    one window; goto, reload, evaluate, setViewport, screenshot
 *     browser.close()
 *
 * Of a page there is what the shared journeys use (e2e/site.mjs): `evaluate` takes a function of
 * one argument, as the other drivers' does, and waits for its promise.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, findWebKit } from '../../scripts/find-browser.mjs';

const LIMIT_MS = 60_000;
const LIBRARIES = '/usr/lib';

const driver = findWebKit();
const xvfb = findProgram(['Xvfb']);

/** The browser is not on PATH: it lies beside the library, in a folder of its version. */
function findMiniBrowser() {
  if (!existsSync(LIBRARIES)) return '';
  const folders = readdirSync(LIBRARIES).flatMap((architecture) =>
    ['4.1', '6.0', '4.0'].map((version) =>
      join(LIBRARIES, architecture, `webkit2gtk-${version}`, 'MiniBrowser'),
    ),
  );
  return folders.find(existsSync) ?? '';
}

export const noWebKit =
  driver && xvfb && findMiniBrowser() ? false : 'WebKitGTK, its driver or Xvfb is not installed';

export async function launchWebKit({ sharing = false } = {}) {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const screen = await startScreen();
  const env = { ...process.env, DISPLAY: screen.name };
  if (sharing) env.JSC_useSharedArrayBuffer = '1';
  const child = spawn(driver, [`--port=${port}`], { stdio: 'ignore', detached: true, env });
  const end = () => {
    kill(child);
    kill(screen.child);
  };
  try {
    return new Browser(await startSession(`http://127.0.0.1:${port}`), end);
  } catch (error) {
    end();
    throw error;
  }
}

/** With all that it has started. */
function kill({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A free display: Xvfb writes its number when it is ready. */
async function startScreen() {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = spawn(xvfb, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const number = await new Promise((found, failed) => {
    child.stdio[3].once('data', (data) => found(String(data).trim()));
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`Xvfb ended with ${code}`)));
  });
  return { child, name: `:${number}` };
}

async function startSession(address) {
  const options = { binary: findMiniBrowser(), args: ['--automation'] };
  const alwaysMatch = { 'webkitgtk:browserOptions': options };
  const body = { capabilities: { alwaysMatch } };
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      const { sessionId } = await command(address, 'POST', '/session', body);
      return `${address}/session/${sessionId}`;
    } catch (error) {
      // The driver does not listen yet.
      if (!(error instanceof TypeError) || Date.now() > end) throw error;
      await sleep(100);
    }
  }
}

async function command(base, method, path, body) {
  const response = await fetch(base + path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${path}: ${value?.error}: ${value?.message}`);
  return value;
}

class Browser {
  #session;
  #end;

  constructor(session, end) {
    this.#session = session;
    this.#end = end;
  }

  async newPage() {
    await command(this.#session, 'POST', '/timeouts', { script: LIMIT_MS, pageLoad: LIMIT_MS });
    return new Page(this.#session);
  }

  async close() {
    await command(this.#session, 'DELETE', '').catch(() => undefined);
    this.#end();
  }
}

class Page {
  #session;
  said = [];

  constructor(session) {
    this.#session = session;
  }

  on() {}

  goto(url) {
    return command(this.#session, 'POST', '/url', { url });
  }

  reload() {
    return command(this.#session, 'POST', '/refresh', {});
  }

  async evaluate(work, argument) {
    const script = `const done = arguments[1];
      Promise.resolve((${work})(arguments[0])).then(
        (value) => done({ value }), (error) => done({ error: String(error) }));`;
    const args = [argument ?? null];
    const result = await command(this.#session, 'POST', '/execute/async', { script, args });
    if (result.error) throw new Error(result.error);
    return result.value;
  }

  setViewport({ width, height }) {
    return command(this.#session, 'POST', '/window/rect', { width, height });
  }

  async screenshot() {
    return Buffer.from(await command(this.#session, 'GET', '/screenshot'), 'base64');
  }
}
