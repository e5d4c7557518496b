/** The libraries that the benchmark of files carries come with their licences. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { benchLicences } from '../../scripts/bench/licences.mjs';

suite('tooling/bench licences', () => {
  test('each library is named, with its terms', () => {
    const text = benchLicences();
    for (const part of [
      /^js-fatfs \d/m,
      /^BSD 1-Clause License/m,
      /^fatfs-wasm \d/m,
      /^Permission is hereby granted/m,
      /^FatFs License/m,
    ])
      assert.match(text, part);
  });
});
