#!/usr/bin/env python3
"""Count the fallback table: table.py FEATURES models/table.json

For each kind of candidate (its name, whose edits it follows, what else it is, situation, language): how many conflicts offered
one, and how often it was the developer's text.
Prints top-1 and top-3 of ranking by the counts alone, leave-repositories-out, as server/resolve/tableRanker.ts ranks.
"""
import json
import sys
from collections import defaultdict

import numpy as np

import rows

PRIOR = 8  # as PRIOR_WEIGHT in tableRanker.ts
FOLDS = 5
# As `order` in generate.ts: the name a candidate goes by.
ORDER = ['same change', 'left only reformats', 'right only reformats', 'larger version', 'left', 'right', 'import set', 'key by key', 'structured merge', 'token merge',
         'changelog', 'changelog, right first', 'union minus deletions', 'left+right', 'right+left']
FLAGS = ['left', 'right', 'base', 'empty', 'token merge', 'structured merge', 'same change']


def part(share):
    if share is None:
        return '?'
    return '0' if share <= .001 else '1' if share >= .999 else 'l' if share < .5 else 'h'


def keys(c, i):
    """As `tableKeys` in tableRanker.ts: general first."""
    names = c['gens'][i]
    name = next((n for n in ORDER if n in names), names[0])
    followed = f"{name}|{part(c['kept'][i][0])}{part(c['kept'][i][1])}"
    flags = ''.join('1' if n in names else '0' for n in FLAGS)
    return name, followed, f'{followed}|{flags}', f"{followed}|{flags}|{c['sit']}", f"{followed}|{flags}|{c['sit']}|{c['lid']}"


def count(conflicts):
    counts = defaultdict(lambda: [0, 0])
    for c in conflicts:
        weight = .2 if c['repeat'] else 1
        for i in range(len(c['gens'])):
            for key in keys(c, i):
                counts[key][1] += weight
                counts[key][0] += weight * (i == c['hit'])
    return counts


def frequency(c, i, counts):
    estimate = .01
    for key in keys(c, i):
        right, of = counts.get(key, (0, 0))
        estimate = (right + PRIOR * estimate) / (of + PRIOR)
    return estimate


def main(folder, out):
    conflicts, _, _, _ = rows.load(folder, False)
    fold = rows.folds(conflicts, FOLDS)
    first = third = n = 0
    for k in range(FOLDS):
        counts = count([c for c, f in zip(conflicts, fold) if f != k])
        for c in (c for c, f in zip(conflicts, fold) if f == k and not c['repeat']):
            scores = [frequency(c, i, counts) for i in range(len(c['gens']))]
            order = np.argsort([-s for s in scores], kind='stable')[:3]
            n += 1
            first += c['hit'] == order[0]
            third += c['hit'] in order
    print(f'{n} conflicts: top-1 {100 * first / n:.1f}, top-3 {100 * third / n:.1f}')
    counts = count(conflicts)
    rounded = {key: [round(a), round(b)] for key, (a, b) in sorted(counts.items()) if b >= 15}
    json.dump(dict(counts=rounded, safe=[]), open(out, 'w'), separators=(',', ':'))
    print(f'{out}: {len(rounded)} counts')


if __name__ == '__main__':
    main(*sys.argv[1:])
