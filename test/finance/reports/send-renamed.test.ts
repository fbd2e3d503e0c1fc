/** Reports that wait while the config forgets their schedule. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import type { ReportRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { decodeRow, encodeRow } from '../../../packs/finance/core/alert-state/send-row.ts';
import { mailServer, reply } from '../../support/mail-server.ts';
import { sendTarget } from '../../support/report-send.ts';

const config = (report: string): string => `
global:
  notification_channels:
    - { type: email, recipients: [ops@example.com] }
reporting:
  ${report}
`;
const WEEKLY = `schedule: 0 9 * * MON, recipients: [cfo@example.com, "${variable('OTHER')}"] }`;

async function waiting() {
  let isBusy = true;
  const server = await mailServer({
    onMailFrom: (_, __, done) => done(isBusy ? reply(451, 'later') : null),
  });
  const target = sendTarget(config(`weekly: { ${WEEKLY}`), {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    SMTP_FROM: 'finops@example.com',
    OTHER: 'pm@example.com',
  });
  await target.send('2025-12-23T10:00:00Z');
  expect((await target.send('2025-12-29T09:05:00Z')).outcome).toMatch(/not delivered.*later/);
  isBusy = false;
  const after = async (report: string) => {
    writeFileSync(join(target.root, 'config/finance/usage-alerts-config.yaml'), config(report));
    return target.send('2025-12-29T10:00:00Z');
  };
  return { server, after };
}

it.each([
  ['renamed', `weekly_report: { ${WEEKLY}`],
  ['taken out', 'other: { schedule: manual, recipients: [x@example.com] }'],
])('go to those they were made for when it was %s', async (_, report) => {
  const { server, after } = await waiting();
  expect((await after(report)).outcome).toBe('ok');
  expect(server.mails.map(({ to }) => to)).toEqual([['cfo@example.com', 'pm@example.com']]);
});

it('go to nobody when it was switched off, and that is said', async () => {
  const { server, after } = await waiting();
  expect((await after(`weekly: { enabled: false, ${WEEKLY}`)).outcome).toMatch(
    /reporting\/weekly: the report weekly is switched off in the config$/,
  );
  expect(server.mails).toEqual([]);
});

it('are read as they were written, also by those who did not write recipients', () => {
  const mail = {
    ...{ schedule: 'weekly', occurrenceMs: 7, missed: 0, title: 't', text: 'x', period: 'p' },
    attachments: [],
  };
  const recipients = [
    { by: 'role', role: 'cfo' },
    { by: 'address', address: { text: variable('CFO'), isSecret: false } },
  ] as const;
  const row: ReportRow = {
    ...{ key: 'k', channel: 'reporting/weekly', route: 'reporting', group: 'k', sequence: 1 },
    ...{ atMs: 9, report: mail },
  };
  const known: ReportRow = { ...row, report: { ...mail, recipients } };
  for (const each of [row, known]) expect(decodeRow(encodeRow(each))).toEqual(each);
  const wrong = encodeRow(known).replace('"by":"role"', '"by":"address"');
  expect(() => decodeRow(wrong)).toThrow(RangeError);
});
