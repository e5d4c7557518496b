/**
 * Projects that somebody might have, each with the packed package: the files of each, by their
 * names, and how its types are checked.
 *
 * Lines behind `@ts-expect-error` must not compile: the types are known, not `any`. The components
 * of the guide's chapter are in them as they stand there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/process.mjs';

const chapter = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
const guides = (language) => new RegExp(`\n\`\`\`${language}\n([^]*?)\`\`\``).exec(chapter)[1];
const BLANK = 'new Blob([new Uint8Array(1_474_560)])';

const page = (script) => `<!doctype html>
<html lang="en"><title>Project</title><div id="app"></div>
<script type="module" src="./${script}"></script></html>
`;

const config = (more = {}, include = ['*']) =>
  JSON.stringify({
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
      module: 'esnext',
      moduleResolution: 'bundler',
      // A project of its own: no types but those that it names.
      types: [],
      ...more,
    },
    include,
  });

/** Whatever of the types an author is likely to touch. */
const PLAIN = `
import { NeptuneOs, SystemError, type ExecResult, type DiskDetail } from 'neptune-web';
document.querySelector('#app')!.innerHTML =
  '<neptune-os boot="manual" controls><p slot="poster">A poster</p></neptune-os>';
const os = document.querySelector('neptune-os')!;
const same: NeptuneOs = os;
same.diskA = null;
os.addEventListener('neptune-disk', ({ detail }) => {
  const { drive, change }: DiskDetail = detail;
  console.log(drive === 'A:', change === 'saved');
});
document.addEventListener('neptune-fault', (event) => console.log(event.detail.status + 1));
document.addEventListener('neptune-command', ({ detail }) => {
  document.title = detail.line + ' ' + detail.status.toFixed();
});
os.addEventListener('neptune-before-eject', (event) => event.preventDefault());
export async function use(): Promise<void> {
  const result: ExecResult = await os.exec('dir');
  await same.insertDisk('B:', new Uint8Array(1474560), { label: 'x', persist: false });
  for await (const record of os.trace({ interval: 10 })) console.log(record.sequence);
  try {
    await os.readFile('A:\\\\X');
  } catch (error) {
    if (error instanceof SystemError) console.log(error.status, result.output.length);
  }
  // @ts-expect-error -- a number is no line
  void os.exec(7);
  // @ts-expect-error -- there is no such detail
  os.addEventListener('neptune-output', ({ detail }) => detail.status);
  // @ts-expect-error -- read only
  os.unsaved = true;
}
`;

const REACT = `
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { NeptuneOs } from 'neptune-web';
import 'neptune-web';
import { Machine as Guides } from './guide';

function Machine() {
  const os = useRef<NeptuneOs>(null);
  const [said, say] = useState('');
  useEffect(() => {
    void os.current?.boot();
  }, []);
  return (
    <>
      <neptune-os
        ref={os}
        boot="manual"
        controls
        text-size="1.2"
        run={'ver'}
        onneptune-command={({ detail }) => say(detail.line + ' ' + detail.status.toFixed())}
      >
        <p slot="poster">A poster</p>
      </neptune-os>
      <output>{said}</output>
    </>
  );
}

const image = ${BLANK};
function App() {
  const [shown, show] = useState(true);
  const [guides, showGuides] = useState(false);
  return (
    <>
      <button onClick={() => show(false)}>Away</button>
      <button onClick={() => showGuides(true)}>The guide's</button>
      {shown && <Machine />}
      {guides && <Guides image={image} />}
    </>
  );
}
// @ts-expect-error -- a number is no line
export const wrong = <neptune-os run={7} />;
// @ts-expect-error -- there is no such detail
export const other = <neptune-os onneptune-disk={({ detail }) => detail.status} />;
createRoot(document.querySelector('#app')!).render(<App />);
`;

const VUE = `
<script setup lang="ts">
import { onMounted, ref } from 'vue';
import type { CommandDetail, NeptuneOs } from 'neptune-web';
import 'neptune-web';
import Guides from './Guides.vue';

const image = ${BLANK};
const os = ref<NeptuneOs>();
const said = ref('');
const shown = ref(true);
const guides = ref(false);
onMounted(() => void os.value?.boot());
function ended({ detail }: CustomEvent<CommandDetail>) {
  said.value = detail.line + ' ' + detail.status.toFixed();
}
</script>

<template>
  <button @click="shown = false">Away</button>
  <button @click="guides = true">The guide's</button>
  <neptune-os
    v-if="shown"
    ref="os"
    boot="manual"
    controls
    text-size="1.2"
    :run="'ver'"
    @neptune-command="ended"
  >
    <p slot="poster">A poster</p>
  </neptune-os>
  <Guides v-if="guides" :image="image" />
  <output>{{ said }}</output>
</template>
`;

const VUE_WRONG = `
<script setup lang="ts">
import 'neptune-web';
const wrong = (event: CustomEvent<number>) => event.detail.toFixed();
</script>
<template>
  <!-- @vue-expect-error a number is no line -->
  <neptune-os :run="7"></neptune-os>
  <!-- @vue-expect-error there is no such detail -->
  <neptune-os @neptune-disk="wrong"></neptune-os>
</template>
`;

export const PROJECTS = {
  plain: {
    files: {
      'index.html': page('main.ts'),
      'main.ts': PLAIN,
      // As Node looks modules up; the others have it as bundlers do.
      'tsconfig.json': config({ module: 'nodenext', moduleResolution: 'nodenext' }),
    },
    check: ['typescript', 'tsc'],
  },
  react: {
    files: {
      'index.html': page('main.tsx'),
      'main.tsx': REACT,
      'guide.tsx': guides('tsx'),
      'tsconfig.json': config({ jsx: 'react-jsx', types: ['neptune-web/react'] }),
    },
    check: ['typescript', 'tsc'],
  },
  vue: {
    files: {
      'index.html': page('main.ts'),
      'main.ts': `import { createApp } from 'vue';
import App from './App.vue';
createApp(App).mount('#app');
`,
      'App.vue': VUE,
      'Guides.vue': guides('vue'),
      'Wrong.vue': VUE_WRONG,
      'tsconfig.json': config({ types: ['neptune-web/vue'], skipLibCheck: true }, ['*', '*.vue']),
    },
    check: ['vue-tsc', 'vue-tsc'],
  },
};
