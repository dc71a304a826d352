#!/usr/bin/env python3
"""Train the ranker from exported features, leave-repositories-out, and write models/rank.json.gz, its report and its plots.

  mortise mine GITDIR… --out CORPUS ; mortise features CORPUS --out FEATURES
  train.py first FEATURES            stage one: out-of-fold probabilities -> FEATURES/first.*.f32, models -> FEATURES/first.*.json
  mortise features --siblings FEATURES        stage two's numbers from them, by the product's own code -> FEATURES/second.*
  train.py second FEATURES           stage two, likewise
  train.py report FEATURES [PLOTS]   all tables of the model card; plots as SVG into the folder PLOTS
  train.py export FEATURES MODEL     both models and the measured thresholds -> MODEL (models/rank.json.gz)
  train.py export FEATURES MODEL K   the same as fold K was judged by: never saw the repositories of fold K, nor their thresholds
"""
import json
import os
import sys
import time
from multiprocessing import get_context

import numpy as np

import forest
import report
import rows

FOLDS = 5
FIRST = dict(rounds=380, learning_rate=.07, num_leaves=31, min_data_in_leaf=40, feature_fraction=.25, bagging_fraction=.6, max_bin=63)
SECOND = dict(rounds=160, learning_rate=.07, num_leaves=20, min_data_in_leaf=80, feature_fraction=.35, bagging_fraction=.6, max_bin=63)
# Stage two is trained on the candidates that stage one gives at least this; it ranks all of them.
WORTH = .002
# With nothing decided, stage two only adds noise to the most confident answers: so much of it is mixed in (log-linear). As in
# server/resolve/learnedRanker.ts.
MIXED = .3
VIEWS = dict(bare=.6, alone=.4, merge=.5, session=1.)  # what is known, and what a conflict so seen weighs; see server/mine/siblings.ts
JUDGED = (*VIEWS, 'random', 'edited')  # sessions in other orders: measured, not learned


def weights(conflicts):
    # repeats of one conflict across merges count once; a merge of a hundred conflicts counts like ten
    per_merge = {m: len(ix) for m, ix in rows.by_merge(conflicts).items()}
    return np.array([(0.2 if c['repeat'] else 1.) * min(1., (12 / per_merge[c['repo'] + c['merge']]) ** .5) for c in conflicts])


def without_history(X, columns):
    out = X.copy()
    out[:, [i for i, name in enumerate(columns) if name.startswith('c.log.')]] = np.nan
    return out


TASK = {}


def one(k):
    """Fold k's model, or with k = None that of all repositories. Runs in a process of its own on the parent's arrays."""
    t = TASK
    a = np.flatnonzero(t['fold'] != k) if k is not None else np.arange(len(t['w']))
    t0 = time.time()
    Xa, ya, sa, _ = rows.take(t['X'], t['y'], t['st'], a)
    model = forest.fit(Xa, ya, sa, t['w'][a], **t['parameters'])
    print(f'fold {k}: {len(a)} conflicts, {len(Xa)} rows, {time.time() - t0:.0f} s', file=sys.stderr, flush=True)
    return k, model.model_to_string()


def cross(X, y, st, w, fold, parameters):
    """-> {fold or None: model}"""
    import lightgbm as lgb
    TASK.update(X=X, y=y, st=st, w=w, fold=fold, parameters=parameters)
    with get_context('fork').Pool(FOLDS + 1) as pool:
        return {k: lgb.Booster(model_str=s) for k, s in pool.imap_unordered(one, [*range(FOLDS), None])}


def out_of_fold(models, X, st, fold):
    p = np.zeros(len(X))
    for k in range(FOLDS):
        b = np.flatnonzero(fold == k)
        Xb, _, sb, r = rows.take(X, p, st, b)
        p[r] = forest.softmax(models[k].predict(Xb, raw_score=True, num_threads=2), sb)
    return p


