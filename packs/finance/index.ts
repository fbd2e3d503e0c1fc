/** The finance pack: FinOps for one deployment. */
import { definePack } from 'brctl/sdk';
import { importCommand } from './import/import.ts';
import { reportCommand } from './report/report.ts';
import { checkConfig, openImport, openReport } from './wire.ts';

export default definePack({
  commands: [importCommand(openImport), reportCommand(openReport)],
  checkConfig,
});
