/**
 * Runs trees: the commands of a line, one after the other.
 *
 *   line(text, more)   a line from who sits there, or from a page
 *   call(text)         `call`: a batch file, a routine, or a command
 *   batch(file, ...)   a batch file that was named as a command
 *
 * A command's error is printed and is its status; what leaves it otherwise (signals.ts) goes on to
 * who is concerned. Before each command `shell.step` is asked, which is where Ctrl-C and the limit
 * of `exec` end a loop.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NtException } from '../../rtl/status.ts';
import { statusName } from '../../rtl/statustext.ts';
import { CommandError } from '../command-error.ts';
import type { Language, Shell } from '../context.ts';
import { execute } from '../dispatch.ts';
import { Input } from '../input.ts';
import type { FullPath } from '../path.ts';
import { promptOf } from '../prompt.ts';
import { splitCommand, splitGiven } from '../words.ts';
import { runBatch, runRoutine } from './batch.ts';
import { holds } from './conditions.ts';
import { expandDelayed, expandLine, expandLoop, type Loop } from './expand.ts';
import { readClock, valuesFor } from './lookup.ts';
import { turns } from './loops.ts';
import { parse } from './parser.ts';
import { levelOf } from './session.ts';
import { showNode } from './show.ts';
import { ExitBatch, Replace, Stop } from './signals.ts';
import { type MoreLines, SyntaxProblem } from './source.ts';
import { aside, collected, redirected } from './streams.ts';
import type { Chain, For, If, Node } from './tree.ts';

/** Characters of a line with its variables, as in NT. */
const LONGEST = 8191;
const TOO_LONG = `The line has more than ${LONGEST} characters with its variables`;

export class Runner implements Language {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async line(text: string, more: MoreLines): Promise<number> {
    const tree = await this.#read(text, more);
    if (typeof tree === 'number') return tree;
    return tree ? this.#node(tree, undefined) : Status.STATUS_SUCCESS;
  }

