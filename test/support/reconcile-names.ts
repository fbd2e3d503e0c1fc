/** Vendors that sound alike, and how banks write them. */
import type { Dice } from './reconcile-dice.ts';

export type Vendor = Readonly<{
  name: string;
  product: string;
  /** Of a subscription: which of the usual prices. */
  price: number | undefined;
  isWeekly: boolean;
  /** Days until an invoice is due; undefined: charged at once. */
  netDays: number | undefined;
}>;

const split = (text: string): readonly string[] => text.trim().split(/\s+/);
const FIRST = split(`North South Blue Silver Rapid Bright Clear Iron Stone Red Green Prime Summit
  Harbor Lake Cedar Maple Atlas Delta Orion Nova Vertex Apex Quantum Cobalt Ember Falcon Granite
  Horizon Indigo Juniper Keystone Lumen Meridian Nimbus Onyx Pioneer Quartz Ridge Sierra`);
const SECOND = split(`River Peak Data Grid Works Point Field Bridge Light Path Mail Desk Stack Flow
  Base Forge Metrics Hosting Analytics Security Storage Compute Network Design Legal Print Freight
  Supply Energy Water Foods Travel Motors Health Learning Audio Payroll Staffing`);
const LEGAL = ['Inc', 'LLC', 'Ltd', 'GmbH', 'Corp.', 'B.V.', '', '', ''];
const COMMON = ['Services', 'Solutions', 'Group', 'Systems', '', '', '', '', '', ''];
const STRANGE = split(`Bistro Parking Taxi Florist Bakery Hotel Pharmacy Cinema Garage Laundry`);
const PRODUCTS = ['Monthly plan', 'Usage', 'Services rendered', 'License', 'Support', ''];
const RAILS = ['ACH DEBIT ', 'CARD PURCHASE ', 'SEPA DD ', 'WIRE OUT ', 'POS ', 'SQ *', '', '', ''];
const CITIES = [' SAN FRANCISCO CA', ' DUBLIN', ' LONDON GB', ' BERLIN', ' NEW YORK NY'];

/** Each name once, though many share a word. */
export function vendorsFor(
  dice: Dice,
  count: number,
  weekly: number,
  kind = 'vendor',
): readonly Vendor[] {
  const seen = new Set<string>();
  const vendors: Vendor[] = [];
  while (vendors.length < count) {
    const core = kind === 'vendor' ? coreOf(dice, count) : strangeOf(dice);
    if (seen.has(core)) continue;
    seen.add(core);
    const isSubscription = dice.chance(450);
    vendors.push({
      name: [core, dice.pick(COMMON), dice.pick(LEGAL)].filter((word) => word !== '').join(' '),
      product: dice.pick(PRODUCTS),
      price: isSubscription ? dice.below(100) : undefined,
      isWeekly: dice.chance(weekly),
      netDays: !isSubscription && dice.chance(300) ? dice.pick([14, 30]) : undefined,
    });
  }
  return vendors;
}

/** Two words, joined or not; where there are too many vendors for that, three. */
function coreOf(dice: Dice, count: number): string {
  const joint = dice.chance(400) ? '' : ' ';
  const two = `${dice.pick(FIRST)}${joint}${joint === '' ? low(dice) : dice.pick(SECOND)}`;
  return count > 600 || dice.chance(100) ? `${dice.pick(FIRST)} ${two}` : two;
}

const low = (dice: Dice): string => dice.pick(SECOND).toLowerCase();

function strangeOf(dice: Dice): string {
  return `${dice.pick(['Chez', 'Old', 'Royal', 'Corner', 'Da', 'Il'])} ${dice.pick(STRANGE)}`;
}

type Writing = Readonly<{ cryptic: number; typos: number; cut: number }>;

export function bankText(
  dice: Dice,
  profile: Writing,
  vendor: Vendor,
  cited: readonly string[],
): string {
  const number = dice.chance(400) ? ` ${dice.between(10_000, 9_999_999)}` : '';
  const about = cited.length === 0 ? '' : ` ${citedIn(dice, cited[0]!)}`;
  if (dice.chance(profile.cryptic)) return `TRN ${dice.between(1e6, 9e6)} XX${about}`;
  let name = vendor.name.toUpperCase().replace(/[.,]/g, '');
  if (dice.chance(profile.typos)) name = misspelt(dice, name);
  if (dice.chance(100)) name = name.replaceAll(' ', '');
  if (dice.chance(profile.cut)) name = name.slice(0, dice.between(9, 16)).trim();
  else if (dice.chance(150)) name += dice.pick(CITIES);
  return `${dice.pick(RAILS)}${name}${number}${about}`;
}

/** As people and banks cite a number. */
function citedIn(dice: Dice, id: string): string {
  return dice.pick([id, id.replaceAll('-', ' '), id.replaceAll('-', ''), `REF ${id}`]);
}

/** One letter dropped, doubled, changed or swapped with the next, not the first. */
export function misspelt(dice: Dice, name: string): string {
  const at = dice.between(1, Math.max(1, name.length - 2));
  const [before, letter, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
  return dice.pick([
    `${before}${after}`,
    `${before}${letter}${letter}${after}`,
    `${before}${dice.pick(['E', 'A', 'R', 'N'])}${after}`,
    `${before}${after.charAt(0)}${letter}${after.slice(1)}`,
  ]);
}
