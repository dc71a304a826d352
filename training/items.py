#!/usr/bin/env python3
"""Train the ranker of completions from exported rows, leave-repository-out, with its calibration and its threshold.

  npm run bench:items -- --imports mixed --no-context --rows ROWS CHECKOUT…
  items.py ROWS…            report on standard output
  items.py ROWS… --out MODEL (models/complete.json.gz)
"""
import gzip
import json
import os
import sys

import numpy as np

import forest

SMALL = dict(learning_rate=.06, num_leaves=12, min_data_in_leaf=25, feature_fraction=.4, bagging_fraction=.8, lambda_l2=6.,
             min_sum_hessian_in_leaf=.5)
ROUNDS = 160
PRECISION = .6
LEAST = .5  # nothing is shown unasked that is likelier wrong than right
REFUSED = 2


def load(folders):
    holes, parts, columns = [], [], None
    for folder in folders:
        columns = json.load(open(os.path.join(folder, 'columns.json')))
        own = [json.loads(line) for line in open(os.path.join(folder, 'holes.jsonl'))]
        rows = np.fromfile(os.path.join(folder, 'rows.f32'), np.float32).reshape(-1, len(columns))
        assert len(rows) == sum(h['count'] + 1 for h in own), folder
        holes += own
        parts.append(rows)
    X = np.concatenate(parts)
    # written with and without the context, which would tell the exports apart
    for name in ('likely', 'leastLikely'):
        X[:, columns.index(name)] = np.nan
    st = np.concatenate([[0], np.cumsum([h['count'] + 1 for h in holes])]).astype(np.int64)
    y = np.zeros(len(X))
    for i, h in enumerate(holes):
        y[st[i] + (h['right'] if h['right'] >= 0 else h['count'])] = 1
    return holes, X, y, st, columns


def rows_of(st, chosen):
    return np.concatenate([np.arange(st[i], st[i + 1]) for i in chosen])


def part(X, y, st, chosen):
    r = rows_of(st, chosen)
    return X[r], y[r], np.concatenate([[0], np.cumsum([st[i + 1] - st[i] for i in chosen])]).astype(np.int64)


def fit(X, y, st):
    return forest.fit(X, y, st, np.ones(len(st) - 1), ROUNDS, 127, **SMALL)


def shown(holes, p, st):
    """per hole, after the checker: confidence of the best, is it right, rank of the right one (0 first, 999 absent)"""
    conf, ok, rank = np.zeros(len(holes)), np.zeros(len(holes), bool), np.full(len(holes), 999)
    for i, h in enumerate(holes):
        own = p[st[i]:st[i + 1] - 1]
        check = np.array(h['checks'], int)
        left = max(.02, 1 - own[check == REFUSED].sum())
        order = [k for k in np.argsort(-own, kind='stable') if check[k] != REFUSED][:10]
        if order:
            conf[i] = own[order[0]] / left
            ok[i] = order[0] == h['right']
        if h['right'] in order:
            rank[i] = order.index(h['right'])
    return conf, ok, rank


def isotonic(conf, ok, points=24):
    """pool adjacent violators, over groups of equal size so that no step rests on a handful"""
    order = np.argsort(conf, kind='stable')
    groups = np.array_split(order, min(points, max(1, len(order) // 15)))
    blocks = [[conf[g].mean(), ok[g].mean(), len(g)] for g in groups if len(g)]
    merged = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and merged[-2][1] >= merged[-1][1]:
            b, a = merged.pop(), merged.pop()
            n = a[2] + b[2]
            merged.append([(a[0] * a[2] + b[0] * b[2]) / n, (a[1] * a[2] + b[1] * b[2]) / n, n])
    return [(round(float(x), 4), round(float(v), 4)) for x, v, _ in merged]


def calibrated(points, conf):
    xs, ys = zip(*([(0, 0)] + points))
    return np.interp(conf, xs, ys)


def lines(name, holes, conf, ok, rank, threshold):
    length = np.array([h['length'] for h in holes])
    for label, m in [(name, length > 0), ('  <= 3 tokens', length <= 3), ('  4-8', (length > 3) & (length <= 8)), ('  more', length > 8)]:
        if m.any():
            reach = np.mean([h['right'] >= 0 for h, x in zip(holes, m) if x])
            print(f'{label:20} {m.sum():5} top-1 {100 * ok[m].mean():5.1f} top-5 {100 * (rank[m] < 5).mean():5.1f} top-10 {100 * (rank[m] < 10).mean():5.1f} reach {100 * reach:5.1f}')
    m = conf >= threshold
    print(f'  ghost text at {100 * m.mean():.1f} % of holes, right in {100 * ok[m].mean() if m.any() else 0:.1f} %; calibration error {forest.calibration_error(conf, ok, 10):.3f}')


def main(args):
    out = args[args.index('--out') + 1] if '--out' in args else None
    folders = [a for i, a in enumerate(args) if not a.startswith('--') and (i == 0 or args[i - 1] != '--out')]
    holes, X, y, st, columns = load(folders)
    repos = sorted({h['repo'] for h in holes})
    p = np.zeros(len(X))
    for repo in repos:
        a = [i for i, h in enumerate(holes) if h['repo'] != repo]
        b = [i for i, h in enumerate(holes) if h['repo'] == repo]
        model = fit(*part(X, y, st, a))
        Xb, _, sb = part(X, y, st, b)
        p[rows_of(st, b)] = forest.softmax(model.predict(Xb, raw_score=True), sb)
    conf, ok, rank = shown(holes, p, st)
    # the calibration of each repository is learned on the others
    fair = np.zeros(len(holes))
    for repo in repos:
        own = np.array([h['repo'] == repo for h in holes])
        fair[own] = calibrated(isotonic(conf[~own], ok[~own]), conf[own])
    threshold = max(LEAST, forest.coverage_at(fair, ok, PRECISION, 20)[1])
    share = 100 * (fair >= threshold).mean()
    for repo in repos + ['all']:
        m = np.array([repo in ('all', h['repo']) for h in holes])
        lines(repo, [h for h, x in zip(holes, m) if x], fair[m], ok[m], rank[m], threshold)
    points = isotonic(conf, ok)
    print(f'threshold {threshold:.3f} ({share:.1f} % of holes); calibration {points}')
    model = fit(X, y, st)
    gain = sorted(zip(model.feature_importance('gain'), columns), reverse=True)[:30]
    print('strongest columns: ' + ', '.join(name for _, name in gain))
    if out:
        stored = dict(version=1, trees=forest.export(model, columns), calibration=points, threshold=round(float(threshold), 3))
        data = json.dumps(stored, separators=(',', ':')).encode()
        with open(out, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
            f.write(data)
        print(f'{out}: {os.path.getsize(out) / 1024:.0f} KB')


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
