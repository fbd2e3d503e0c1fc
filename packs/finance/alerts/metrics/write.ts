/** What Prometheus reads, after each evaluation. */
import { type BrctlError, isBrctlError } from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { metricsFile, metricsOf } from '../../core/alert-config/integration.ts';
import { alertMetrics, type Measured } from '../../core/metrics/alert-metrics.ts';
import type { MetricsFile } from '../../ports/metrics.ts';

/** Returns why it could not be done; nothing where nobody asked for it. */
export async function writeMetrics(
  file: MetricsFile,
  measured: Measured & Readonly<{ config: AlertConfig }>,
): Promise<BrctlError | undefined> {
  const metrics = metricsOf(measured.config);
  if (metrics === undefined) return undefined;
  try {
    await file.write(metricsFile(metrics), alertMetrics(metrics.prefix, measured));
    return undefined;
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return error;
  }
}
