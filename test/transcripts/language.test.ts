/** The language of transcripts loses nothing, and a transcript that lies is found out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { player, wordsOf } from '../support/play.ts';
import { type Block, parseTranscript, printBlock, printTranscript } from '../support/transcript.ts';

const texts = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => [name, readFileSync(join(import.meta.dirname, name), 'utf8')] as const);

test.each(texts)('%s is printed as it was written', (_, text) => {
  expect(printTranscript(parseTranscript(text))).toBe(text);
});

test('any output survives being written down', () => {
  const mark = fc.constantFrom(
    '# ',
    '$ ',
    '2> ',
    '2>',
    '? 1',
    '@ ',
    '-- a --',
    '\\',
    'x',
    ' ',
    '\n',
  );
  const output = fc.array(mark, { maxLength: 6 }).map((parts) => parts.join(''));
  const command = fc.record({
    kind: fc.constant('command' as const),
    line: fc.constant('brctl'),
    out: output,
    err: output,
    code: fc.nat(9),
  });
  const file = output.map((text) => ({ kind: 'file' as const, path: 'a/b.csv', text }));
  const title = fc.constantFrom('One', 'Another');
  const block = fc.record({ title, steps: fc.array(fc.oneof(command, file), { minLength: 1 }) });
  const blocks = fc.array(block, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(blocks, (given) => {
      const text = printTranscript({ head: 'Prose.\n\n', isEmptyFolder: false, blocks: given });
      expect(parseTranscript(text).blocks).toEqual(given);
    }),
  );
});

test('the head says whether the folder is empty', () => {
  const empty = parseTranscript('Prose.\n@ an empty folder\n\n# One\n$ brctl\n');
  const full = parseTranscript('Prose.\n\n# One\n$ brctl\n');
  expect([empty.isEmptyFolder, full.isEmptyFolder]).toEqual([true, false]);
});

test('a line that belongs to no step is an error, not a comment', () => {
  expect(() => parseTranscript('# One\nstray\n$ brctl\n')).toThrow('before its first step: stray');
});

test('a line that takes a shell is refused', () => {
  expect(() => wordsOf('brctl pack list | head')).toThrow('this takes a shell to read');
});

test('a transcript that lies does not come out as it was written', async () => {
  const truth = '# The version\n$ brctl --version\n0.1.0\n';
  const lies = [truth.replace('0.1.0', '0.1.1'), `${truth}2> hello\n`, `${truth}? 1\n`];
  const here = await player({ head: '', isEmptyFolder: true, blocks: [] });
  onTestFinished(here.remove);
  const blockOf = (text: string): Block => parseTranscript(text).blocks[0]!;
  expect(printBlock(await here.play(blockOf(truth)))).toBe(truth);
  for (const lie of lies) expect(printBlock(await here.play(blockOf(lie)))).toBe(truth);
});
