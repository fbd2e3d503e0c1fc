/** `notify_and_audit`: writes the audit of an alert beside the reports. Twice is the same file. */
import { toJson } from 'brctl/sdk';
import type { ActionInstance, ActionResult } from '../core/actions/action.ts';
import { type ActionAudit, auditCsv, auditJson } from '../core/actions/audit.ts';
import { encodeKept } from '../core/actions/codec.ts';
import type { AlertConfig, Scope } from '../core/alert-config/config.ts';
import { type AlertRule, alertRules } from '../core/alert-config/rule.ts';
import { periodSpan } from '../core/alert-rules/span.ts';
import { dayOf, formatDay } from '../core/day.ts';
import { type Dimension, dimension } from '../core/dimension.ts';
import { compileRules, dimensionsOf, type Rule } from '../core/match.ts';
import type { Actuator } from '../ports/action-runner.ts';
import type { ActionPorts } from './ports.ts';

type Given = Readonly<{
  ports: Pick<ActionPorts, 'audit' | 'sha256'>;
  config: AlertConfig;
  instance: ActionInstance;
  id: string;
}>;

export function auditActuator(given: Given): Actuator {
  return {
    look: async () => ({ kind: 'ready', before: encodeKept([]), note: 'writes an audit' }),
    act: () => writeAudit(given),
    // Written again, with the same name.
    check: async () => ({ is: 'unknown', why: 'an audit is written again' }),
    undo: async () => ({ kind: 'done', note: 'an audit stays' }),
    forget: async () => undefined,
  };
}

async function writeAudit(given: Given): Promise<ActionResult> {
  const { audit } = given.ports;
  const made = await auditOf(given);
  const { action, period } = made.subject;
  const name = `audit-${action}-${period ?? 'level'}-${given.id.slice(0, 12)}`;
  const json = await audit.save(`${name}.json`, toJson(auditJson(made)));
  const csv = await audit.save(`${name}.csv`, auditCsv(made));
  return { kind: 'done', note: `${json} and ${csv.slice(csv.lastIndexOf('.'))} say what it is of` };
}

const NAMES = ['ServiceProviderName', 'ServiceName', 'ServiceCategory'].map(dimension);

async function auditOf({ ports, config, instance, id }: Given): Promise<ActionAudit> {
  const { subject, alert, endMs, phaseMs } = instance;
  const [{ file, text }, freshness] = await Promise.all([
    ports.audit.config(),
    ports.audit.freshness(),
  ]);
  const rule = alertRules(config).find((each) => each.id === subject.rule);
  const asked = rule === undefined || endMs === null ? undefined : questionOf(rule, endMs);
  const charges = asked === undefined ? [] : await chargesOf(ports, asked);
  return {
    id,
    subject,
    alert,
    at: new Date(phaseMs).toISOString(),
    basis: asked?.basis ?? null,
    days: asked?.period ?? null,
    columns: asked?.groupBy ?? [],
    charges,
    config: { file, sha256: ports.sha256(text) },
    data: freshness.map(({ source, completeThrough, importedAt }) => ({
      source,
      completeThrough: completeThrough === undefined ? null : formatDay(completeThrough),
      importedAt: importedAt.toISOString(),
    })),
  };
}

type Asked = Readonly<{
  basis: 'effective' | 'billed';
  period: ReturnType<typeof periodSpan>['range'];
  groupBy: readonly Dimension[];
  match: readonly Rule[] | undefined;
}>;

/** Readings of usage are no charges; what they cost is not what the rule is about. */
function questionOf(rule: AlertRule, endMs: number): Asked | undefined {
  if (rule.metric.of !== 'cost') return undefined;
  const { range } = periodSpan(rule.period ?? 'day', dayOf(new Date(endMs - 1)));
  const match = matchOf(rule.scope);
  const groupBy = [...new Set([...NAMES, ...dimensionsOf(match ?? [])])];
  return { basis: rule.basis === 'billed' ? 'billed' : 'effective', period: range, groupBy, match };
}

function matchOf(scope: Scope): readonly Rule[] | undefined {
  return scope.of === 'service' || scope.of === 'charges' ? scope.match : undefined;
}

async function chargesOf(ports: Given['ports'], { match, ...question }: Asked) {
  const warehouse = await ports.audit.warehouse();
  try {
    const cells = await warehouse.aggregate(question);
    const belongs = match === undefined ? () => true : compileRules(match, question.groupBy);
    return cells.filter(({ key }) => belongs(key));
  } finally {
    await warehouse.close();
  }
}
