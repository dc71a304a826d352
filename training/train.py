#!/usr/bin/env python3
"""Train the ranker from exported features, leave-repositories-out, and write models/rank.json.gz, its report and its plots.

  mortise mine GITDIR… --out CORPUS ; mortise features CORPUS --out FEATURES
  train.py first FEATURES            stage one: out-of-fold probabilities -> FEATURES/first.*.f32, models -> FEATURES/first.*.json
  mortise features --siblings FEATURES        stage two's numbers from them, by the product's own code -> FEATURES/second.*
  train.py first FEATURES SWAPPED    the same, also from the rows of `mortise features --swapped` (not shipped so)
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
import siblings

FOLDS = 5
WORKERS = 2
# Each stage is the mean of so many forests.
BAGS = dict(first=3, second=2)
FIRST = dict(rounds=300, learning_rate=.07, num_leaves=31, min_data_in_leaf=40, feature_fraction=.25, bagging_fraction=.6, max_bin=63)
SECOND = dict(rounds=160, learning_rate=.07, num_leaves=20, min_data_in_leaf=80, feature_fraction=.35, bagging_fraction=.6, max_bin=63)
SWAPPED = .3  # what a conflict weighs that is told from the other branch
HISTORY = ('c.log.', 'k.former.')  # columns of the history of a path
VIEWS = dict(bare=.6, alone=.4, merge=.5, session=.7, random=.6)  # what is known, and what a conflict so seen weighs; see server/mine/siblings.ts
JUDGED = (*VIEWS, 'edited')


def weights(conflicts):
    # repeats of one conflict across merges count once; a merge of a hundred conflicts counts like ten
    per_merge = {m: len(ix) for m, ix in rows.by_merge(conflicts).items()}
    return np.array([(0.2 if c['repeat'] else 1.) * min(1., (12 / per_merge[c['repo'] + c['merge']]) ** .5) for c in conflicts])


def without(X, columns, start, which=slice(None)):
    out = X.copy()
    for i, name in enumerate(columns):
        if name.startswith(start):
            out[which, i] = np.nan
    return out


TASK = {}


def one(task):
    """A forest for fold k, or with k = None for all repositories. Runs in a process of its own on the parent's arrays."""
    k, seed = task
    t = TASK
    a = np.flatnonzero(t['fold'] != k) if k is not None else np.arange(len(t['w']))
    t0 = time.time()
    Xa, ya, sa, _ = rows.take(t['X'], t['y'], t['st'], a)
    model = forest.fit(Xa, ya, sa, t['w'][a], **t['parameters'], seed=seed)
    print(f'fold {k}, seed {seed}: {len(a)} conflicts, {len(Xa)} rows, {time.time() - t0:.0f} s', file=sys.stderr, flush=True)
    return k, model.model_to_string()


def cross(X, y, st, w, fold, parameters, bags):
    """-> {fold or None: its forests, one a seed}"""
    import lightgbm as lgb
    TASK.update(X=X, y=y, st=st, w=w, fold=fold, parameters=parameters)
    models = {}
    with get_context('fork').Pool(WORKERS) as pool:
        for k, text in pool.imap(one, [(k, seed) for k in (*range(FOLDS), None) for seed in range(1, bags + 1)]):
            models.setdefault(k, []).append(lgb.Booster(model_str=text))
    return models


def out_of_fold(models, X, st, fold):
    p = np.zeros(len(X))
    for k in range(FOLDS):
        b = np.flatnonzero(fold == k)
        Xb, _, sb, r = rows.take(X, p, st, b)
        p[r] = forest.softmax(np.mean([m.predict(Xb, raw_score=True, num_threads=WORKERS) for m in models[k]], axis=0), sb)
    return p


def save(models, columns, folder, stage):
    for k, model in models.items():
        name = f'{stage}.json' if k is None else f'{stage}.fold{k}.json'
        json.dump(forest.export(model, columns), open(os.path.join(folder, name), 'w'))
    gain = sorted(zip(np.sum([m.feature_importance('gain') for m in models[None]], axis=0), columns), reverse=True)[:40]
    print('strongest columns: ' + ', '.join(name for _, name in gain))


def prepared(conflicts, X, st, columns):
    """A third of the merges is learned without its history, as a file in `mortise batch` comes, and a quarter without what the
    file is like, as the other conflicts of a merge are seen."""
    lottery = lambda at, of: np.repeat([int(c['merge'][at:at + 8], 16) % of == 0 for c in conflicts], np.diff(st))
    return without(without(X, columns, HISTORY, lottery(0, 3)), columns, 'c.file.', lottery(8, 4))


def first(folder, swapped=None):
    conflicts, X, st, columns = rows.load(folder)
    y, fold, w = rows.targets(conflicts, st), rows.folds(conflicts, FOLDS), weights(conflicts)
    print(len(conflicts), 'conflicts', len(X), 'rows', len(columns), 'columns', file=sys.stderr, flush=True)
    bare = without(X, columns, HISTORY)
    learned = prepared(conflicts, X, st, columns), y, st, w, fold
    if swapped:
        other, Xo, so, same = rows.load(swapped)
        assert same == columns, 'both must be exported by the same code'
        of = {c['repo']: k for c, k in zip(conflicts, fold)}
        extra = prepared(other, Xo, so, columns), rows.targets(other, so), so[1:] + st[-1], weights(other) * SWAPPED, [of[c['repo']] for c in other]
        learned = tuple(np.concatenate(pair) for pair in zip(learned, extra))
    models = cross(*learned, FIRST, BAGS['first'])
    del learned
    json.dump([dict(repo=c['repo'], key=c['key'], i=c['i'], n=int(c['k'])) for c in conflicts], open(os.path.join(folder, 'first.order.json'), 'w'))
    for name, data in (('oof', X), ('bare', bare)):
        p = out_of_fold(models, data, st, fold)
        p.astype(np.float32).tofile(os.path.join(folder, f'first.{name}.f32'))
        report.table(f'stage one, {name}', conflicts, p, y, st)
    save(models, columns, folder, 'first')


def second(folder):
    conflicts, _, st, _ = rows.load(folder, False)
    y = rows.targets(conflicts, st)
    fold, w = rows.folds(conflicts, FOLDS), weights(conflicts)
    learned = [siblings.View(folder, v, st) for v in VIEWS]
    X = np.concatenate([v.X for v in learned])
    target = np.concatenate([v.targets(y) for v in learned])
    starts = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(v.st) for v in learned]))]).astype(np.int64)
    columns = learned[0].columns
    print(len(X), 'rows', len(columns), 'columns', file=sys.stderr, flush=True)
    models = cross(X, target, starts, np.concatenate([w * weight for weight in VIEWS.values()]), np.tile(fold, len(VIEWS)), SECOND, BAGS['second'])
    del X, learned
    for name in JUDGED:
        view = siblings.View(folder, name, st)
        p = view.answers(out_of_fold(models, np.asarray(view.X), view.st, fold))
        p.astype(np.float32).tofile(os.path.join(folder, f'second.oof.{name}.f32'))
        report.table(f'stage two, {name}', conflicts, p, y, st)
    save(models, columns, folder, 'second')


if __name__ == '__main__':
    commands = dict(first=first, second=second, report=report.main, export=report.export)
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
