/** What an integration does, in a few words. */
import type { AlertConfig, Integration } from '../../core/alert-config/config.ts';
import { formatDuration } from '../../core/alert-config/duration.ts';
import {
  integrationChannels,
  metricsFile,
  metricsOf,
} from '../../core/alert-config/integration.ts';

export function integrationText(integration: Integration, config: AlertConfig): string {
  const { name, isEnabled } = integration;
  if (!isEnabled) return 'off';
  const channel = integrationChannels(config).find(({ to }) => to.type === name)?.name;
  switch (name) {
    case 'grafana':
      return channel === undefined
        ? 'nothing: alert_annotations is false'
        : `shows when each alert began and ended: channel ${channel}`;
    case 'datadog':
      return `gets an event for each change of an alert: channel ${channel}`;
    default: {
      const metrics = metricsOf(config)!;
      const { intervalMs } = metrics;
      const often =
        intervalMs === undefined ? '' : `, at least every ${formatDuration(intervalMs)}`;
      return `alerts evaluate writes data/finance/${metricsFile(metrics)}${often}`;
    }
  }
}
