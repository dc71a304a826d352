/** What was checked of a text and keeps anything in bulk from taking it, however high its number. */
import type { Evidence } from './candidate.ts';
import { isHeldMeeting } from './meetings.ts';
import { doubtOf, meetingsIn, movesIn, repeatsIn } from './reasons.ts';

/** Why a text is held back, in a few words; undefined where it is not. */
export function heldByEvidence(evidence: readonly Evidence[]): string | undefined {
  for (const one of evidence) {
    // resolve/layout.ts: the sides differ in it.
    if (one.check === 'space') return 'white space may mean something here';
    if (one.check === 'parses' && !one.passed) return 'it does not parse so';
    if (one.check === 'duplicates' && one.names.length > 0) return `it would define ${one.names[0]} twice`;
    if (one.check === 'repeats') return repeatsIn(one);
    if (one.check === 'together') return one.said[0];
    if (one.check === 'astray') return one.said;
    if (one.check === 'moved') return movesIn(one);
    if (one.check === 'version') return doubtOf(one);
    if (isHeldMeeting(one)) return meetingsIn(one);
  }
  return undefined;
}
