/** What follows from edits that meet (`merge/meeting/meets.ts`), as evidence of a text: which of it holds the text back from anything in bulk. */
import type { Evidence } from './candidate.ts';

export const isHeldMeeting = (one: Evidence): one is Extract<Evidence, { check: 'meets' }> =>
  one.check === 'meets' && one.meetings.some(({ held }) => held);
