#!/usr/bin/env python3
"""Train the judge of names for a hole's context from exported rows: trees on top of the score by hand.

  npm run bench:context -- --alone --rows ROWS CHECKOUT…
  names.py ROWS                      leave-repository-out: where the needed names stand in each hole's order
  names.py ROWS --without REPO,…     --out MODEL.json.gz: train on the others
"""
import gzip
import json
import os
import sys

import lightgbm as lgb
import numpy as np

import forest

PARAMETERS = dict(objective='binary', learning_rate=.05, num_leaves=8, min_data_in_leaf=100, feature_fraction=.5, bagging_fraction=.8,
                  bagging_freq=1, lambda_l2=5., num_threads=1, verbose=-1, seed=1, deterministic=True, force_row_wise=True, max_bin=63)
ROUNDS = 200
KEPT = .15  # of the names that are not needed: they are hundreds to one


def load(folder):
    columns = json.load(open(os.path.join(folder, 'columns.json')))
    holes = [json.loads(line) for line in open(os.path.join(folder, 'holes.jsonl'))]
    X = np.fromfile(os.path.join(folder, 'rows.f32'), np.float32).reshape(-1, len(columns))
    st = np.concatenate([[0], np.cumsum([h['count'] for h in holes])]).astype(int)
    assert st[-1] == len(X), f'{folder} is cut short'
    y = np.zeros(len(X))
    for i, h in enumerate(holes):
        for k in h['needed']:
            if k >= 0:
                y[st[i] + k] = 1
    return holes, X, y, st, columns


def by_hand(X, columns):
    """log odds, with the weights of server/complete/context/retrieveWeights.ts"""
    path = os.path.join(os.path.dirname(__file__), '..', 'server', 'complete', 'retrieveWeights.ts')
    text = open(path).read().split('...zero,')[1]
    weights = dict((k, float(v)) for k, v in (line.strip().rstrip(',').split(': ') for line in text.split('}')[0].strip().split('\n')))
    return weights['bias'] + sum(w * X[:, columns.index(k)].astype(float) for k, w in weights.items() if k != 'bias')


def scaled(hand, y, w):
    """a, b of the logistic a × hand + b, by Newton's method"""
    A = np.stack([hand, np.ones(len(hand))], 1)
    theta = np.array([1., 0.])
    for _ in range(12):
        p = 1 / (1 + np.exp(-A @ theta))
        theta -= np.linalg.solve((A * (w * p * (1 - p))[:, None]).T @ A + 1e-6 * np.eye(2), A.T @ (w * (p - y)))
    return theta


def fit(X, y, hand, weight):
    kept = (y == 1) | (np.random.RandomState(1).rand(len(y)) < KEPT)
    w = np.where(y == 1, 1., 1 / KEPT)[kept] * weight[kept]
    a, b = scaled(hand[kept], y[kept], w)
    data = lgb.Dataset(X[kept], y[kept], weight=w, init_score=a * hand[kept] + b, free_raw_data=True)
    return lgb.train(PARAMETERS, data, ROUNDS), a, b


def told(label, holes, st, score):
    ranks, repos = [], []
    for i, h in enumerate(holes):
        own = score[st[i]:st[i + 1]]
        for k in h['needed']:
            ranks.append(10 ** 6 if k < 0 else int((own > own[k]).sum()))
            repos.append(h['repo'])
    ranks, repos = np.array(ranks), np.array(repos)
    print(f'{label:8} among the first ' + ', '.join(f'{k}: {100 * (ranks < k).mean():.1f}' for k in (10, 20, 40, 80, 160, 320))
          + '; first 40 by repository: ' + ', '.join(f'{r} {100 * (ranks[repos == r] < 40).mean():.0f}' for r in sorted(set(repos))))


def main(args):
    options = {name: args[args.index(name) + 1] for name in ('--out', '--without') if name in args}
    holes, X, y, st, columns = load(args[0])
    count = np.diff(st)
    repo = np.repeat([h['repo'] for h in holes], count)
    # One long body is not worth a dozen short holes.
    weight = np.repeat([1 / np.sqrt(max(1, len(h['needed']))) for h in holes], count)
    hand = by_hand(X, columns)
    print(f'{len(holes)} holes, {len(X)} names, {int(y.sum())} needed, {sum(k < 0 for h in holes for k in h["needed"])} more of which nothing was known')
    if '--out' in options:
        m = ~np.isin(repo, options.get('--without', '').split(','))
        model, a, b = fit(X[m], y[m], hand[m], weight[m])
        stored = dict(version=1, scale=round(float(a), 5), bias=round(float(b), 5), trees=forest.export(model, columns))
        with open(options['--out'], 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
            f.write(json.dumps(stored, separators=(',', ':')).encode())
        print(f'{options["--out"]}: {os.path.getsize(options["--out"]) / 1024:.0f} KB; trained on {sorted(set(repo[m]))}')
        return
    told('by hand', holes, st, hand)
    score = np.zeros(len(X))
    for name in sorted(set(repo)):
        m = repo != name
        model, a, b = fit(X[m], y[m], hand[m], weight[m])
        score[~m] = a * hand[~m] + b + model.predict(X[~m], raw_score=True)
    told('trees', holes, st, score)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
