/** Why a line is not simply settled: every reason that reconciliation can give, and its meaning. */

export const REASONS = {
  missing_payment: 'an invoice that nothing pays',
  missing_invoice: 'a payment to a known vendor that no invoice asks for',
  untracked_charge: 'a payment or charge of somebody no invoice knows',
  not_in_ledger: 'an invoice that the ledger holds no charge of',
  amount_differs: 'the same business, but another amount',
  paid_twice: 'a payment that repeats one which settled its invoice already',
  billed_twice: 'an invoice that repeats one which is settled already',
  ambiguous: 'several counterparts fit equally well; none is chosen',
  wrong_currency: 'the same number in another currency',
  overdue: 'not paid, and its due day is over',
  arithmetic: 'totals that do not follow from what they sum',
  duplicate_id: 'a number that several invoices have',
  status_contradicts: 'a status that its dates or amounts contradict',
  due_date_past: 'a next due date that lies in the past',
  price_changed: 'a price that stood still and has moved',
  partly_paid: 'paid in part; the rest is still owed',
  fee: 'differs by a stated fee, or is a fee itself',
  tax: 'differs by a stated tax rate: one side is with tax, the other without',
  fx: 'another currency, within the tolerance of the rate of the day',
  transposed: 'the same digits in another order',
  credit: 'a credit note was deducted',
  void: 'taken back: it cancels against another line of its side, or counts for nothing',
  rounding: 'differs by less than the smallest coin',
  date_out_of_window: 'fits in name and amount, but not in time',
  rejected: 'the counterpart that fits was rejected before',
  weak: 'the best counterpart fits too little to be taken without being asked',
  nothing_due: 'an amount of zero: there is nothing to pay',
  search_gave_up: 'too many combinations to try them all',
} as const;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];
