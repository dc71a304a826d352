#!/usr/bin/env python3
"""Train the forest that judges a file as a whole: will anything outside of its conflicts be changed by hand?

  mortise features --files RANKED CORPUS… --out FILES   RANKED: where `train.py second` left its out-of-fold answers
  files.py warnings FILES RANKED             how often each semantic warning means a file that is changed by hand, or wrong
  files.py report FILES RANKED               leave-repositories-out: what the file's number is worth; every table of the card
  files.py export FILES RANKED MODEL [K]     the forest and its thresholds -> MODEL (models/file.json.gz); K as in train.py
"""
import glob
import gzip
import json
import os
import sys

import lightgbm as lgb
import numpy as np

import forest
import rows
import tiers

FOLDS = 5
ROUNDS = 150
PARAMETERS = dict(objective='binary', learning_rate=.05, num_leaves=12, min_data_in_leaf=60, feature_fraction=.3, bagging_fraction=.6,
                  bagging_freq=1, lambda_l2=10., max_bin=63, verbose=-1, num_threads=1, seed=1, deterministic=True, force_row_wise=True)
LEAST = 60  # files without which no threshold is chosen
PROMISED = dict(safe=.95, likely=.8)
TIERS = ('safe', 'likely')


class Data:
    def __init__(self, folder, ranked):
        self.columns = json.load(open(os.path.join(folder, 'columns.json')))
        self.files, blocks = [], []
        for meta in sorted(glob.glob(os.path.join(folder, '*.jsonl'))):
            here = [json.loads(line) for line in open(meta) if line.strip()]
            self.files += here
            if here:
                blocks.append(np.fromfile(meta[:-6] + '.f32', np.float32).reshape(-1, len(self.columns)))
        self.X = np.concatenate(blocks).astype(float)
        assert len(self.X) == len(self.files)
        self.whole = np.array([f['whole'] for f in self.files])
        self.right = np.array([f['verdict'] != 'wrong' for f in self.files])
        self.product = np.array([float(np.prod(f['conf'])) for f in self.files])
        self.repo = np.array([f['repo'] for f in self.files])
        conflicts, _, self.st, _ = rows.load(ranked, False)
        self.conflicts = conflicts
        of = {c['repo']: k for c, k in zip(conflicts, rows.folds(conflicts, FOLDS))}
        self.fold = np.array([of[r] for r in self.repo])
        # a file merged again with the same conflicts says nothing new; a merge of a hundred files counts like a few
        repeated = {}
        for c in conflicts:
            repeated[c['key']] = repeated.get(c['key'], True) and c['repeat']
        self.repeat = np.array([repeated.get(f['key'], False) for f in self.files])
        per = {}
        for f in self.files:
            per[f['repo'] + f['merge']] = per.get(f['repo'] + f['merge'], 0) + 1
        merge = np.array([per[f['repo'] + f['merge']] for f in self.files])
        self.weight = np.where(self.repeat, .2, 1.) * np.minimum(1., (12 / merge) ** .5)


def fit(d, which):
    data = lgb.Dataset(d.X[which], d.whole[which].astype(float), weight=d.weight[which], params=dict(max_bin=63, verbose=-1, num_threads=1))
    return lgb.train(PARAMETERS, data, ROUNDS)


def out_of_fold(d):
    """-> (chance that the rest stays as it is, for every file by a forest that never saw its repository; the forests)"""
    rest, models = np.zeros(len(d.files)), {}
    for k in range(FOLDS):
        models[k] = fit(d, d.fold != k)
        rest[d.fold == k] = models[k].predict(d.X[d.fold == k])
    return rest, models


