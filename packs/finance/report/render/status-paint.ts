/** One colour per kind of news: good, bad, to be looked at, nothing to see. */
import type { Paint } from 'brctl/sdk';
import type { Status } from '../weekly-report.ts';

const COLOUR: Readonly<Record<Status, keyof Paint>> = {
  under: 'green',
  'on budget': 'green',
  over: 'red',
  unused: 'dim',
  unbudgeted: 'yellow',
  'free tier': 'dim',
  'no budget': 'dim',
  'no data': 'yellow',
};

export function statusPaint(status: Status, paint: Paint): (text: string) => string {
  return paint[COLOUR[status]];
}
