/** Words that say nothing about who somebody is, in the spelling of normalised names. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** How it was paid, or what kind of line it is. */
export const RAIL_WORDS = words(`
  ach debit credit pos e payment payments auto autopay pay paid wire trf transfer in out deposit
  check chk chq card visa mastercard purchase recurring sepa dd direct bacs faster ref reference
  invoice inv bill txn trn transaction the of and for to from via id no nr www com sq paypal`);

/** What kind of company it is. */
export const LEGAL_WORDS = words(`
  inc llc ltd limited corp corporation co company lp llp plc gmbh ag kg ug mbh se sa sas sarl srl
  spa bv nv ab oy as aps pty pte kk sro doo zrt kft incorporated`);

/** Half of all companies are called this too: it tells nobody apart. */
export const COMMON_WORDS = words(`
  group holding holdings services service solutions systems international global partners
  technologies technology consulting enterprises industries labs software digital media`);
