/**
 * Every transcript of this folder, played through `main`. `UPDATE=1` writes down what came out
 * instead of comparing it: read the difference before you commit it. CI only compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Player, player } from '../support/play.ts';
import { type Block, parseTranscript, printBlock, printTranscript } from '../support/transcript.ts';

const isUpdate = process.env.UPDATE === '1';
if (isUpdate && process.env.CI) throw new Error('UPDATE=1 is for people; CI only compares');

const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));

describe.each(names)('%s', (name) => {
  const file = join(import.meta.dirname, name);
  const transcript = parseTranscript(readFileSync(file, 'utf8'));
  const played: Block[] = [];
  let here: Player;
  beforeAll(async () => {
    here = await player(transcript);
  });
  afterAll(() => {
    here.remove();
    const isWhole = played.length === transcript.blocks.length;
    if (isUpdate && isWhole)
      writeFileSync(file, printTranscript({ ...transcript, blocks: played }));
  });

  for (const expected of transcript.blocks) {
    it(expected.title, async () => {
      const actual = await here.play(expected);
      played.push(actual);
      expect(printBlock(actual)).toBe(printBlock(isUpdate ? actual : expected));
    });
  }
});
