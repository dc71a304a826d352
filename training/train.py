#!/usr/bin/env python3
"""Train the ranker from exported features, leave-repositories-out, and write models/rank.json.gz and the report.

  mortise mine GITDIR… --out CORPUS ; mortise features CORPUS --out FEATURES
  train.py first FEATURES            stage one: out-of-fold probabilities -> FEATURES/first.oof.f32, model -> FEATURES/first.json
  mortise features --siblings FEATURES        stage two's features from them, by the product's own code -> FEATURES/second.*
  train.py second FEATURES           stage two, report on standard output, model -> FEATURES/second.json
  train.py export FEATURES MODEL     both models and the measured thresholds -> MODEL (models/rank.json.gz)
"""
import gzip
import json
import os
import sys
import time

import numpy as np

import forest
import rows

FOLDS = 5
ROUNDS = dict(first=260, second=120)


def weights(conflicts):
    # repeats of one conflict across merges count once; a merge of a hundred conflicts counts like ten
    per_merge = {m: len(ix) for m, ix in rows.by_merge(conflicts).items()}
    return np.array([(0.2 if c['repeat'] else 1.) * min(1., (12 / per_merge[c['repo'] + c['merge']]) ** .5) for c in conflicts])


def cross(X, y, st, w, fold, rounds, **more):
    p = np.zeros(len(y))
    for k in range(FOLDS):
        t0 = time.time()
        a, b = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        Xa, ya, sa, _ = rows.take(X, y, st, a)
        model = forest.fit(Xa, ya, sa, w[a], rounds, **more)
        Xb, _, sb, r = rows.take(X, y, st, b)
        p[r] = forest.softmax(model.predict(Xb, raw_score=True), sb)
        print(f'fold {k}: {len(a)} -> {len(b)} conflicts, {time.time() - t0:.0f} s', file=sys.stderr, flush=True)
    return p


def first(folder):
    conflicts, X, st, columns = rows.load(folder)
    y, fold, w = rows.targets(conflicts, st), rows.folds(conflicts, FOLDS), weights(conflicts)
    print(len(conflicts), 'conflicts', len(X), 'rows', len(columns), 'columns', file=sys.stderr)
    p = cross(X, y, st, w, fold, ROUNDS['first'])
    p.astype(np.float32).tofile(os.path.join(folder, 'first.oof.f32'))
    json.dump([dict(repo=c['repo'], key=c['key'], i=c['i'], n=int(c['k'])) for c in conflicts], open(os.path.join(folder, 'first.order.json'), 'w'))
    report('stage one: the conflict alone', conflicts, p, y, st)
    model = forest.fit(X, y, st, w, ROUNDS['first'])
    json.dump(forest.export(model, columns), open(os.path.join(folder, 'first.json'), 'w'))
    gain = sorted(zip(model.feature_importance('gain'), columns), reverse=True)[:25]
    print('\nstrongest columns: ' + ', '.join(name for _, name in gain))


def report(title, conflicts, p, y, st, extra=()):
    s = forest.summary(p, y, st)
    lang = np.array([c['lang'] for c in conflicts])
    new = np.array([not c['repeat'] for c in conflicts])
    print(f'\n### {title}\n\n{forest.HEAD}')
    print(forest.line('all', s, new))
    for name, mask in extra:
        print(forest.line(name, s, new & mask))
    for name in sorted(set(lang), key=lambda x: -(lang == x).sum()):
        if (lang == name).sum() >= 60:
            print(forest.line(name, s, new & (lang == name)))
    return s


VARIANTS = ['alone', 'file', 'merge', 'session']  # what is known of siblings: nothing, open of the file, open of the merge, decided before it


