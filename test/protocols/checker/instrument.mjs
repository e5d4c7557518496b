/**
 * Makes coroutines of the project's own modules, so that the checker can stop them at every access
 * to shared memory.
 *
 *   compile(file, { edits, constants })   a module as a function of its imports
 *
 * What runs is the source itself, not a copy of it. The compiler's own tree is rewritten as it
 * strips the types:
 *
 *   a function, method or arrow     a generator function; an async one starts a task
 *   f(x), o.f(x), f?.(x)            (yield* $.call(...)): steps into what was made a generator
 *   await x                         (yield* $.await(x))
 *   a[i], a[i] = v                  (yield* $.get(a, i)), $.set: a step where `a` is shared memory
 *
 * `edits` are deliberate faults: [what is there, what is put in its place]; each must be found
 * exactly once, so that a fault cannot quietly stop being one. `constants` shrinks top-level
 * constants, such as a ring's size, so that every order can be tried.
 *
 * Not understood, and refused: classes and `this`, getters that call, compound assignment to an
 * element.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const { factory: f, SyntaxKind: Kind } = ts;

const name = (text) => f.createIdentifier(text);
const helper = (method, ...args) =>
  f.createParenthesizedExpression(
    f.createYieldExpression(
      f.createToken(Kind.AsteriskToken),
      f.createCallExpression(f.createPropertyAccessExpression(name('$'), method), undefined, args),
    ),
  );

function edit(source, edits, file) {
  return edits.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`${file}: ${parts.length - 1} times: ${from}`);
    return parts.join(to);
  }, source);
}

const isFunction = (node) =>
  ts.isFunctionDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isArrowFunction(node) ||
  ts.isMethodDeclaration(node);

function contains(node, test) {
  return ts.forEachChild(node, (child) => test(child) || contains(child, test)) ?? false;
}

/** Names bound in a function, but not by functions in it. */
function variablesOf(node) {
  const names = [];
  const binding = (bound) => {
    if (ts.isIdentifier(bound)) names.push(bound.text);
    else bound.elements.forEach((element) => ts.isBindingElement(element) && binding(element.name));
  };
  node.parameters.forEach(({ name: bound }) => binding(bound));
  for (const statement of node.body.statements ?? []) {
    if (!ts.isVariableStatement(statement)) continue;
    statement.declarationList.declarations.forEach(({ name: bound }) => binding(bound));
  }
  return names;
}

/** Whether a function remembers variables of a block, which cannot be told of when it begins. */
function remembersBlocks(node) {
  const declares = (block) =>
    contains(block, (child) => ts.isVariableDeclaration(child)) && contains(block, isFunction);
  const isBlock = (child) => ts.isBlock(child) || ts.isIterationStatement(child, false);
  const within = (child) =>
    !isFunction(child) && ((isBlock(child) && declares(child)) || search(child));
  const search = (from) => ts.forEachChild(from, within) ?? false;
  return search(node.body);
}

/**
 * What functions in a function can remember is told to the agent when it begins. `undefined`: it
 * cannot be told, so that the agent's stories never become one.
 */
function scopeOf(node) {
  if (!contains(node.body, isFunction)) return [];
  const read = variablesOf(node).map((variable) =>
    f.createArrowFunction(undefined, undefined, [], undefined, undefined, name(variable)),
  );
  const scope = remembersBlocks(node) ? name('undefined') : f.createArrayLiteralExpression(read);
  const told = f.createCallExpression(
    f.createPropertyAccessExpression(name('$'), 'scope'),
    undefined,
    [scope],
  );
  return [f.createExpressionStatement(told)];
}

const isAsync = (node) => node.modifiers?.some(({ kind }) => kind === Kind.AsyncKeyword) ?? false;
const withoutAsync = (node) => node.modifiers?.filter(({ kind }) => kind !== Kind.AsyncKeyword);

