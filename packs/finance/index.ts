/** The finance pack: FinOps for one deployment. */
import { definePack } from 'brctl/sdk';
import {
  actionsApproveCommand,
  actionsListCommand,
  actionsRunCommand,
  actionsUndoCommand,
} from './actions/commands.ts';
import { alertsCheckCommand } from './alerts/check.ts';
import { alertsEvaluateCommand } from './alerts/evaluate.ts';
import { notifyTestCommand } from './alerts/notify/channel-test.ts';
import { outboxListCommand } from './alerts/outbox/list.ts';
import { outboxRetryCommand } from './alerts/outbox/retry.ts';
import { silenceAddCommand } from './alerts/silence/add.ts';
import { silenceExpireCommand } from './alerts/silence/expire.ts';
import { silenceListCommand } from './alerts/silence/list.ts';
import { windowCloseCommand } from './alerts/window/close.ts';
import { windowListCommand } from './alerts/window/list.ts';
import { windowOpenCommand } from './alerts/window/open.ts';
import { importCommand } from './import/import.ts';
import { reportCommand } from './report/report.ts';
import { usageImportCommand } from './usage/import.ts';
import { usageListCommand } from './usage/list.ts';
import { usageRecordCommand } from './usage/record.ts';
import {
  checkConfig,
  openAlertCheck,
  openEvaluate,
  openImport,
  openNotify,
  openOutbox,
  openReport,
  openSilences,
  openUsage,
  openWindows,
} from './wire.ts';
import { openActions } from './wire-actions.ts';

export default definePack({
  commands: [
    importCommand(openImport),
    reportCommand(openReport),
    alertsCheckCommand(openAlertCheck),
    silenceAddCommand(openSilences),
    silenceListCommand(openSilences),
    silenceExpireCommand(openSilences),
    windowOpenCommand(openWindows),
    windowCloseCommand(openWindows),
    windowListCommand(openWindows),
    outboxListCommand(openOutbox),
    outboxRetryCommand(openOutbox),
    notifyTestCommand(openNotify),
    alertsEvaluateCommand(openEvaluate),
    actionsListCommand(openActions),
    actionsApproveCommand(openActions),
    actionsUndoCommand(openActions),
    actionsRunCommand(openActions),
    usageImportCommand(openUsage),
    usageRecordCommand(openUsage),
    usageListCommand(openUsage),
  ],
  checkConfig,
});
