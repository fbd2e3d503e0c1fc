import { memoryUsage } from '../../packs/finance/adapters/memory/usage.ts';
import { runUsageContract } from './usage.ts';

runUsageContract('memory', async () => memoryUsage());
