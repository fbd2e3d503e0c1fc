/** Pinning a generation: the operator's word that it stays. */
import type { HostContext } from '../../host.ts';
import { usageError } from '../../sdk/index.ts';
import { sayingWhere } from '../disk.ts';
import { PACK_NAME, pathsOf } from '../paths.ts';
import { currentOf, generationsIn } from './generation.ts';
import { withTargetLock } from './lock.ts';
import { setPin } from './retention.ts';

export type Pin = Readonly<{
  pack: string;
  /** Undefined: the current one. */
  generation: string | undefined;
  target: string;
  isOn: boolean;
}>;

/** The pin with its generation named. */
export function checkPin(pin: Pin): Pin {
  const pack = pathsOf(pin.target).pack(pin.pack);
  const there = PACK_NAME.test(pin.pack) ? generationsIn(pack.home) : [];
  const generation = pin.generation ?? currentOf(pack);
  if (generation !== null && there.includes(generation)) return { ...pin, generation };
  throw there.length === 0
    ? usageError('pack-not-installed', `${pin.pack} is not installed in ${pin.target}`)
    : usageError(
        'generation-unknown',
        `${pin.pack} has ${there.join(', ')}, and ` +
          (generation === null ? 'none of them is current' : `not ${generation}`),
      );
}

export async function applyPin(
  pin: Pin,
  context: Pick<HostContext, 'signal' | 'sqlite' | 'streams'>,
): Promise<Pin> {
  const paths = pathsOf(pin.target);
  return withTargetLock(pin.target, context, async () =>
    sayingWhere('pin', 'check the owner of the target', () => {
      const fresh = checkPin(pin);
      setPin(paths.pack(pin.pack), fresh.generation!, pin.isOn);
      return fresh;
    }),
  );
}
