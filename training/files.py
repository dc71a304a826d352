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
import siblings
import tiers

FOLDS = 5
ROUNDS = 200
PARAMETERS = dict(objective='binary', learning_rate=.05, num_leaves=12, min_data_in_leaf=60, feature_fraction=.3, bagging_fraction=.6,
                  bagging_freq=1, lambda_l2=10., max_bin=63, verbose=-1, num_threads=1, seed=1, deterministic=True, force_row_wise=True)
THROWN = 3  # files of a merge from which it can be said that one side was thrown away
LEAST = 60  # files from which a coverage is read; half as many must be just at a threshold
PROMISED = .8  # of what is likely
SAFE = .96  # sought of files of safe answers, where a merge counts for a few at most: new repositories cost a little of the promised .95
STEPS = np.arange(.9, .97, .01)  # of the file as a whole, once conflicts of its merge were decided
BEFOREHAND = .95  # and the least before: so few files are safe then that nothing else holds what is promised


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
        self.least = np.array([min(f['conf']) for f in self.files])
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
        # Merges in which every conflicted file is that of the same parent: one side was thrown away.
        parents = {}
        for f in self.files:
            parents.setdefault(f['repo'] + f['merge'], []).append(f['parent'])
        self.thrown = np.array([len(of) >= THROWN and len(set(of)) == 1 and of[0] is not None for f in self.files for of in [parents[f['repo'] + f['merge']]]])
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


class Calibration:
    """What is said of a file -> how often it came true: points on the numbers of other folds, straight lines between."""

    def __init__(self, d, raw):
        self.fold = d.fold
        # Beyond the surest group a line to certainty: else nothing could be asked for above it.
        points = lambda which: [*forest.isotonic(raw[which], d.right[which]), (1., 1.)]
        self.all = points(np.ones(len(raw), bool))
        self.without = [points(d.fold != k) for k in range(FOLDS)]

    def of(self, raw, without=None):
        """By one set of points: those of all folds, or of all but one."""
        return forest.calibrated(self.all if without is None else self.without[without], raw)

    def __call__(self, raw):
        out = np.zeros(len(raw))
        for k in range(FOLDS):
            out[self.fold == k] = forest.calibrated(self.without[k], raw[self.fold == k])
        return out


class Tiers:
    """Where conflicts and files are likely, chosen on some repositories; and the masks of files that follow."""

    def __init__(self, d, ranked):
        conflicts, st = d.conflicts, d.st
        y = rows.targets(conflicts, st)
        read = lambda view: np.fromfile(os.path.join(ranked, f'second.oof.{view}.f32'), np.float32).astype(float)
        self.views = {v: forest.summary(read(v), y, st) for v in ('bare', 'alone', 'session')}
        decided = siblings.View(ranked, 'session', st).decided
        self.fold = rows.folds(conflicts, FOLDS)
        self.new = np.array([not c['repeat'] for c in conflicts])
        self.free = np.array([c.get('cap', 'safe') != 'possible' for c in conflicts])
        files = tiers.Files(conflicts)
        _, done, _ = tiers.nested(conflicts, self.fold, self.views, decided, files)
        key = [conflicts[i]['key'] for i in files.first]
        at = {name: dict(zip(key, done[f'bare {name}'])) for name in ('safe', 'likely')}
        free = dict(zip(key, files.every(self.free)))
        self.before = {name: np.array([bool(at[name].get(f['key'], False)) for f in d.files]) for name in at}
        self.may = np.array([bool(free.get(f['key'], False)) for f in d.files])
        # The same files once conflicts of their merge were decided: safe answers, whether they are right, and how sure together.
        place = {k: i for i, k in enumerate(key)}
        at = np.array([place.get(f['key'], -1) for f in d.files])
        of = lambda values: np.where(at >= 0, np.asarray(values)[at], 0)
        self.later = dict(safe=of(done['session safe'] & files.every(decided >= tiers.SIBLINGS)).astype(bool) & ~warned(d),
                          right=of(files.every(self.views['session']['ok'])).astype(bool) & d.whole,
                          product=of(files.together(self.views['session'])))

    def choose(self, d, raw, calibration, without=None):
        # Nothing of the fold left out is in the points either.
        number = calibration.of(raw, without)
        c, f = (np.ones(len(self.fold), bool), np.ones(len(d.fold), bool)) if without is None else (self.fold != without, d.fold != without)
        c &= self.new
        both = [np.concatenate([self.views[v][x][c] for v in ('bare', 'alone')]) for x in ('conf', 'ok')]
        likely = just_there(number[f & self.may], d.right[f & self.may], .05)
        later = safe_from(d, f & self.later['safe'], calibration.of(self.after(d, raw), without), self.later['right'])
        return dict(conflict=just_there(*both, .03), file=likely, safeDecided=max(likely, later),
                    safe=max(likely, later, BEFOREHAND, safe_from(d, f & self.before['safe'] & ~warned(d), number, d.right)))

    def after(self, d, raw):
        return self.later['product'] * raw / np.maximum(d.product, 1e-9)

    def masks(self, d, number, found):
        safe = self.before['safe'] & ~warned(d) & (number >= found['safe'])
        return dict(safe=safe, likely=self.may & (d.least >= found['conflict']) & (number >= found['file']))


def safe_from(d, which, number, right):
    """The least number from which files of safe answers are right as often as promised, merges aside that threw one side away: of
    how conflicts are resolved they say nothing, and nothing in a file tells them. What is reported counts them."""
    for t in STEPS:
        m = which & (number >= t) & ~d.thrown
        if m.sum() < LEAST / 2:
            break
        if np.average(right[m], weights=tiers.capped(d.files, m)[m]) >= SAFE:
            return round(float(t), 3)
    return 1.


