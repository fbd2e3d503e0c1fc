/** The finance pack: FinOps for one deployment. */
import { definePack } from 'brctl/sdk';
import { alertsCheckCommand } from './alerts/check.ts';
import { importCommand } from './import/import.ts';
import { reportCommand } from './report/report.ts';
import { checkConfig, openAlertCheck, openImport, openReport } from './wire.ts';

export default definePack({
  commands: [
    importCommand(openImport),
    reportCommand(openReport),
    alertsCheckCommand(openAlertCheck),
  ],
  checkConfig,
});
