#!/usr/bin/env python3
"""Count the fallback table: table.py FEATURES models/table.json

For each generator, situation and language: how many conflicts offered it, and how often its text was the developer's.
Prints top-1 and top-3 of ranking by the counts alone, leave-repositories-out, as server/resolve/tableRanker.ts ranks.
"""
import json
import sys
from collections import defaultdict

import numpy as np

import rows

PRIOR = 25  # as PRIOR_WEIGHT in tableRanker.ts
FOLDS = 5


def keys(name, c):
    return name, f"{name}|{c['sit']}", f"{name}|{c['sit']}|{c['lid']}"


def count(conflicts):
    counts = defaultdict(lambda: [0, 0])
    for c in conflicts:
        weight = .2 if c['repeat'] else 1
        for i, names in enumerate(c['gens']):
            for name in names:
                for key in keys(name, c):
                    counts[key][1] += weight
                    counts[key][0] += weight * (i == c['hit'])
    return counts


def frequency(names, c, counts):
    best = 0
    for name in names:
        estimate = .01
        for key in keys(name, c):
            right, of = counts.get(key, (0, 0))
            estimate = (right + PRIOR * estimate) / (of + PRIOR)
        best = max(best, estimate)
    return best


def main(folder, out):
    conflicts, _, _, _ = rows.load(folder)
    fold = rows.folds(conflicts, FOLDS)
    first = third = n = 0
    for k in range(FOLDS):
        counts = count([c for c, f in zip(conflicts, fold) if f != k])
        for c in (c for c, f in zip(conflicts, fold) if f == k and not c['repeat']):
            scores = [frequency(names, c, counts) for names in c['gens']]
            order = np.argsort([-s for s in scores], kind='stable')[:3]
            n += 1
            first += c['hit'] == order[0]
            third += c['hit'] in order
    print(f'{n} conflicts: top-1 {100 * first / n:.1f}, top-3 {100 * third / n:.1f}')
    counts = count(conflicts)
    rounded = {key: [round(a), round(b)] for key, (a, b) in sorted(counts.items()) if b >= 10}
    json.dump(dict(counts=rounded, safe=[]), open(out, 'w'), separators=(',', ':'))
    print(f'{out}: {len(rounded)} counts')


if __name__ == '__main__':
    main(*sys.argv[1:])
