#!/usr/bin/env python3
"""How answers change when the sides are called the other way round: swapped.py FEATURES SWAPPED

FEATURES after `train.py first`; SWAPPED is what `mortise features CORPUS --out SWAPPED --per-repo 40 --swapped` wrote. Stage one,
each repository by the model that never saw it.
"""
import json
import os
import sys

import numpy as np

import forest
import rows


def score(model, X, columns):
    """Trees as server/model/trees.ts evaluates them."""
    place = np.array([columns.index(name) for name in model['features']])
    out = np.zeros(len(X))
    for tree in model['trees']:
        f, t, left, right, missing = (np.array(tree[k]) for k in 'ftlrm')
        f = np.where(f < 0, -1, place[f])
        at = np.zeros(len(X), int)
        while (f[at] >= 0).any():
            inner = f[at] >= 0
            x = X[np.arange(len(X)), np.where(inner, f[at], 0)]
            goes_left = np.where(np.isnan(x), missing[at] == 1, x <= t[at])
            at = np.where(inner, np.where(goes_left, left[at], right[at]), at)
        out += t[at]
    return out


def sides(names, swapped):
    """Which plain texts a candidate is, in words that do not depend on the orientation."""
    a, b = ('right', 'left') if swapped else ('left', 'right')
    return {word for word, name in (('first', a), ('second', b), ('merge', 'token merge'), ('merge', 'structured merge')) if name in names}


def main(folder, other):
    c, _, st, columns = rows.load(folder, False)
    d, X, sd, _ = rows.load(other)
    of = {x['repo']: k for x, k in zip(c, rows.folds(c, 5))}
    place = {(x['key'], x['i']): i for i, x in enumerate(c)}
    p = np.fromfile(os.path.join(folder, 'first.oof.f32'), np.float32).astype(float)
    q, yd = np.zeros(len(X)), rows.targets(d, sd)
    for k in range(5):
        model = json.load(open(os.path.join(folder, f'first.fold{k}.json')))
        Z, _, sz, r = rows.take(X, yd, sd, np.flatnonzero([of[x['repo']] == k for x in d]))
        q[r] = forest.softmax(score(model, Z, columns), sz)
    a, b = forest.summary(p, rows.targets(c, st), st), forest.summary(q, yd, sd)
    pairs = [(place[x['key'], x['i']], j) for j, x in enumerate(d) if (x['key'], x['i']) in place and not c[place[x['key'], x['i']]]['repeat']]
    i, j = np.array(pairs).T
    print(f"{len(i)} conflicts: top-1 {100 * a['ok'][i].mean():.1f}, swapped {100 * b['ok'][j].mean():.1f}; top-3 {100 * (a['rank'][i] <= 3).mean():.1f}, {100 * (b['rank'][j] <= 3).mean():.1f}")
    first = [(c[x]['gens'][a['best'][x]], d[y]['gens'][b['best'][y]]) for x, y in pairs]
    same = np.array([bool(sides(m, False) & sides(n, True)) or not sides(m, False) and not sides(n, True) for m, n in first]) | a['ok'][i] & b['ok'][j]
    for t in (0, .85, .9):
        print(f"same answer, confidence ≥ {t}: {100 * same[a['conf'][i] >= t].mean():.1f} %")
    gap = np.abs(a['conf'][i] - b['conf'][j])
    print(f'confidence moves by {np.median(gap):.3f} (median), {np.quantile(gap, .9):.3f} (nine in ten less)')
    for t in (.85, .9, .92):
        here = np.array(['larger version' in m for m, _ in first]) & (a['conf'][i] >= t)
        there = np.array(['larger version' in n for _, n in first]) & (b['conf'][j] >= t)
        print(f"larger version ≥ {t}: {here.sum()} right {100 * a['ok'][i][here].mean():.1f}, swapped {there.sum()} right {100 * b['ok'][j][there].mean():.1f}, both {(here & there).sum()}")


if __name__ == '__main__':
    main(*sys.argv[1:])