def save(models, columns, folder, stage):
    for k, model in models.items():
        name = f'{stage}.json' if k is None else f'{stage}.fold{k}.json'
        json.dump(forest.export(model, columns), open(os.path.join(folder, name), 'w'))
    gain = sorted(zip(models[None].feature_importance('gain'), columns), reverse=True)[:40]
    print('strongest columns: ' + ', '.join(name for _, name in gain))


def first(folder):
    conflicts, X, st, columns = rows.load(folder)
    y, fold, w = rows.targets(conflicts, st), rows.folds(conflicts, FOLDS), weights(conflicts)
    print(len(conflicts), 'conflicts', len(X), 'rows', len(columns), 'columns', file=sys.stderr, flush=True)
    bare = without_history(X, columns)
    # A third of the merges is learned without its history, as a file in `mortise batch` comes.
    blind = np.array([int(c['merge'][:8], 16) % 3 == 0 for c in conflicts])
    mixed = np.where(np.repeat(blind, np.diff(st))[:, None], bare, X)
    models = cross(mixed, y, st, w, fold, FIRST)
    del mixed
    json.dump([dict(repo=c['repo'], key=c['key'], i=c['i'], n=int(c['k'])) for c in conflicts], open(os.path.join(folder, 'first.order.json'), 'w'))
    for name, data in (('oof', X), ('bare', bare)):
        p = out_of_fold(models, data, st, fold)
        p.astype(np.float32).tofile(os.path.join(folder, f'first.{name}.f32'))
        report.table(f'stage one, {name}', conflicts, p, y, st)
    save(models, columns, folder, 'first')


def mixed(folder, view, p, decided, st):
    base = np.fromfile(os.path.join(folder, 'first.bare.f32' if view == 'bare' else 'first.oof.f32'), np.float32).astype(float)
    alone = forest.softmax(MIXED * np.log(p + 1e-9) + (1 - MIXED) * np.log(base + 1e-9), st)
    return np.where(np.repeat(np.asarray(decided) == 0, np.diff(st)), alone, p)


def second(folder):
    conflicts, _, st, _ = rows.load(folder, False)
    y = rows.targets(conflicts, st)
    columns = json.load(open(os.path.join(folder, 'second.columns.json')))
    fold, w = rows.folds(conflicts, FOLDS), weights(conflicts)
    blocks = {v: np.memmap(os.path.join(folder, f'second.{v}.f32'), np.float32, 'r').reshape(-1, len(columns)) for v in JUDGED}
    parts = []
    last = np.zeros(st[-1], bool)
    last[st[1:] - 1] = True
    for view, weight in VIEWS.items():
        X = blocks[view]
        keep = (X[:, columns.index('p')] >= np.log(WORTH + 1e-4)) | last
        counts = np.add.reduceat(keep.astype(int), st[:-1])
        target = np.where(keep, y, 0)
        lost = np.add.reduceat(target, st[:-1]) == 0
        target[st[1:][lost] - 1] = 1
        parts.append((X[keep], target[keep], counts, w * weight))
    X, target = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    starts = np.concatenate([[0], np.cumsum(np.concatenate([p[2] for p in parts]))]).astype(np.int64)
    print(len(X), 'rows', len(columns), 'columns', file=sys.stderr, flush=True)
    models = cross(X, target, starts, np.concatenate([p[3] for p in parts]), np.tile(fold, len(VIEWS)), SECOND)
    del X, parts
    for view in JUDGED:
        p = mixed(folder, view, out_of_fold(models, np.asarray(blocks[view]), st, fold), blocks[view][st[:-1], columns.index('decided')], st)
        p.astype(np.float32).tofile(os.path.join(folder, f'second.oof.{view}.f32'))
        report.table(f'stage two, {view}', conflicts, p, y, st)
    save(models, columns, folder, 'second')


if __name__ == '__main__':
    commands = dict(first=first, second=second, report=report.main, export=report.export)
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
