import { test } from 'vitest';
import { deployed } from '../support/deployed.ts';

test('time', async () => {
  for (let i = 0; i < 2; i++) {
    let t = performance.now();
    const lap = (name: string) => {
      const n = performance.now();
      process.stderr.write(`${name} ${n - t}\n`);
      t = n;
    };
    const here = await deployed();
    lap('install');
    for (const s of ['openai', 'railway', 'github']) {
      const r = await here.brctl(['finance', 'import', `fixtures/charges/${s}.csv`, '--source', s]);
      lap(s + r.code + r.err);
    }
    for (const s of ['table', 'csv', 'json']) {
      await here.brctl(['finance', 'report', '--week', '52', '--format', s]);
      lap(s);
    }
    lap(String((await here.brctl(['finance', 'report', '--week', '53'])).code));
  }
});