/** The rewriting of one module; `constants` loses what was found. */
function rewriter(file, constants) {
  const refuse = (node, why) => {
    throw new Error(`${file}: ${why}: ${node.getText?.().slice(0, 80)}`);
  };

  return (context) => {
    /** In no function: modules' own statements run as they are. */
    let depth = 0;
    const each = (node) => ts.visitEachChild(node, visit, context);

    function body(node) {
      depth++;
      const visited = ts.visitNode(node.body, visit);
      depth--;
      const statements = ts.isBlock(visited)
        ? visited.statements
        : [f.createReturnStatement(visited)];
      const block = f.createBlock([...scopeOf(node), ...statements], true);
      if (!isAsync(node)) return block;
      const inner = f.createFunctionExpression(
        undefined,
        f.createToken(Kind.AsteriskToken),
        undefined,
        undefined,
        [],
        undefined,
        block,
      );
      const started = helper('start', f.createCallExpression(inner, undefined, []));
      return f.createBlock([f.createReturnStatement(started)], true);
    }

    function asGenerator(node) {
      const star = f.createToken(Kind.AsteriskToken);
      const { parameters, type, typeParameters } = node;
      const block = body(node);
      if (ts.isMethodDeclaration(node)) {
        return f.createMethodDeclaration(
          withoutAsync(node),
          star,
          node.name,
          undefined,
          typeParameters,
          parameters,
          type,
          block,
        );
      }
      if (ts.isFunctionDeclaration(node)) {
        return f.createFunctionDeclaration(
          withoutAsync(node),
          star,
          node.name,
          typeParameters,
          parameters,
          type,
          block,
        );
      }
      return f.createFunctionExpression(
        undefined,
        star,
        node.name,
        typeParameters,
        parameters,
        type,
        block,
      );
    }

    function callOf(node) {
      const args = f.createArrayLiteralExpression(
        node.arguments.map((arg) => ts.visitNode(arg, visit)),
      );
      const callee = node.expression;
      const optional = node.questionDotToken !== undefined;
      if (ts.isPropertyAccessExpression(callee)) {
        const maybe = optional || callee.questionDotToken !== undefined;
        const method = f.createStringLiteral(callee.name.text);
        const owner = ts.visitNode(callee.expression, visit);
        return helper(maybe ? 'callMaybe' : 'callMethod', owner, method, args);
      }
      return helper(optional ? 'maybe' : 'call', ts.visitNode(callee, visit), args);
    }

    function isElementWrite(node) {
      return (
        ts.isBinaryExpression(node) &&
        ts.isElementAccessExpression(node.left) &&
        node.operatorToken.kind >= Kind.FirstAssignment &&
        node.operatorToken.kind <= Kind.LastAssignment
      );
    }

    function write(node) {
      if (node.operatorToken.kind !== Kind.EqualsToken) refuse(node, 'compound assignment');
      const { expression, argumentExpression } = node.left;
      return helper(
        'set',
        ...[expression, argumentExpression, node.right].map((part) => ts.visitNode(part, visit)),
      );
    }

    function constant(node) {
      const text = node.name.text;
      if (depth > 0 || !Object.hasOwn(constants, text)) return each(node);
      const size = f.createNumericLiteral(Math.abs(constants[text]));
      const value = constants[text] < 0 ? f.createPrefixMinus(size) : size;
      delete constants[text];
      return f.createVariableDeclaration(node.name, undefined, undefined, value);
    }

    function visit(node) {
      if (ts.isClassLike(node) || node.kind === Kind.ThisKeyword) refuse(node, 'a class, or this');
      if (ts.isGetAccessor(node)) {
        if (/\(/.test(node.body.getText())) refuse(node, 'a getter that calls');
        return node;
      }
      if (isFunction(node)) return node.body ? asGenerator(node) : node;
      if (ts.isTypeNode(node)) return node;
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) return constant(node);
      if (depth === 0) return each(node);
      if (ts.isCallExpression(node)) {
        return node.expression.kind === Kind.ImportKeyword ? each(node) : callOf(node);
      }
      if (ts.isAwaitExpression(node)) return helper('await', ts.visitNode(node.expression, visit));
      if (isElementWrite(node)) return write(node);
      if (ts.isElementAccessExpression(node)) {
        const owner = ts.visitNode(node.expression, visit);
        const index = ts.visitNode(node.argumentExpression, visit);
        return helper(node.questionDotToken ? 'getMaybe' : 'get', owner, index);
      }
      return each(node);
    }

    return (source) => ts.visitEachChild(source, visit, context);
  };
}

const SHADOWED = ['exports', 'require', '$', 'SharedArrayBuffer', 'Promise', 'WebAssembly'];

const compiled = new Map();

/** `plain`: classes and whatever else never touches shared memory is left as it is. */
export function compile(file, how = {}) {
  const key = JSON.stringify([file, how]);
  const made = compiled.get(key) ?? make(file, how);
  compiled.set(key, made);
  return made;
}

function make(file, { edits = [], constants = {}, plain = false }) {
  const source = edit(readFileSync(file, 'utf8'), edits, file);
  const left = { ...constants };
  const { outputText } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      verbatimModuleSyntax: false,
    },
    transformers: { before: plain ? [] : [rewriter(file, left)] },
  });
  const missing = Object.keys(left);
  if (missing.length > 0) throw new Error(`${file}: no constant ${missing.join(', ')}`);
  return new Function(...SHADOWED, `${outputText}\n//# sourceURL=${file}`);
}
