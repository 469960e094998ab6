import type { JSX } from 'preact';
import { formatDuration } from '../../format/numbers.ts';
import { timeMarks } from '../../model/axis.ts';

const MARKS_MAX = 5;
/** A mark nearer to the end than this would write beyond it. */
const LAST_MARK = 0.88;

export function TimeAxis({ lengthMs }: { readonly lengthMs: number }): JSX.Element {
  const marks = timeMarks(lengthMs, MARKS_MAX).filter((mark) => mark === 0 || mark / lengthMs < LAST_MARK);
  return (
    <span class="time-axis">
      <span class="vh">Time since the start of the trace</span>
      {marks.map((mark) => (
        <span
          key={mark}
          class="time-mark"
          aria-hidden="true"
          style={{ left: `${mark === 0 ? 0 : (mark / lengthMs) * 100}%` }}
        >
          {mark === 0 ? '0' : formatDuration(mark)}
        </span>
      ))}
    </span>
  );
}
