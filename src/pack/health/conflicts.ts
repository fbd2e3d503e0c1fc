/** Config conflicts that an upgrade left and nobody has ended yet. */
import { endingConflict, NEW_SUFFIX } from '../config/outcome.ts';
import { standingsOf } from '../config/standing.ts';
import { reasonOf } from '../disk.ts';
import type { Check } from './health.ts';

export function checkConflicts(target: string): Check[] {
  const check = 'config';
  try {
    return standingsOf(target, undefined)
      .filter(({ status }) => status === 'conflict')
      .map(({ pack, path }): Check => {
        const shown = `config/${pack}/${path}`;
        const message = `${shown} is without what was shipped last: ${path}${NEW_SUFFIX} waits`;
        return { check, status: 'warn', message, remedy: endingConflict(`${pack}/${path}`) };
      });
  } catch (error) {
    const message = `conflicts cannot be looked for: ${reasonOf(error)}`;
    return [{ check, status: 'fail', message, remedy: 'check the owner of the target' }];
  }
}
