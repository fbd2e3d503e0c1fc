/**
 * A mapping file -> how a CSV is read. The same rules as
 * schemas/finance/reconcile-mapping.schema.json, and those that a schema cannot say.
 */
import { isCurrency } from '../../core/currency.ts';
import { BANK_KINDS, BANK_TESTS, type BankRule } from '../../core/reconcile/bank-rule.ts';
import {
  AMOUNT_SIGNS,
  type CsvMapping,
  MAPPED_FIELDS,
  type MappedField,
} from '../../core/reconcile/csv-mapping.ts';
import { dateReader, ISO_DATE } from '../../core/reconcile/date-text.ts';
import { type FileProblem, quoted } from '../../core/reconcile/file-problem.ts';
import { ENCODINGS } from '../../core/reconcile/source-text.ts';
import {
  choiceOf,
  fieldsOf,
  itemsOf,
  openConfig,
  type Part,
  type Source,
  say,
  textOf,
  textsOf,
} from './config-part.ts';

const KEYS = [
  'kind',
  'columns',
  'date',
  'decimal',
  'sign',
  'currency',
  'skip',
  'encoding',
  'delimiter',
  'rules',
];
const RULE_KEYS = [...BANK_TESTS, 'party', 'kind', 'reference', 'skip'];
const SKIP_MAX = 1000;
const RULES_MAX = 1000;
/** Fields that may come of several columns. */
const MANY: readonly MappedField[] = ['text', 'reference'];

export type MappingFile = Readonly<{
  /** Undefined when there are problems. */
  mapping: CsvMapping | undefined;
  problems: readonly FileProblem[];
}>;

export function readMapping(bytes: Uint8Array, file: string): MappingFile {
  const { source, whole } = openConfig(bytes, file);
  const mapping = whole === undefined ? undefined : mappingOf(source, whole);
  return { mapping: source.found.length === 0 ? mapping : undefined, problems: source.found };
}

function mappingOf(source: Source, whole: Part): CsvMapping {
  const fields = fieldsOf(source, whole, KEYS);
  const kind = choiceOf(source, fields.get('kind'), ['invoices', 'bank'] as const) ?? 'invoices';
  const columnsPart = fields.get('columns');
  const rulesPart = fields.get('rules');
  const columns = columnsPart === undefined ? new Map() : readColumns(source, columnsPart);
  if (columnsPart !== undefined) checkColumns(source, columnsPart, columns, kind);
  else if (rulesPart === undefined || kind === 'invoices') {
    const hint = 'columns: { id: Invoice No, party: Supplier, date: Date, amount: Total }';
    say(source, whole, 'missing-key', 'missing key "columns"', hint);
  }
  const sign = choiceOf(source, fields.get('sign'), AMOUNT_SIGNS);
  return {
    kind,
    columns,
    date: readDateForm(source, fields.get('date')),
    decimal: choiceOf(source, fields.get('decimal'), ['.', ','] as const) ?? '.',
    sign: sign ?? (kind === 'bank' ? 'owed_negative' : 'owed_positive'),
    currency: readCurrency(source, fields.get('currency')),
    skip: readSkip(source, fields.get('skip')),
    encoding: choiceOf(source, fields.get('encoding'), ENCODINGS),
    delimiter: readDelimiter(source, fields.get('delimiter')),
    rules: rulesPart === undefined ? [] : readRules(source, rulesPart),
  };
}

function readColumns(source: Source, part: Part): Map<MappedField, readonly string[]> {
  const columns = new Map<MappedField, readonly string[]>();
  for (const [key, field] of fieldsOf(source, part, MAPPED_FIELDS)) {
    const names = textsOf(source, field);
    const name = key as MappedField;
    if (names.length > 1 && !MANY.includes(name)) {
      say(source, field, 'wrong-value', `is one column; only ${MANY.join(' and ')} may be several`);
    }
    columns.set(name, names);
  }
  return columns;
}