def second(folder):
    conflicts, _, st, _ = rows.load(folder)
    y1 = rows.targets(conflicts, st)
    columns = json.load(open(os.path.join(folder, 'second.columns.json')))
    blocks = [np.fromfile(os.path.join(folder, f'second.{v}.f32'), np.float32).reshape(-1, len(columns)) for v in VARIANTS]
    n = len(conflicts)
    X, y = np.concatenate(blocks), np.tile(y1, len(VARIANTS))
    all_st = np.concatenate([st[:-1] + k * st[-1] for k in range(len(VARIANTS))] + [[len(VARIANTS) * st[-1]]]).astype(np.int64)
    fold, w = np.tile(rows.folds(conflicts, FOLDS), len(VARIANTS)), weights(conflicts)
    w = np.concatenate([w * v for v in (.5, .5, .5, 1.)])
    small = dict(num_leaves=15, learning_rate=.06, feature_fraction=.5, min_data_in_leaf=60)
    p = cross(X, y, all_st, w, fold, ROUNDS['second'], **small)
    p.astype(np.float32).tofile(os.path.join(folder, 'second.oof.f32'))
    decided = blocks[3][st[:-1], columns.index('decided')]
    for k, name in enumerate(VARIANTS):
        part = p[k * st[-1]:(k + 1) * st[-1]]
        extra = [('first conflict of its merge', decided == 0), ('1 decided', decided == 1), ('2–5 decided', (decided > 1) & (decided < 6)), ('6 and more', decided > 5)] if name == 'session' else []
        report(f'stage two, siblings known: {name}', conflicts, part, y1, st, extra)
    model = forest.fit(X, y, all_st, w, ROUNDS['second'], **small)
    json.dump(forest.export(model, columns), open(os.path.join(folder, 'second.json'), 'w'))


def export(folder, out):
    """Thresholds from the out-of-fold predictions: the confidence at which the part above it has the precision."""
    conflicts, _, st, _ = rows.load(folder)
    y = rows.targets(conflicts, st)
    p = np.fromfile(os.path.join(folder, 'second.oof.f32'), np.float32).astype(float)
    part = lambda k: p[k * st[-1]:(k + 1) * st[-1]]
    new = np.array([not c['repeat'] for c in conflicts])
    alone, session = (forest.summary(part(k), y, st) for k in (0, 3))
    columns = json.load(open(os.path.join(folder, 'second.columns.json')))
    second_rows = np.fromfile(os.path.join(folder, 'second.session.f32'), np.float32).reshape(-1, len(columns))
    decided = second_rows[st[:-1], columns.index('decided')]
    several = new & (decided >= 2)
    cover, safe = forest.coverage_at(session['conf'][several], session['ok'][several], .97)
    every = np.concatenate([alone['conf'][new], session['conf'][new]]), np.concatenate([alone['ok'][new], session['ok'][new]])
    bins = [(t, every[1][(every[0] >= t) & (every[0] < t + .03)]) for t in np.arange(.5, .97, .01)]
    likely = next((t for t, ok in bins if len(ok) >= 30 and ok.mean() >= .8), .85)
    rules = []
    for origin in RULES:
        has = np.array([any(origin in g for g in c['gens']) and origin in c['gens'][alone['best'][i]] for i, c in enumerate(conflicts)]) & new
        for at in (0., .5, .6, .7, .75, .8, .83, .86, .88, .9, .91, .92, .93, .94, .95, .96, .97):
            m = has & (alone['conf'] >= at)
            if m.sum() >= 100 and alone['ok'][m].mean() >= .955:
                rules.append(dict(origin=origin, right=int(alone['ok'][m].sum()), of=int(m.sum()), atLeast=at))
                break
        print(f'rule {origin}: {int((has & alone["ok"]).sum())} of {int(has.sum())}', rules[-1] if rules and rules[-1]['origin'] == origin else 'not safe')
    model = dict(version=1, first=json.load(open(os.path.join(folder, 'first.json'))), second=json.load(open(os.path.join(folder, 'second.json'))),
                 thresholds=dict(likely=round(float(likely), 3), safe=round(float(safe), 3), safeSiblings=2), safeRules=rules)
    data = json.dumps(model, separators=(',', ':')).encode()
    with open(out, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
        f.write(data)
    print(f'{out}: {os.path.getsize(out) / 1024:.0f} KB; safe from {safe:.3f} with two decided ({cover:.1f} % of those conflicts), likely from {likely:.2f}')


RULES = ['same change', 'larger version', 'import set', 'key by key', 'left only reformats', 'right only reformats', 'structured merge', 'token merge',
         'changelog', 'union minus deletions']

if __name__ == '__main__':
    if len(sys.argv) < 3 or sys.argv[1] not in ('first', 'second', 'export'):
        sys.exit(__doc__)
    dict(first=first, second=second, export=export)[sys.argv[1]](*sys.argv[2:])
