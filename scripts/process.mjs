/**
 * Programs that the scripts run.
 *
 *   runProgram(program, args, options)   runs it in the checkout's root, its output shown; resolves
 *                                        to its exit status (1 where a signal or a time-out ended
 *                                        it)
 *   NODE, ROOT, binary(name)             this node, the checkout, a package's program
 *
 * No shell is involved. A program that runs longer than `limitMinutes` (default 20) is ended.
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

export function runProgram(program, args, { env = {}, limitMinutes = 20, quiet = false } = {}) {
  return new Promise((resolve) => {
    const stdio = quiet ? 'ignore' : 'inherit';
    const child = spawn(program, args, { cwd: ROOT, stdio, env: { ...process.env, ...env } });
    const timer = setTimeout(() => {
      console.error(`${program} ${args.join(' ')}: ended after ${limitMinutes} minutes`);
      child.kill('SIGKILL');
    }, limitMinutes * 60_000);
    const finish = (status) => {
      clearTimeout(timer);
      resolve(status);
    };
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}