def just_there(number, right, width):
    """The least number from which those just there, and all those above, are right as often as promised."""
    for t in np.arange(PROMISED, .95, .01):
        near = (number >= t) & (number < t + width)
        if near.sum() >= LEAST / 2 and right[near].mean() >= PROMISED and right[number >= t].mean() >= PROMISED:
            return round(float(t), 3)
    return 1.


def warned(d):
    """Files of which something is told; in these nothing is safe."""
    return np.array([bool(f['aftermath']) for f in d.files])


def coverage(d, number, precision, mask):
    return forest.coverage_at(number[mask], d.right[mask], precision, LEAST)


def share(n, of):
    return f'{100 * n / max(1, of):.1f}'


def report(folder, ranked):
    d = Data(folder, ranked)
    rest, models = out_of_fold(d)
    raw = d.product * rest
    calibration = Calibration(d, raw)
    number = calibration(raw)
    every, new = np.ones(len(d.files), bool), ~d.repeat
    base = d.whole.mean()
    print(f'{len(d.files)} files of {len(set(d.repo))} repositories, {share(d.whole.sum(), len(d.whole))} % changed nowhere else, {share(d.right.sum(), len(d.right))} % right; {len(d.columns)} columns')
    loss = lambda p, y: -np.mean(np.where(y, np.log(p), np.log(1 - p)))
    print(f'log loss of "nothing else is changed": {loss(rest, d.whole):.4f}, of the base rate {loss(np.full(len(rest), base), d.whole):.4f}; AUC {auc(rest, d.whole):.3f}')
    print('strongest: ' + ', '.join(n for _, n in sorted(zip(models[0].feature_importance('gain'), d.columns), reverse=True)[:30]))
    scores = dict(least=d.least, product=d.product, number=number)
    print('\n| surest share | least: right % | product | number | met for the first time: least | product | number |\n|---|---|---|---|---|---|---|')
    for part in (.02, .05, .08, .1, .125, .15, .2, .3, .5):
        cells = []
        for mask in (every, new):
            for score in scores.values():
                order = np.argsort(-score[mask], kind='stable')
                cells.append(share(d.right[mask][order][:int(part * mask.sum())].sum(), int(part * mask.sum())))
        print(f'| {part} | ' + ' | '.join(cells) + ' |')
    print('\n| right at least | least: % of files | product | number | met for the first time: least | product | number |\n|---|---|---|---|---|---|---|')
    for wanted in (.65, .8, .85, .9, .95):
        print(f'| {wanted} | ' + ' | '.join(f'{coverage(d, s, wanted, m)[0]:.1f}' for m in (every, new) for s in scores.values()) + ' |')
    for wanted in (.65, .9, .95):
        for name, score in scores.items():
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
    t = Tiers(d, ranked)
    print('\n| --apply | resolved | share % | right % | lower bound | nothing else changed % | right of those % | met for the first time: right % | no merge for more than 5: right % | but for merges that threw a side away | right % |\n|---|---|---|---|---|---|---|---|---|---|---|')
    line = lambda name, m, right=d.right: print(f'| {name} | {m.sum()} | {share(m.sum(), len(m))} | {share(right[m].sum(), m.sum())} | {100 * tiers.bound(right[m], d.repo[m]):.1f} | {share(d.whole[m].sum(), m.sum())} | {share(right[m & d.whole].sum(), (m & d.whole).sum())} | {share(right[m & new].sum(), (m & new).sum())} | {100 * np.average(right[m], weights=tiers.capped(d.files, m)[m]):.1f} | {(m & ~d.thrown).sum()} | {share(right[m & ~d.thrown].sum(), (m & ~d.thrown).sum())} |')
    got = {name: np.zeros(len(d.files), bool) for name in (*t.before, 'later')}
    conflicts, per = np.zeros(len(t.fold), bool), []
    for k in range(FOLDS):
        per.append(t.choose(d, raw, calibration, k))
        conflicts |= (t.fold == k) & t.free & (t.views['bare']['conf'] >= per[k]['conflict'])
        for name, m in t.masks(d, number, per[k]).items():
            got[name] |= (d.fold == k) & m
        got['later'] |= (d.fold == k) & t.later['safe'] & (calibration(t.after(d, raw)) >= per[k]['safeDecided'])
    line('safe, two and more decided, without the number and a warning', t.later['safe'], t.later['right'])
    line('– with it', got.pop('later'), t.later['right'])
    for name in got:
        line(f'{name}, without the file\'s number', t.before[name])
        line(f'{name}, with it', got[name])
    m, ok = conflicts & t.new, t.views['bare']['ok']
    print(f'conflicts that are likely by themselves: {m.sum()} ({share(m.sum(), t.new.sum())} %), right {share(ok[m].sum(), m.sum())} %; thresholds of the other folds {per}')


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
    calibration = Calibration(d, d.product * rest)
    found = Tiers(d, ranked).choose(d, d.product * rest, calibration, None if without is None else int(without))
    points = calibration.all if without is None else calibration.without[int(without)]
    trees = forest.export(model, d.columns)
    data = json.dumps(dict(version=1, rest=trees, calibration=points, thresholds=found), separators=(',', ':')).encode()
    with open(out, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
        f.write(data)
    print(f'{out}: {os.path.getsize(out) / 1024:.0f} KB; {found}')


if __name__ == '__main__':
    commands = dict(report=report, warnings=warnings, export=export)
    if len(sys.argv) < 4 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
