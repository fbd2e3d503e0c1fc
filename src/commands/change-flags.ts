/** Flags that every change of an installed pack takes, and what they say. */
import { CONFIG_POLICIES, type ConfigPolicy } from '../pack/config/outcome.ts';
import type { Level } from '../pack/trust/level.ts';
import { type FlagSpec, type Input, textFlag } from '../sdk/index.ts';

export const CONF_FLAG: FlagSpec = {
  type: 'string',
  placeholder: 'POLICY',
  summary: 'edited config files: merge what is clear, keep, take the new ones, or fail',
  choices: CONFIG_POLICIES,
  default: 'merge',
};

export const CHANGE_FLAGS: Readonly<Record<string, FlagSpec>> = {
  conf: CONF_FLAG,
  'accept-permissions': {
    type: 'string',
    placeholder: 'HASH',
    summary: 'consent to what the pack may touch, by the hash that names it',
  },
  'min-level': {
    type: 'string',
    placeholder: 'LEVEL',
    summary: 'ask for at least this level of trust',
    choices: ['integrity', 'signed'],
  },
};

export function policyOf(input: Input): ConfigPolicy {
  return CONFIG_POLICIES.find((each) => each === textFlag(input, 'conf')) ?? 'merge';
}

export function changeOptions(
  input: Input,
): Readonly<{ policy: ConfigPolicy; minLevel: Level | undefined }> {
  const level = textFlag(input, 'min-level');
  return {
    policy: policyOf(input),
    minLevel: level === 'signed' || level === 'integrity' ? level : undefined,
  };
}
