#!/usr/bin/env python3
"""Train the ranker from exported features, leave-repositories-out, and write models/rank.json.gz, its report and its plots.

  mortise mine GITDIR… --out CORPUS ; mortise features CORPUS --out FEATURES
  mortise features CORPUS --out APART --apart         what the others of a merge see of each conflict
  mortise features CORPUS --out SWAPPED --swapped     each merge as seen from the other branch
  train.py first FEATURES APART SWAPPED    stage one: out-of-fold probabilities -> FEATURES/first.*.f32, models -> FEATURES/first.*.json
  mortise features --siblings FEATURES APART       stage two's numbers from them, by the product's own code -> FEATURES/second.*
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
APART = .3  # and one without what stands around it; of one merge in three
FORMER = ('c.log.former', 'k.former.')  # columns of the earlier versions of a path
HISTORY = ('c.log.', 'k.former.')  # and of its history altogether
# what is known, and what a conflict so seen weighs; see server/mine/siblings.ts
VIEWS = {'bare': .6, 'alone': .4, 'merge': .4, 'session': .6, 'random': .5, 'told': .3, 'told session': .5}
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
    """A third of the merges is learned without its history, as a file in `mortise batch` comes, another sixth without earlier
    versions, and a quarter without what the file is like, as a request about one conflict comes."""
    lottery = lambda at, of: np.repeat([drawn(c, at, of) for c in conflicts], np.diff(st))
    X = without(X, columns, HISTORY, lottery(0, 3))
    return without(without(X, columns, FORMER, lottery(16, 4)), columns, 'c.file.', lottery(8, 4))


def drawn(conflict, at, of):
    return int(conflict['merge'][at:at + 8], 16) % of == 0


def first(folder, apart, swapped):
    conflicts, X, st, columns = rows.load(folder)
    y, fold, w = rows.targets(conflicts, st), rows.folds(conflicts, FOLDS), weights(conflicts)
    print(len(conflicts), 'conflicts', len(X), 'rows', len(columns), 'columns', file=sys.stderr, flush=True)
    learned = [(prepared(conflicts, X, st, columns), y, st, w, fold)]
    of = {c['repo']: k for c, k in zip(conflicts, fold)}
    for other, weight, kept in ((apart, APART, lambda c: drawn(c, 24, 3)), (swapped, SWAPPED, lambda c: True)):
        theirs, Xo, so, same = rows.load(other)
        assert same == columns, 'all must be exported by the same code'
        here = np.array([i for i, c in enumerate(theirs) if kept(c)])
        Xo, yo, so, _ = rows.take(prepared(theirs, Xo, so, columns), rows.targets(theirs, so), so, here)
        learned.append((Xo, yo, so, weights(theirs)[here] * weight, np.array([of[theirs[i]['repo']] for i in here])))
    models = cross(*together(learned), FIRST, BAGS['first'])
    del learned
    views = dict(oof=X, bare=without(X, columns, HISTORY), told=without(X, columns, (*FORMER, 'c.file.')))
    listed(folder, 'first.order.json', conflicts)
    for name, data in views.items():
        p = out_of_fold(models, data, st, fold)
        p.astype(np.float32).tofile(os.path.join(folder, f'first.{name}.f32'))
        report.table(f'stage one, {name}', conflicts, p, y, st)
    del views, X
    theirs, Xa, sa, _ = rows.load(apart)
    p = out_of_fold(models, Xa, sa, np.array([of[c['repo']] for c in theirs]))
    listed(folder, 'first.apart.order.json', theirs)
    p.astype(np.float32).tofile(os.path.join(folder, 'first.apart.f32'))
    report.table('stage one, apart', theirs, p, rows.targets(theirs, sa), sa)
    save(models, columns, folder, 'first')


def together(parts):
    """Rows, targets, offsets, weights and folds, one behind the other."""
    X, y, st, w, fold = zip(*parts)
    starts = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(s) for s in st]))]).astype(np.int64)
    return np.concatenate(X), np.concatenate(y), starts, np.concatenate(w), np.concatenate(fold)


def listed(folder, name, conflicts):
    json.dump([dict(repo=c['repo'], key=c['key'], i=c['i'], n=int(c['k'])) for c in conflicts], open(os.path.join(folder, name), 'w'))


def second(folder):
    conflicts, _, st, _ = rows.load(folder, False)
    y = rows.targets(conflicts, st)
    fold, w = rows.folds(conflicts, FOLDS), weights(conflicts)
    learned = [siblings.View(folder, v, st) for v in VIEWS]
    columns = learned[0].columns
    rows_ = together([(np.asarray(v.X), v.targets(y), v.st, w * weight, fold) for v, weight in zip(learned, VIEWS.values())])
    print(len(rows_[0]), 'rows', len(columns), 'columns', file=sys.stderr, flush=True)
    models = cross(*rows_, SECOND, BAGS['second'])
    del rows_, learned
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
