/** Active hours of a channel for programs. */
import { type ActiveHours, formatClock, formatDays } from '../../core/alert-config/active-hours.ts';

export function activeHoursJson({ days, from, until, timezone }: ActiveHours) {
  const words = [1, 2, 3, 4, 5, 6, 0].filter((day) => days.includes(day));
  return {
    days: words.map((day) => formatDays([day])),
    from: formatClock(from),
    to: formatClock(until),
    timezone,
  };
}