def tiered(d, ranked):
    """Masks of files: every conflict in the tier and together sure enough, thresholds of conflicts chosen on the other folds."""
    conflicts, st = d.conflicts, d.st
    y = rows.targets(conflicts, st)
    summary = lambda view: forest.summary(np.fromfile(os.path.join(ranked, f'second.oof.{view}.f32'), np.float32).astype(float), y, st)
    views = {v: summary(v) for v in ('bare', 'alone', 'session')}
    columns = json.load(open(os.path.join(ranked, 'second.columns.json')))
    session = np.memmap(os.path.join(ranked, 'second.session.f32'), np.float32, 'r').reshape(-1, len(columns))
    files = tiers.Files(conflicts)
    _, done, _ = tiers.nested(conflicts, rows.folds(conflicts, FOLDS), views, np.array(session[st[:-1], columns.index('decided')]), files)
    key = [conflicts[i]['key'] for i in files.first]
    at = {name: dict(zip(key, done[f'bare {name}'])) for name in TIERS}
    return {name: np.array([bool(at[name].get(f['key'], False)) for f in d.files]) for name in TIERS}


def warned(d):
    """Files of which something is told; in these nothing is safe."""
    return np.array([bool(f['aftermath']) for f in d.files])


def threshold(number, right, repo, promised):
    """The least number from which files are right as often as promised, as a lower bound over repositories; else the best."""
    best = (0., 1.)
    for t in np.arange(0, .985, .01):
        m = number >= t
        if m.sum() < LEAST:
            break
        share = tiers.bound(right[m], repo[m])
        if share >= promised:
            return round(float(t), 3)
        best = max(best, (share, round(float(t), 3)))
    return best[1]


def thresholds(d, number, masks, seen):
    found = {}
    for name in TIERS:
        m = seen & masks[name] & (~warned(d) if name == 'safe' else True)
        found[name] = threshold(number[m], d.right[m], d.repo[m], PROMISED[name])
    return found


def coverage(d, number, precision, mask):
    return forest.coverage_at(number[mask], d.right[mask], precision, 60)


def share(n, of):
    return f'{100 * n / max(1, of):.1f}'


def report(folder, ranked):
    d = Data(folder, ranked)
    rest, models = out_of_fold(d)
    number = d.product * rest
    every, new = np.ones(len(d.files), bool), ~d.repeat
    base = d.whole.mean()
    print(f'{len(d.files)} files of {len(set(d.repo))} repositories, {share(d.whole.sum(), len(d.whole))} % changed nowhere else, {share(d.right.sum(), len(d.right))} % right; {len(d.columns)} columns')
    loss = lambda p, y: -np.mean(np.where(y, np.log(p), np.log(1 - p)))
    print(f'log loss of "nothing else is changed": {loss(rest, d.whole):.4f}, of the base rate {loss(np.full(len(rest), base), d.whole):.4f}; AUC {auc(rest, d.whole):.3f}')
    print('strongest: ' + ', '.join(n for _, n in sorted(zip(models[0].feature_importance('gain'), d.columns), reverse=True)[:30]))
    print('\n| surest share | product alone: right % | file\'s number: right % | new files: product | number |\n|---|---|---|---|---|')
    for part in (.02, .05, .08, .1, .125, .15, .2, .3, .5):
        cells = []
        for mask in (every, new):
            for score in (d.product, number):
                order = np.argsort(-score[mask], kind='stable')
                cells.append(share(d.right[mask][order][:int(part * mask.sum())].sum(), int(part * mask.sum())))
        print(f'| {part} | ' + ' | '.join(cells) + ' |')
    print('\n| right at least | product alone: % of files | file\'s number | new files: product | number |\n|---|---|---|---|---|')
    for wanted in (.65, .8, .85, .9, .95):
        print(f'| {wanted} | ' + ' | '.join(f'{coverage(d, s, wanted, m)[0]:.1f}' for m in (every, new) for s in (d.product, number)) + ' |')
    for wanted in (.65, .9, .95):
        for name, score in (('product', d.product), ('number', number)):
            got, ts = np.zeros(len(d.files), bool), []
            for k in range(FOLDS):
                _, t = coverage(d, score, wanted, d.fold != k)
                ts.append(round(float(t), 3))
                got |= (d.fold == k) & (score >= t)
            print(f'sought {wanted} by the {name}, thresholds of the other folds {ts}: resolved {share(got.sum(), len(got))} %, right {share(d.right[got].sum(), len(got))} % of files, precision {share(d.right[got].sum(), got.sum())} %')
    print('\ncalibration of the number:')
    for lo in np.arange(0, 1, .1):
        m = (number >= lo) & (number < lo + .1)
        if m.sum() > 30:
            print(f'{lo:.1f}: {m.sum()} files, said {number[m].mean():.3f}, right {d.right[m].mean():.3f}')
    masks = tiered(d, ranked)
    print('\n| --apply | resolved | share % | right % | nothing else changed % | right of those % |\n|---|---|---|---|---|---|')
    line = lambda name, m: print(f'| {name} | {m.sum()} | {share(m.sum(), len(m))} | {share(d.right[m].sum(), m.sum())} | {share(d.whole[m].sum(), m.sum())} | {share(d.right[m & d.whole].sum(), (m & d.whole).sum())} |')
    per = [thresholds(d, number, masks, d.fold != k) for k in range(FOLDS)]
    for name in TIERS:
        line(f'{name}, as before', masks[name])
        line(f'{name}, without a warning', masks[name] & ~warned(d))
        got = np.zeros(len(d.files), bool)
        for k in range(FOLDS):
            got |= (d.fold == k) & masks[name] & (number >= per[k][name])
        if name == 'safe':
            got &= ~warned(d)
        line(f"{name}, the file's number at least {[p[name] for p in per]}", got)


