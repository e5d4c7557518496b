/** Which headers isolate a page, by what a browser says of itself. */
import { expect } from 'chai';
import { isolated, isolationHeaders } from '../../web/site/worker/isolation.ts';

const chromium = (version: number, mobile = false) => ({
  userAgentData: { brands: [{ brand: 'Chromium', version: String(version) }], mobile },
});
const POLICY = ['Document-Isolation-Policy'];
const BOTH = ['Cross-Origin-Opener-Policy', 'Cross-Origin-Embedder-Policy'];

suite('site/isolation', () => {
  test('one header where the browser knows it, in frames too', () => {
    for (const destination of ['document', 'iframe', 'worker'])
      expect(Object.keys(isolationHeaders(destination, chromium(156)))).to.deep.equal(POLICY);
  });

  test('two where it does not, and none in a frame', () => {
    for (const browser of [{}, chromium(136), chromium(145, true)]) {
      expect(Object.keys(isolationHeaders('document', browser))).to.deep.equal(BOTH);
      expect(isolationHeaders('iframe', browser)).to.deep.equal({});
      expect(Object.keys(isolationHeaders('worker', browser))).to.deep.equal(BOTH.slice(1));
    }
    expect(Object.keys(isolationHeaders('document', chromium(137)))).to.deep.equal(POLICY);
    expect(Object.keys(isolationHeaders('document', chromium(146, true)))).to.deep.equal(POLICY);
  });

  test('what a server has decided stays, and a redirect passes', async () => {
    const decided = new Response('', { headers: { 'Cross-Origin-Opener-Policy': 'unsafe-none' } });
    expect(isolated(decided, 'document')).to.equal(decided);
    const page = isolated(new Response('text', { headers: { 'X-Of-Server': 'yes' } }), 'document');
    expect(page.headers.get('X-Of-Server')).to.equal('yes');
    expect(page.headers.get('Document-Isolation-Policy')).to.equal('isolate-and-require-corp');
    expect(await page.text()).to.equal('text');
  });
});
