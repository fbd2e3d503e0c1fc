/** The `match:` of a config file -> the core's rules: a list of maps from column to globs. */
import { suggest } from 'brctl/sdk';
import { type Dimension, isDimension } from '../../core/dimension.ts';
import { ALIASES, FOCUS_COLUMNS } from '../../core/focus.ts';
import type { Condition, Rule } from '../../core/match.ts';
import {
  anyFieldsOf,
  isList,
  itemsOf,
  keyOffset,
  type Part,
  type Source,
  say,
  textOf,
} from './part.ts';

export function readRules(source: Source, part: Part): readonly Rule[] | undefined {
  return itemsOf(source, part)?.flatMap((item) => {
    const rule = readRule(source, item);
    return rule === undefined ? [] : [rule];
  });
}

function readRule(source: Source, part: Part): Rule | undefined {
  const fields = anyFieldsOf(source, part);
  if (fields === undefined) return undefined;
  if (fields.size === 0) {
    const hint = 'to match every charge, write ServiceName: "*"';
    say(source, part, 'empty-rule', 'a rule without columns', hint);
    return undefined;
  }
  const conditions: Condition[] = [];
  for (const [column, field] of fields) {
    const dimension = readColumn(source, part, column);
    const globs = readGlobs(source, field);
    if (dimension !== undefined && globs.length > 0) conditions.push({ dimension, globs });
  }
  return conditions.length === 0 ? undefined : conditions;
}

function readColumn(source: Source, rule: Part, column: string): Dimension | undefined {
  if (isDimension(column)) return column;
  const meant = columnMeant(column);
  const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  const at = { ...rule, offset: keyOffset(rule, column) ?? rule.offset };
  const hint = 'a FOCUS column such as ServiceName, an x_ column, Tags.<key> or Source';
  say(source, at, 'unknown-column', `"${column}" is no column of a charge${ask}`, hint);
  return undefined;
}

/** Older names of a column are as likely as typing errors. */
function columnMeant(column: string): string | undefined {
  const renamed = Object.entries(ALIASES).find(([, names]) => names.includes(column));
  return renamed?.[0] ?? suggest(column, ['Source', ...FOCUS_COLUMNS.map(({ name }) => name)]);
}

function readGlobs(source: Source, part: Part): readonly string[] {
  const parts = isList(part) ? itemsOf(source, part)! : [part];
  if (parts.length === 0) say(source, part, 'missing-value', 'must hold at least one glob');
  return parts.flatMap((each) => textOf(source, each) ?? []);
}
