/**
 * Lets a test file use mocha's BDD names (describe, it) beside the TDD ones (suite, test).
 *
 * A classic script of the test page, run before mocha sets up its TDD interface: the names are
 * looked up when they are called. A file may use either set; both make the same suites.
 */
(() => {
  const names = {
    describe: 'suite',
    context: 'suite',
    it: 'test',
    specify: 'test',
    before: 'suiteSetup',
    after: 'suiteTeardown',
    beforeEach: 'setup',
    afterEach: 'teardown',
  };
  for (const [bdd, tdd] of Object.entries(names)) {
    const alias = (...args) => window[tdd](...args);
    alias.only = (...args) => window[tdd].only(...args);
    alias.skip = (...args) => window[tdd].skip(...args);
    window[bdd] = alias;
  }
})();
