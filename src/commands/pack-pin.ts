/**
 * `brctl pack pin <pack> [generation]`: keep a generation for good; `--off` lets it go.
 *
 * Exit codes: 0 pinned · 2 no such pack or generation · 8 another one changes the target.
 */
import type { HostContext } from '../host.ts';
import type { Pin } from '../pack/store/pin.ts';
import { targetOf } from '../pack/target.ts';
import { booleanFlag, defineCommand, toJson } from '../sdk/index.ts';

export const packPin = defineCommand<Pin, Pin, HostContext>({
  path: ['pack', 'pin'],
  summary: 'Keep a generation for good, whatever is installed after it.',
  description:
    'Without a pin the current generation, its parent and the newest three stay. Without a name ' +
    'it is the current generation that is pinned.',
  examples: ['brctl pack pin finance --target=/srv/blackroad'],
  arguments: [
    { name: 'pack', summary: 'an installed pack', required: true },
    { name: 'generation', summary: 'such as g0003' },
  ],
  flags: { off: { type: 'boolean', summary: 'let it go again' } },
  formats: ['table', 'json'],
  parse: (input, context) => ({
    pack: input.arguments[0] ?? '',
    generation: input.arguments[1],
    target: targetOf(context),
    isOn: !booleanFlag(input, 'off'),
  }),
  plan: async (pin) => {
    const { checkPin } = await import('../pack/store/pin.ts');
    return checkPin(pin);
  },
  apply: async (pin, context) => {
    const { applyPin } = await import('../pack/store/pin.ts');
    return applyPin(pin, context);
  },
  render: ({ pack, generation, isOn, target }, { format }) =>
    format === 'json'
      ? toJson({ schema: 'brctl/pack-pin/v1', name: pack, target, generation, pinned: isOn })
      : `${pack} ${generation} ${isOn ? 'is pinned' : 'is not pinned any more'}\n`,
  outcome: () => 'ok',
});
