/**
 * budgets.yaml -> the core's value. Amounts keep every digit that was typed; a problem names its
 * line and column. The same rules as schemas/finance/budgets.schema.json, and those that a schema
 * cannot say: unique names, weeks that exist, overrides of the right kind of period.
 */
import { type Allowance, isPeriodLabel, type Per } from '../../core/allowance.ts';
import {
  type BudgetLine,
  type BudgetsConfig,
  type Service,
  TOTAL,
  UNBUDGETED,
} from '../../core/budget.ts';
import { isCurrency } from '../../core/currency.ts';
import type { Rule } from '../../core/match.ts';
import { parseUnits } from '../../core/money.ts';
import {
  anyFieldsOf,
  fieldsOf,
  isList,
  itemsOf,
  keyOffset,
  type Part,
  requiredField,
  type Source,
  say,
  textOf,
  wholeOf,
} from './part.ts';
import { readRules } from './rules.ts';

const CONFIG_KEYS = ['currency', 'lines', 'services'];
const LINE_KEYS = ['name', 'amount', 'per', 'amounts', 'match'];
const SERVICE_KEYS = ['name', 'tier', 'category', 'amount', 'per', 'notes', 'match'];
const PERIODS: readonly string[] = ['week', 'month'] satisfies readonly Per[];

type Fields = ReadonlyMap<string, Part>;

/** Undefined where something essential is missing; all problems are in `source.problems`. */
export function readBudgets(source: Source): BudgetsConfig | undefined {
  const whole = wholeOf(source);
  const fields = fieldsOf(source, whole, CONFIG_KEYS);
  if (fields === undefined) return undefined;
  const currencyField = requiredField(source, whole, fields, 'currency');
  const linesField = requiredField(source, whole, fields, 'lines');
  const servicesField = fields.get('services');
  const currency = currencyField && readCurrency(source, currencyField);
  const lines = linesField && readEach(source, linesField, readLine);
  const services = servicesField ? readEach(source, servicesField, readService) : [];
  if (linesField && isList(linesField) && itemsOf(source, linesField)?.length === 0) {
    say(source, linesField, 'missing-value', 'must hold at least one line');
  }
  if (currency === undefined || lines === undefined || services === undefined) return undefined;
  return { currency, lines, services };
}

function readCurrency(source: Source, part: Part): string | undefined {
  const text = textOf(source, part);
  if (text === undefined || isCurrency(text)) return text;
  const message = /^[A-Z]{3}$/.test(text)
    ? `"${text}" is no currency`
    : `"${text}" is not three capital letters`;
  say(source, part, 'bad-currency', message, 'an ISO 4217 code, for example USD');
  return undefined;
}

/** Named entries: each in its place, and no two of one name. */
function readEach<T extends { name: string }>(
  source: Source,
  part: Part,
  readOne: (source: Source, part: Part) => T | undefined,
): readonly T[] | undefined {
  const seen = new Set<string>();
  return itemsOf(source, part)?.flatMap((item) => {
    const entry = readOne(source, item);
    if (entry === undefined) return [];
    const folded = entry.name.toLowerCase();
    if (seen.has(folded)) {
      say(source, item, 'duplicate-name', `the name "${entry.name}" is given twice`);
    }
    seen.add(folded);
    return [entry];
  });
}

function readLine(source: Source, part: Part): BudgetLine | undefined {
  const fields = fieldsOf(source, part, LINE_KEYS);
  if (fields === undefined) return undefined;
  const name = readName(source, part, fields, [UNBUDGETED, TOTAL]);
  requiredField(source, part, fields, 'amount');
  requiredField(source, part, fields, 'per');
  const allowance = readAllowance(source, fields);
  const match = readMatch(source, fields) ?? [];
  return name === undefined || allowance === undefined ? undefined : { name, allowance, match };
}

function readService(source: Source, part: Part): Service | undefined {
  const fields = fieldsOf(source, part, SERVICE_KEYS);
  if (fields === undefined) return undefined;
  const name = readName(source, part, fields, []);
  const text = (key: string): string | undefined => {
    const field = fields.get(key);
    return field && textOf(source, field);
  };
  const [tier, category, notes] = [text('tier'), text('category'), text('notes')];
  if (fields.has('amount')) requiredField(source, part, fields, 'per');
  if (fields.has('per')) requiredField(source, part, fields, 'amount');
  const allowance = readAllowance(source, fields);
  const match = readMatch(source, fields);
  return name === undefined ? undefined : { name, tier, category, notes, allowance, match };
}

function readName(
  source: Source,
  part: Part,
  fields: Fields,
  taken: readonly string[],
): string | undefined {
  const field = requiredField(source, part, fields, 'name');
  const name = field && textOf(source, field)?.trim();
  if (name === undefined) return undefined;
  if (/[\r\n]/.test(name)) say(source, field!, 'bad-name', 'must be one line');
  if (!taken.some((each) => each.toLowerCase() === name.toLowerCase())) return name;
  say(source, field!, 'bad-name', `"${name}" is what the report calls a row of its own`);
  return undefined;
}

function readAllowance(source: Source, fields: Fields): Allowance | undefined {
  const amountField = fields.get('amount');
  const perField = fields.get('per');
  const units = amountField && readAmount(source, amountField);
  const per = perField && readPer(source, perField);
  const amountsField = fields.get('amounts');
  const overrides =
    per !== undefined && amountsField !== undefined
      ? readOverrides(source, amountsField, per)
      : new Map<string, bigint>();
  return units === undefined || per === undefined ? undefined : { units, per, overrides };
}

function readAmount(source: Source, part: Part): bigint | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  const refuse = (message: string): undefined =>
    void say(source, part, 'bad-amount', message, 'a plain decimal, for example 1250.00');
  if (!/^-?\d+(\.\d+)?$/.test(text)) return refuse(`"${text}" is not a plain decimal`);
  if (text.startsWith('-')) return refuse(`${text} is negative`);
  try {
    return parseUnits(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(error.message);
  }
}

function readPer(source: Source, part: Part): Per | undefined {
  const text = textOf(source, part);
  if (text === undefined || PERIODS.includes(text)) return text as Per | undefined;
  say(source, part, 'wrong-value', `must be week or month, not "${text}"`);
  return undefined;
}

function readOverrides(source: Source, part: Part, per: Per): ReadonlyMap<string, bigint> {
  const overrides = new Map<string, bigint>();
  for (const [label, field] of anyFieldsOf(source, part) ?? []) {
    const units = readAmount(source, field);
    if (units !== undefined) overrides.set(label, units);
    if (isPeriodLabel(label, per)) continue;
    const at = { ...part, offset: keyOffset(part, label) ?? part.offset };
    const other: Per = per === 'week' ? 'month' : 'week';
    const message = isPeriodLabel(label, other)
      ? `"${label}" is a ${other}, and this amount is per ${per}`
      : `"${label}" is no ${per} of the calendar`;
    const example = per === 'week' ? '2026-W05' : '2026-02';
    say(source, at, 'bad-period', message, `a ${per} is written like ${example}`);
  }
  return overrides;
}

function readMatch(source: Source, fields: Fields): readonly Rule[] | undefined {
  const field = fields.get('match');
  return field && readRules(source, field);
}
