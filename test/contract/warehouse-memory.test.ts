import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import { runWarehouseContract } from './warehouse.ts';

runWarehouseContract('memory', async (charges) => memoryWarehouse(charges));