def auc(score, y):
    order = np.argsort(score, kind='stable')
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    n = y.sum()
    return (rank[y].sum() - n * (n + 1) / 2) / (n * (len(y) - n))


def warnings(folder, ranked):
    d = Data(folder, ranked)
    kinds = sorted({a['kind'] for f in d.files for a in f['aftermath'] or []})
    read = np.array([f['aftermath'] is not None for f in d.files])
    sure = read & (d.product >= .7)
    print(f'{read.sum()} files with trees: {share((~d.whole[read]).sum(), read.sum())} % changed by hand elsewhere, {share((~d.right[read]).sum(), read.sum())} % wrong; product ≥ .7: {sure.sum()}, {share((~d.whole[sure]).sum(), sure.sum())} %, {share((~d.right[sure]).sum(), sure.sum())} %')
    print('\n| warning | files | repositories | changed elsewhere % | file wrong % | product ≥ .7 | changed elsewhere % | wrong % |\n|---|---|---|---|---|---|---|---|')
    for kind in [*kinds, 'any']:
        m = read & np.array([any(kind in (a['kind'], 'any') for a in f['aftermath'] or []) for f in d.files])
        s = m & sure
        print(f'| {kind} | {m.sum()} | {len(set(d.repo[m]))} | {share((~d.whole[m]).sum(), m.sum())} | {share((~d.right[m]).sum(), m.sum())} | {s.sum()} | {share((~d.whole[s]).sum(), s.sum())} | {share((~d.right[s]).sum(), s.sum())} |')


def export(folder, ranked, out, without=None):
    d = Data(folder, ranked)
    rest, models = out_of_fold(d)
    seen = np.ones(len(d.files), bool) if without is None else d.fold != int(without)
    model = fit(d, seen) if without is None else models[int(without)]
    found = thresholds(d, d.product * rest, tiered(d, ranked), seen)
    trees = forest.export(model, d.columns)
    data = json.dumps(dict(version=1, rest=trees, thresholds=found), separators=(',', ':')).encode()
    with open(out, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
        f.write(data)
    print(f'{out}: {os.path.getsize(out) / 1024:.0f} KB; {found}')


if __name__ == '__main__':
    commands = dict(report=report, warnings=warnings, export=export)
    if len(sys.argv) < 4 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
