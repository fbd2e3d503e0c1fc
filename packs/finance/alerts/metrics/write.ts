/** What Prometheus reads, after each evaluation. */
import { type BrctlError, isBrctlError } from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { METRICS_FOLDER, metricsFile, metricsOf } from '../../core/alert-config/integration.ts';
import { alertMetrics, type Measured } from '../../core/metrics/alert-metrics.ts';
import type { MetricsFile } from '../../ports/metrics.ts';

/**
 * Returns why it could not be done. Where nobody asks for them, or they have another prefix now,
 * the old ones go: a collector would show them for ever.
 */
export async function writeMetrics(
  file: MetricsFile,
  measured: Measured & Readonly<{ config: AlertConfig }>,
): Promise<BrctlError | undefined> {
  const metrics = metricsOf(measured.config);
  const path = metrics && metricsFile(metrics);
  try {
    if (metrics !== undefined) {
      await file.write(metricsFile(metrics), alertMetrics(metrics.prefix, measured));
    }
    await file.removeOthers(METRICS_FOLDER, path);
    return undefined;
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return error;
  }
}