  /** One that cannot be read ends the batch file. */
  readonly #batchLine = async (text: string, more: MoreLines): Promise<number | undefined> => {
    const tree = await this.#read(text, more);
    if (typeof tree === 'number') throw new Stop(tree);
    if (!tree) return undefined;
    await this.#echo(tree, undefined);
    return this.#node(tree, undefined);
  };

  batch(file: FullPath, words: readonly string[], all: string): Promise<number> {
    return runBatch(this.#shell, { file, words, all }, this.#batchLine);
  }

  async call(text: string): Promise<number> {
    const shell = this.#shell;
    await readClock(shell, text);
    const line = this.#expanded(text);
    const { name, rest } = splitCommand(line);
    if (!name.startsWith(':')) return execute(shell, line, true);
    const given = { words: [name, ...splitGiven(rest)], all: rest.trim() };
    return runRoutine(shell, given, this.#batchLine);
  }

  /** A number: it cannot be read, which was said. */
  async #read(text: string, more: MoreLines): Promise<Node | undefined | number> {
    const expanded = async (line: string): Promise<string> => {
      await readClock(this.#shell, line);
      return this.#expanded(line);
    };
    try {
      return await parse(await expanded(text), async () => {
        const line = await more();
        return line === undefined ? undefined : expanded(line);
      });
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      const status = Status.STATUS_INVALID_PARAMETER;
      const words = `The line cannot be read: ${error.message} (${statusName(status)}).\n`;
      await this.#shell.errors.write(words);
      this.#shell.session.level = 1;
      return status;
    }
  }

  #expanded(line: string): string {
    const expanded = line.includes('%') ? expandLine(line, valuesFor(this.#shell)) : line;
    // A page's line may be longer by itself, for a long path.
    if (expanded.length > Math.max(LONGEST, line.length))
      throw new Stop(Status.STATUS_BUFFER_OVERFLOW, TOO_LONG);
    return expanded;
  }

  async #node(node: Node, loop: Loop | undefined): Promise<number> {
    switch (node.kind) {
      case 'simple':
        return this.#command(node.redirections, loop, () => this.#execute(node.text, loop));
      case 'block':
        return this.#command(node.redirections, loop, () => this.#all(node.body, loop));
      case '&':
        return this.#all(node.parts, loop);
      case '@':
        return this.#node(node.body, loop);
      case 'if':
        return this.#if(node, loop);
      case 'for':
        return this.#for(node, loop);
      case '|':
        return this.#pipe(node, loop);
      default:
        return this.#chain(node, loop);
    }
  }

  async #all(nodes: readonly Node[], loop: Loop | undefined): Promise<number> {
    let status: number = Status.STATUS_SUCCESS;
    for (const node of nodes) status = await this.#node(node, loop);
    return status;
  }

  async #chain({ kind, left, right }: Chain, loop: Loop | undefined): Promise<number> {
    const status = await this.#node(left, loop);
    return (status === Status.STATUS_SUCCESS) === (kind === '&&')
      ? this.#node(right, loop)
      : status;
  }

  async #if(node: If, loop: Loop | undefined): Promise<number> {
    const expand = this.#expander(loop);
    if (await holds(this.#shell, node, expand)) return this.#node(node.then, loop);
    return node.otherwise ? this.#node(node.otherwise, loop) : Status.STATUS_SUCCESS;
  }

  async #for(node: For, outer: Loop | undefined): Promise<number> {
    const expand = this.#expander(outer);
    const run = (text: string): Promise<{ output: Uint8Array }> => this.#output(text);
    let status: number = Status.STATUS_SUCCESS;
    return this.#command([], outer, async () => {
      for await (const values of turns(this.#shell, node, expand, run)) {
        await this.#shell.step();
        let loop = outer;
        values.forEach((value, i) => {
          const variable = String.fromCharCode(node.variable.charCodeAt(0) + i);
          loop = { variable, value, outer: loop };
        });
        if (node.body.kind !== '@') await this.#echo(node.body, loop);
        status = await this.#node(node.body, loop);
      }
      return status;
    });
  }

  /** The right side runs when the left one has ended: it reads what that has printed. */
  async #pipe({ left, right }: Chain, loop: Loop | undefined): Promise<number> {
    const shell = this.#shell;
    const { output } = await collected(shell, () => this.#alone(left, loop));
    const outer = shell.input;
    shell.input = new Input(once(output));
    try {
      const status = await aside(shell, () => this.#alone(right, loop));
      shell.session.level = levelOf(status);
      return status;
    } finally {
      shell.input = outer;
    }
  }

  /** The output of a command, for `for /f`. */
  async #output(text: string): Promise<{ output: Uint8Array }> {
    const tree = await this.#inner(text);
    if (!tree) return { output: new Uint8Array() };
    return collected(this.#shell, () => this.#alone(tree, undefined));
  }

  async #inner(text: string): Promise<Node | undefined> {
    try {
      return await parse(text, () => Promise.resolve(undefined));
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      throw new CommandError(Status.STATUS_INVALID_PARAMETER, `for /f '${text}': ${error.message}`);
    }
  }

  /** As in a process of its own: a batch file comes back. */
  async #alone(node: Node, loop: Loop | undefined): Promise<number> {
    return (await this.#returning(() => this.#node(node, loop))).status;
  }

  async #returning(body: () => Promise<number>): Promise<{ status: number; replaced: boolean }> {
    try {
      return { status: await body(), replaced: false };
    } catch (error) {
      if (!(error instanceof Replace)) throw error;
      const status = await this.batch(error.file, error.words, error.all);
      return { status, replaced: true };
    }
  }

  /** What all commands have in common: a step, streams, an error that is said. */
  async #command(
    redirections: Parameters<typeof redirected>[1],
    loop: Loop | undefined,
    body: () => Promise<number>,
  ): Promise<number> {
    const shell = this.#shell;
    await shell.step();
    const expand = this.#expander(loop);
    const targets = redirections.map((one) => ({ ...one, target: expand(one.target) }));
    // What takes this batch file's place prints where the line says, and then nothing follows.
    const whole = async (): Promise<number> => {
      const { status, replaced } = await this.#returning(body);
      if (replaced) throw new ExitBatch(status);
      return status;
    };
    try {
      return await redirected(shell, targets, targets.length > 0 ? whole : body);
    } catch (error) {
      if (!(error instanceof NtException)) throw error;
      return this.#failed(error);
    }
  }

  async #failed(error: NtException): Promise<number> {
    const status = await this.#shell.report(error);
    this.#shell.session.level = levelOf(status);
    return status;
  }

  async #execute(text: string, loop: Loop | undefined): Promise<number> {
    try {
      return await execute(this.#shell, this.#expander(loop)(text), false);
    } catch (error) {
      // Here, where its errors go where the line sends them.
      if (!(error instanceof NtException)) throw error;
      return this.#failed(error);
    }
  }

  #expander(loop: Loop | undefined): (text: string) => string {
    const { modify, variable } = valuesFor(this.#shell);
    return (text) => {
      const out = expandLoop(text, loop, modify);
      const { delayed } = this.#shell.session;
      return delayed && out.includes('!') ? expandDelayed(out, variable) : out;
    };
  }

  /** What is about to run, where that is to be seen. */
  async #echo(node: Node, loop: Loop | undefined): Promise<void> {
    const shell = this.#shell;
    if (!shell.session.echo || node.kind === '@') return;
    const { modify } = valuesFor(shell);
    const line = showNode(node, (text) => expandLoop(text, loop, modify));
    await shell.console.write(`\n${await promptOf(shell)}${line}\n`);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