function checkColumns(
  source: Source,
  part: Part,
  columns: ReadonlyMap<MappedField, readonly string[]>,
  kind: CsvMapping['kind'],
): void {
  const missing: string[] = [];
  if (!columns.has('date')) missing.push('date');
  const hasParts = columns.has('paid_out') || columns.has('paid_in');
  if (!columns.has('amount') && !hasParts) missing.push('amount');
  if (kind === 'invoices' && !columns.has('party')) missing.push('party');
  if (kind === 'bank' && !columns.has('party') && !columns.has('text')) missing.push('text');
  if (missing.length > 0) say(source, part, 'missing-key', `missing ${missing.join(', ')}`);
  if (columns.has('amount') && hasParts) {
    const hint = 'amount for one signed column, paid_out and paid_in for two';
    say(source, part, 'wrong-value', 'has amount and paid_out or paid_in: only one can be', hint);
  }
}

function readDateForm(source: Source, part: Part | undefined): string {
  const form = part && textOf(source, part);
  if (part === undefined || form === undefined) return ISO_DATE;
  if (dateReader(form) !== undefined) return form;
  const hint = 'made of YYYY or YY, MM, M or MMM, DD or D: DD/MM/YYYY, D MMM YYYY';
  say(source, part, 'wrong-value', `${quoted(form)} is no form of a date`, hint);
  return ISO_DATE;
}

function readCurrency(source: Source, part: Part | undefined): string | undefined {
  const text = part && textOf(source, part);
  if (part === undefined || text === undefined || isCurrency(text)) return text;
  say(source, part, 'bad-currency', `${quoted(text)} is no currency`, 'an ISO 4217 code: USD');
  return undefined;
}

function readSkip(source: Source, part: Part | undefined): number {
  const text = part && textOf(source, part);
  if (part === undefined || text === undefined) return 0;
  if (/^\d{1,4}$/.test(text) && Number(text) <= SKIP_MAX) return Number(text);
  say(source, part, 'wrong-value', `${quoted(text)} is no count of lines up to ${SKIP_MAX}`);
  return 0;
}

function readDelimiter(source: Source, part: Part | undefined): string | undefined {
  const choices = [',', ';', '|', '\t', 'tab'] as const;
  const text = choiceOf(source, part, choices);
  return text === 'tab' ? '\t' : text;
}

function readRules(source: Source, part: Part): BankRule[] {
  const parts = itemsOf(part);
  if (parts.length > RULES_MAX)
    say(source, part, 'wrong-value', `has more than ${RULES_MAX} rules`);
  return parts.slice(0, RULES_MAX).flatMap((each) => readRule(source, each) ?? []);
}

function readRule(source: Source, part: Part): BankRule | undefined {
  const fields = fieldsOf(source, part, RULE_KEYS);
  const tests = BANK_TESTS.filter((test) => fields.has(test));
  const [test, ...more] = tests;
  if (test === undefined || more.length > 0) {
    const message = `a rule has one of ${BANK_TESTS.join(', ')}`;
    say(source, part, 'wrong-value', message, 'if: "CARD * LONDON" is a glob of the whole text');
    return undefined;
  }
  const patterns = textsOf(source, fields.get(test)!);
  const skip = choiceOf(source, fields.get('skip'), ['true', 'false'] as const);
  const text = (key: string): string | undefined => {
    const field = fields.get(key);
    return field && textOf(source, field);
  };
  const rule: BankRule = {
    test,
    patterns,
    party: text('party'),
    kind: choiceOf(source, fields.get('kind'), BANK_KINDS),
    reference: text('reference'),
    isSkipped: skip === 'true',
  };
  checkRule(
    source,
    part,
    rule,
    ['party', 'kind', 'reference'].some((key) => fields.has(key)),
  );
  return rule;
}

function checkRule(source: Source, part: Part, rule: BankRule, doesMore: boolean): void {
  if (rule.isSkipped === doesMore) {
    const message = doesMore ? 'skips the line and says more of it' : 'says nothing of the line';
    say(source, part, 'wrong-value', message, 'party, kind or reference; or skip: true alone');
  }
  const stars =
    rule.test === 'if' ? Math.min(...rule.patterns.map((each) => each.split('*').length - 1)) : 0;
  for (const template of [rule.party, rule.reference]) {
    for (const [all, number] of (template ?? '').matchAll(/\{(\d)\}/g)) {
      if (Number(number) >= 1 && Number(number) <= stars) continue;
      say(source, part, 'wrong-value', `${all} stands for no * of the glob`);
    }
  }
}
