/**
 * What `include` of a report schedule may name: sections that a report has, `all_sections`, and
 * those that brctl knows of and cannot make yet. They are said, never dropped in silence.
 */
export const REPORT_SECTIONS = [
  'executive_summary',
  'cost_by_category',
  'cost_by_service',
  'trend_analysis',
  'data_freshness',
  'findings',
] as const;
export type ReportSection = (typeof REPORT_SECTIONS)[number];

const ALL = 'all_sections';

/** Each with what would be needed. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  usage_metrics: 'usage is not reported yet',
  projections: 'projections are not reported yet',
  recommendations: 'recommendations are not reported yet',
  roi_metrics: 'returns are not reported yet',
};

export const INCLUDABLE: readonly string[] = [ALL, ...REPORT_SECTIONS, ...Object.keys(NOT_BUILT)];

/** In the order of a report; nothing asked for is everything. */
export function includedSections(include: readonly string[]): readonly ReportSection[] {
  if (include.length === 0 || include.includes(ALL)) return REPORT_SECTIONS;
  return REPORT_SECTIONS.filter((section) => include.includes(section));
}

export type LeftOut = Readonly<{ name: string; why: string }>;

/** What is asked for and cannot be had, in the order of the config. */
export function leftOut(include: readonly string[]): readonly LeftOut[] {
  return [...new Set(include)].flatMap((name) => {
    const why = NOT_BUILT[name];
    return why === undefined ? [] : [{ name, why }];
  });
}

/** How a report is attached: a format that cannot be made yet is replaced, and that is said. */
export const ATTACHED = {
  csv: ['csv'],
  json: ['json'],
  md: ['md'],
  html: ['csv', 'md'],
  pdf: ['csv', 'md'],
} as const satisfies Readonly<Record<string, readonly ('csv' | 'json' | 'md')[]>>;

export function isMade(format: keyof typeof ATTACHED): boolean {
  return ATTACHED[format].some((each) => each === format);
}
