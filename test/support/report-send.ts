/** `brctl finance reports send` in a target of its own, towards a mail server on loopback. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenReportSend } from '../../packs/finance/report/send/ports.ts';
import { reportSendCommand } from '../../packs/finance/report/send/send.ts';
import { openReportSend } from '../../packs/finance/wire-reports.ts';
import type { Input } from '../../src/sdk/index.ts';
import { isBrctlError, plainPaint } from '../../src/sdk/index.ts';
import { type AlertTarget, alertTarget } from './alert-command.ts';
import { ROOT } from './host.ts';

export type SendTarget = AlertTarget &
  Readonly<{
    send(now: string, words?: SendWords): Promise<SendAnswer>;
  }>;

export type SendWords = Readonly<{
  flags?: Input['flags'];
  dryRun?: boolean;
  open?: OpenReportSend;
}>;

export type SendAnswer = Readonly<{
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of a command, read as a script would.
  json: any;
  /** `kind: message` of what was said after it, else the outcome. */
  outcome: string;
}>;

/** With the budgets that the pack ships and an empty ledger. */
export function sendTarget(config: string, env: Readonly<Record<string, string>>): SendTarget {
  const target = alertTarget(config, env);
  const budgets = join(ROOT, 'packs/finance/config/budgets.yaml');
  cpSync(budgets, join(target.root, 'config/finance/budgets.yaml'));
  return { ...target, send: (now, words) => send(target, now, words) };
}

async function send(target: AlertTarget, now: string, words: SendWords = {}): Promise<SendAnswer> {
  const { flags = {}, dryRun = false, open = openReportSend } = words;
  const command = reportSendCommand(open);
  const context = target.contextAt(Date.parse(now));
  const none = { arguments: [], inputFormat: undefined, out: undefined, format: 'table' };
  let text = '';
  let json = null;
  try {
    const plan = await command.plan(command.parse({ ...none, flags, dryRun }, context), context);
    try {
      const done = dryRun ? plan : await command.apply!(plan, context);
      const view = { width: 100, isTTY: false, paint: plainPaint };
      text = command.render(done, { ...view, format: 'table' });
      json = JSON.parse(command.render(done, { ...view, format: 'json' }));
      return { text, json, outcome: command.outcome(done) };
    } finally {
      await command.release!(plan, context);
    }
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { text, json, outcome: `${error.kind}: ${error.message}` };
  }
}
