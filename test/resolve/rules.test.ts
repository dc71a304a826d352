import { describe, expect, it } from 'vitest';
import { mergeChangelog } from '../../server/resolve/rules/changelog.ts';
import { compareVersions, largerVersion, versionsIn } from '../../server/resolve/rules/version.ts';

describe('larger version', () => {
  it.each([
    ['"lib": "1.2.3",', '"lib": "1.10.0",', 'right'],
    ['<version>2.0.0</version>', '<version>2.0.0-SNAPSHOT</version>', 'left'],
    ['a 1.0\nb 2.1\n', 'a 1.1\nb 2.2\n', 'right'],
    ['a 1.0\nb 2.2\n', 'a 1.1\nb 2.1\n', undefined],
    ['"lib": "1.2.3",', '"other": "1.10.0",', undefined],
    ['no version here', 'no version here', undefined],
    ['1.2.3-rc.1', '1.2.3-rc.2', 'right'],
  ])('%s against %s: %s', (left, right, side) => {
    expect(largerVersion(left, right)?.side).toBe(side);
  });

  it('sorts a pre-release below its release', () => {
    const order = ['1.0.0-alpha', '1.0.0-beta', '1.0.0-rc.1', '1.0.0', '1.0.1'];
    const versions = order.map((text) => versionsIn(text)[0] ?? []);
    for (let i = 1; i < versions.length; i++)
      expect(compareVersions(versions[i - 1] ?? [], versions[i] ?? [])).toBeLessThan(0);
  });
});

describe('changelog', () => {
  it('puts each entry under the heading it was written under', () => {
    const base = '## Unreleased\n\n### Fixed\n\n- old\n';
    const left = '## Unreleased\n\n### Added\n\n- ours new\n\n### Fixed\n\n- old\n- ours fix\n';
    const right = '## Unreleased\n\n### Fixed\n\n- old\n- theirs fix\n';
    expect(mergeChangelog(base, left, right)).toBe(
      '## Unreleased\n\n### Added\n\n- ours new\n\n### Fixed\n\n- old\n- ours fix\n- theirs fix\n',
    );
  });

  it('leaves text that is not a list of entries alone', () => {
    expect(mergeChangelog('', 'A paragraph of prose.\n', '- entry\n')).toBeUndefined();
  });
});
