/** The finance pack: FinOps for one deployment. */
import { definePack } from 'brctl/sdk';
import {
  actionsApproveCommand,
  actionsListCommand,
  actionsRunCommand,
  actionsUndoCommand,
} from './actions/commands.ts';
import { alertsBacktestCommand } from './alerts/backtest/backtest.ts';
import { alertsCheckCommand } from './alerts/check.ts';
import { alertsEvaluateCommand } from './alerts/evaluate.ts';
import { notifyTestCommand } from './alerts/notify/channel-test.ts';
import { outboxListCommand } from './alerts/outbox/list.ts';
import { outboxRetryCommand } from './alerts/outbox/retry.ts';
import { alertsTestCommand } from './alerts/prove/test-config.ts';
import { alertsRoutesCommand } from './alerts/routes/routes.ts';
import { silenceAddCommand } from './alerts/silence/add.ts';
import { silenceExpireCommand } from './alerts/silence/expire.ts';
import { silenceListCommand } from './alerts/silence/list.ts';
import { windowCloseCommand } from './alerts/window/close.ts';
import { windowListCommand } from './alerts/window/list.ts';
import { windowOpenCommand } from './alerts/window/open.ts';
import { importCommand } from './import/import.ts';
import { closeCommand } from './reconcile/close.ts';
import { confirmCommand, rejectCommand } from './reconcile/confirm.ts';
import { evalCommand } from './reconcile/evaluate.ts';
import { explainCommand } from './reconcile/explain.ts';
import { reconcileCommand } from './reconcile/run.ts';
import { reportCommand } from './report/report.ts';
import { reportSendCommand } from './report/send/send.ts';
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
  openRoutes,
  openSilences,
  openUsage,
  openWindows,
} from './wire.ts';
import { openActions } from './wire-actions.ts';
import { openBacktest, openProve } from './wire-prove.ts';
import { openMatches, openReconcile } from './wire-reconcile.ts';
import { openReportSend } from './wire-reports.ts';

export default definePack({
  groups: {
    alerts: 'Rules that fire, who hears of them, and what keeps them quiet.',
    'alerts actions': 'What is done when a rule fires: see it, approve it, undo it.',
    'alerts outbox': 'Notices that wait or did not arrive.',
    'alerts silence': 'Keep alerts quiet for a while.',
    'alerts window': 'Maintenance windows that are opened by hand.',
    matches: 'What people say of the matches of a reconciliation.',
    reports: 'Reports that are sent by a schedule of the alert config.',
    notify: 'Try out the channels of alerts.',
    usage: 'Readings of how much is used, beside what it costs.',
  },
  commands: [
    importCommand(openImport),
    reportCommand(openReport),
    reportSendCommand(openReportSend),
    reconcileCommand(openReconcile),
    confirmCommand(openMatches),
    rejectCommand(openMatches),
    explainCommand(openReconcile),
    evalCommand(openReconcile),
    closeCommand(openReconcile),
    alertsCheckCommand(openAlertCheck),
    alertsTestCommand(openProve),
    alertsBacktestCommand(openBacktest),
    alertsRoutesCommand(openRoutes),
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
