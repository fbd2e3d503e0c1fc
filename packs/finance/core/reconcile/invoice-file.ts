/** Invoices that are no tracker: of any CSV, of FOCUS InvoiceDetail, of Stripe. */
import type { DayRange } from '../day.ts';
import type { FileProblem } from './file-problem.ts';
import type { Item, ItemPlace } from './item.ts';

export type InvoiceFile = Readonly<{
  file: string;
  format: 'csv' | 'invoice-detail' | 'stripe';
  invoices: readonly Item[];
  /** Not yet issued: drafts, and those whose lines may still change. Never compared as final. */
  open: readonly Item[];
  /** Of FOCUS InvoiceDetail: what each of `invoices` and `open` is made of, by their id. */
  details: readonly InvoiceSum[];
  skipped: readonly ItemPlace[];
  problems: readonly FileProblem[];
}>;

/** FOCUS 1.4 InvoiceDetail added up per issuer, invoice and currency. */
export type InvoiceSum = Readonly<{
  /** Of the item. */
  id: string;
  issuer: string;
  invoice: string;
  account: string;
  currency: string;
  status: 'Open' | 'Issued' | 'Voided';
  /** Lines that are no tax: what the ledger's charges of the invoice come to. */
  netUnits: bigint;
  taxUnits: bigint;
  lines: number;
  taxLines: number;
  /** From the first billing period that a line is of until the last. */
  period: DayRange | undefined;
  /** Other invoices that it adjusts: those that a credit note is for. */
  adjusts: readonly string[];
  /** What is to be paid in other currencies than the billing one. */
  payable: readonly Readonly<{ currency: string; units: bigint }>[];
  place: ItemPlace;
}>;
