/**
 * Programs that the scripts run.
 *
 *   runProgram(program, args, options)   runs it in the checkout's root, its output shown; resolves
 *                                        to its exit status (1 where a signal or a time-out ended
 *                                        it)
 *   NODE, ROOT, binary(name)             this node, the checkout, a package's program
 *
 * No shell is involved. A program that runs longer than `limitMinutes` (default 20) is ended, with
 * all that it started.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const NODE = process.execPath;

/** The file behind node_modules/.bin/<name>, to be run by NODE: works the same on Windows. */
export function binary(packageName, name = packageName) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

/** Programs that run, each the leader of a group of its own: browsers are ended with it. */
const groups = new Set();
let watching = false;

function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function endAll() {
  for (const child of groups) endGroup(child);
}

/** A signal reaches this process alone, so that it is handed on. */
function watchOwnEnd() {
  process.on('exit', endAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
}

export function runProgram(program, args, options = {}) {
  const { env = {}, limitMinutes = 20 } = options;
  if (!watching) watchOwnEnd();
  watching = true;
  return new Promise((resolve) => {
    const given = { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env }, detached: true };
    const child = spawn(program, args, given);
    groups.add(child);
    const timer = setTimeout(() => {
      console.error(`${program} ${args.join(' ')}: ended after ${limitMinutes} minutes`);
      endGroup(child);
    }, limitMinutes * 60_000);
    const finish = (status) => {
      clearTimeout(timer);
      groups.delete(child);
      resolve(status);
    };
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}
