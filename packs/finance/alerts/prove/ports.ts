/** What `alerts test` asks of the world; `wire-prove.ts` opens it. */
import type { PackContext } from 'brctl/sdk';
import type { AlertTestFiles } from '../../ports/alert-tests.ts';

export type ProvePorts = Readonly<{ files: AlertTestFiles }>;

export type OpenProve = (context: PackContext) => Promise<ProvePorts>;
