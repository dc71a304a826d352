#!/usr/bin/env python3
"""Train the ranker of completions from exported rows, leave-repository-out, with its calibration and its threshold.

Nested: for each repository, model, calibration and threshold are made on the others alone; the confidences from which
calibration and threshold are made come from models that saw neither that repository nor the one they judge. Holes behind
--learn are only learned from, never judged: drawn without the checker's answers (--checks 0), or by earlier generators (columns
they lack are unknown). A repository that is left out is left out of these too.

  npm run bench:items -- --imports mixed --no-context --rows ROWS [--checks 0] CHECKOUT…
  items.py ROWS… [--learn ROWS…]           report on standard output
  items.py ROWS… [--learn ROWS…] --out MODEL (models/complete.json.gz)
  items.py ROWS… [--learn ROWS…] --folds FOLDER: for each repository the model that has not seen it
  items.py ROWS… --later MODEL: what stands behind the first, measured on repositories that the model has not seen, into its file
"""
import argparse
import collections
import gzip
import itertools
import json
import os

import numpy as np

import forest

SMALL = dict(learning_rate=.06, num_leaves=12, min_data_in_leaf=25, feature_fraction=.2, bagging_fraction=.6, lambda_l2=20.,
             min_sum_hessian_in_leaf=.5)
ROUNDS = 160
PRECISION = .6
LEAST = .5  # nothing is shown unasked that is likelier wrong than right
ACCEPTED, REFUSED = 1, 2
CHECKED, ENOUGH = 40, 10  # as in server/complete/items/checkItems.ts


def load(folders, learned=()):
    holes, parts, columns = [], [], None
    for folder in [*folders, *learned]:
        if not os.path.exists(os.path.join(folder, 'holes.jsonl')):
            continue  # a draw that gave nothing
        found = json.load(open(os.path.join(folder, 'columns.json')))
        columns = columns or found
        assert columns == found or folder in learned, f'{folder} has other columns'
        own = [json.loads(line) for line in open(os.path.join(folder, 'holes.jsonl'))]
        given = np.fromfile(os.path.join(folder, 'rows.f32'), np.float32).reshape(-1, len(found))
        assert len(given) == sum(h['count'] + 1 for h in own), folder
        rows = np.full((len(given), len(columns)), np.nan, np.float32)
        for i, name in enumerate(columns):
            if name in found:
                rows[:, i] = given[:, found.index(name)]
        holes += [{**h, 'judged': folder in folders} for h in own]
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


def places(holes, score, st):
    """per hole: the ten best by score that the checker did not refuse; -inf is not offered"""
    for i, h in enumerate(holes):
        own, check = score[st[i]:st[i + 1] - 1], np.array(h['checks'], int)
        yield i, h, own, check, [k for k in np.argsort(-own, kind='stable') if check[k] != REFUSED and own[k] > -np.inf][:10]


def refused(own, check):
    """share of what the checker refuses on its way to enough good ones: the rest of the hole shares it"""
    best = np.argsort(-own, kind='stable')[:CHECKED]
    enough = np.flatnonzero(np.cumsum(check[best] == ACCEPTED) >= ENOUGH)
    met = best[:enough[0] + 1] if len(enough) else best
    return own[met[check[met] == REFUSED]].sum()


def shown(holes, p, st):
    """per hole, after the checker: confidence of the best, is it right, rank of the right one (0 first, 999 absent)"""
    conf, ok, rank = np.zeros(len(holes)), np.zeros(len(holes), bool), np.full(len(holes), 999)
    for i, h, own, check, order in places(holes, p, st):
        if order:
            conf[i] = own[order[0]] / max(.02, 1 - refused(own, check))
            ok[i] = order[0] == h['right']
        if h['right'] in order:
            rank[i] = order.index(h['right'])
    return conf, ok, rank


def baselines(X, st, columns):
    """orders that learn nothing, as scores; and the order that the rows came in, which is the model's at hand then"""
    column = lambda name: X[:, columns.index(name)].astype(float)
    known = lambda values: np.where(np.isnan(values), -np.inf, values)
    typed, beam, analogy = known(-column('costRank')), known(-column('beam')), known(column('analogyScore'))
    come = np.where(typed > -np.inf, 1e6 + typed, np.where(beam > -np.inf, 1e5 + beam, np.where(analogy > -np.inf, 1e4 + analogy, 0)))
    gap, alike = column('costGap'), column('analogyScore')
    hand = -.25 * column('logGap') + np.where(np.isnan(gap), -2, -.5 * gap) + .5 * column('agreement') - column('unknown')
    hand += np.where(np.isnan(alike), 0, np.minimum(3, .25 * alike) + column('analogyChanged'))
    return {'n-gram beam': beam, 'enumeration': typed, 'first come': come, 'by hand': hand,
            'as exported': -np.arange(len(X), dtype=float)}


def lines(name, holes, conf, ok, rank, is_shown):
    length = np.array([h['length'] for h in holes])
    for label, m in [(name, length > 0), ('  <= 3 tokens', length <= 3), ('  4-8', (length > 3) & (length <= 8)), ('  more', length > 8)]:
        if m.any():
            reach = np.mean([h['right'] >= 0 for h, x in zip(holes, m) if x])
            print(f'{label:26} {m.sum():5} top-1 {100 * ok[m].mean():5.1f} top-5 {100 * (rank[m] < 5).mean():5.1f} top-10 {100 * (rank[m] < 10).mean():5.1f} reach {100 * reach:5.1f}')
    m = is_shown
    print(f'  ghost text at {100 * m.mean():.1f} % of holes, right in {100 * ok[m].mean() if m.any() else 0:.1f} % ({ok[m].sum()} of {m.sum()}); calibration error {forest.calibration_error(conf, ok, 10):.3f}')


def threshold_of(conf, ok):
    return max(LEAST, forest.coverage_at(conf, ok, PRECISION, 20)[1])


def calibrated_without(judged, names):
    """calibrated confidences of each of these repositories, by the others of them; and whether the best was right"""
    fair = [forest.calibrated(forest.isotonic(*(np.concatenate([judged[other][k] for other in names if other != name]) for k in (0, 1))),
                       judged[name][0]) for name in names]
    return np.concatenate(fair), np.concatenate([judged[name][1] for name in names])


def nested(holes, X, y, st, repos):
    """per hole: softmax share of the best, is it right, rank of the right one, calibrated confidence, threshold; and the models"""
    own = {repo: [i for i, h in enumerate(holes) if h['repo'] == repo and h['judged']] for repo in repos}
    judged = {repo: {} for repo in repos}  # judged[left out][judged too]

    def judge(model, repo):
        Xb, _, sb = part(X, y, st, own[repo])
        return shown([holes[i] for i in own[repo]], forest.softmax(model.predict(Xb, raw_score=True), sb), sb)

    models = {}
    for a, b in itertools.combinations_with_replacement(repos, 2):
        model = fit(*part(X, y, st, [i for i, h in enumerate(holes) if h['repo'] not in (a, b)]))
        if a == b:
            models[a] = model
        judged[a][b] = judge(model, b)
        judged[b][a] = judge(model, a)
    result = [np.zeros(len(holes)) for _ in range(5)]
    for repo in repos:
        others = [other for other in repos if other != repo]
        conf, ok, rank = judged[repo][repo]
        points = forest.isotonic(*(np.concatenate([judged[repo][other][k] for other in others]) for k in (0, 1)))
        threshold = threshold_of(*calibrated_without(judged[repo], others))
        for all_holes, values in zip(result, (conf, ok, rank, forest.calibrated(points, conf), threshold)):
            all_holes[own[repo]] = values
    conf, ok, rank, fair, threshold = result
    return (conf, ok.astype(bool), rank, fair, threshold), models


def report(holes, X, st, columns, repos, judged):
    conf, ok, rank, fair, threshold = judged
    names = np.array([h['repo'] if h['judged'] else '' for h in holes])
    length = np.array([h['length'] for h in holes])
    for repo in repos + ['all']:
        m = (names == repo) | ((repo == 'all') & (names != ''))
        lines(repo, [h for h, x in zip(holes, m) if x], fair[m], ok[m], rank[m], fair[m] >= threshold[m])
        print(f'  thresholds {sorted(set(np.round(threshold[m], 3)))}')
    fair, ok = fair[names != ''], ok[names != '']
    print('at fixed thresholds: ' + ', '.join(
        f'{t:.1f}: {100 * (fair >= t).mean():.1f} % shown, {100 * ok[fair >= t].mean():.1f} % right' for t in (.3, .4, .5, .6, .7, .8) if (fair >= t).any()))
    print('precision asked of the training folds alone, without the least confidence: '
          f'{PRECISION:.2f} would allow {forest.coverage_at(fair, ok, PRECISION, 20)}')
    for label, score in baselines(X, st, columns).items():
        _, first, place = shown(holes, score, st)
        cells = [f'{repo} {100 * first[m].mean():.1f} / {100 * (place[m] < 5).mean():.1f}' for repo in repos + ['all', '<= 3 tokens']
                 for m in [(names == repo) | ((names != '') & ((repo == 'all') | ((repo == '<= 3 tokens') & (length <= 3))))]]
        print(f'{label:14} top-1 / top-5: ' + ', '.join(cells))


def behind(holes, p, st):
    """of the second to the fifth that the checker leaves: share as the first's is counted, is it right, place in its hole's repository"""
    share, ok, repo = [], [], []
    for i, h, own, check, order in places(holes, p, st):
        left = max(.02, 1 - refused(own, check))
        share += [own[k] / left for k in order[1:5]]
        ok += [k == h['right'] for k in order[1:5]]
        repo += [h['repo']] * len(order[1:5])
    return np.array(share), np.array(ok, float), np.array(repo)


def evaluate(trees, X, columns):
    """an exported forest, as server/model/trees.ts evaluates it"""
    at_column = [columns.index(name) for name in trees['features']]
    score = np.zeros(len(X))
    for tree in trees['trees']:
        f, t, l, r, m = (np.array(tree[key]) for key in 'ftlrm')
        at = np.zeros(len(X), int)
        while (f[at] >= 0).any():
            inner = f[at] >= 0
            x = X[np.arange(len(X)), np.array(at_column)[np.maximum(f[at], 0)]]
            left = np.where(np.isnan(x), m[at] == 1, x <= t[at])
            at = np.where(inner, np.where(left, l[at], r[at]), at)
        score += t[at]
    return score


def later(path, holes, X, st, columns):
    """adds the points for what stands behind the first; reported out of fold"""
    stored = json.loads(gzip.open(path).read())
    share, ok, repo = behind(holes, forest.softmax(evaluate(stored['trees'], X, columns), st), st)
    fair = np.zeros(len(share))
    for name in sorted(set(repo)):
        fair[repo == name] = forest.calibrated(forest.isotonic(share[repo != name], ok[repo != name], 40), share[repo == name])
    for label, said in ('as the first', forest.calibrated([tuple(x) for x in stored['calibration']], share)), ('of their own', fair):
        loss = -np.mean(np.log(np.where(ok == 1, np.clip(said, .003, 1), np.clip(1 - said, .003, 1))))
        print(f'{label}: log loss {loss:.4f}, calibration error {forest.calibration_error(said, ok, 10):.4f} ({len(ok)} items, {ok.sum():.0f} right)')
    stored['later'] = forest.isotonic(share, ok, 40)
    print(f"later {stored['later']}")
    write(path, stored)


def store(path, model, columns, points, threshold):
    write(path, dict(version=1, trees=forest.export(model, columns), calibration=points, threshold=round(float(threshold), 3)))


def write(path, stored):
    data = json.dumps(stored, separators=(',', ':')).encode()
    with open(path, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
        f.write(data)
    print(f'{path}: {os.path.getsize(path) / 1024:.0f} KB')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('rows', nargs='+')
    parser.add_argument('--learn', nargs='*', default=[])
    parser.add_argument('--out')
    parser.add_argument('--folds')
    parser.add_argument('--later')
    given = parser.parse_args()
    holes, X, y, st, columns = load(given.rows, given.learn)
    repos = sorted({h['repo'] for h in holes if h['judged']})
    if given.later:
        return later(given.later, holes, X, st, columns)
    learned = collections.Counter(h['repo'] for h in holes if not h['judged'])
    print('only learned from: ' + ', '.join(f'{repo} {n}' for repo, n in sorted(learned.items())))
    judged, models = nested(holes, X, y, st, repos)
    report(holes, X, st, columns, repos, judged)
    is_judged = np.array([h['judged'] for h in holes])
    conf, ok, fair = (judged[k][is_judged] for k in (0, 1, 3))
    threshold = threshold_of(fair, ok)
    points = forest.isotonic(conf, ok)
    print(f'threshold {threshold:.3f} ({100 * (fair >= threshold).mean():.1f} % of holes); calibration {points}')
    if given.folds:
        os.makedirs(given.folds, exist_ok=True)
        for repo in repos:
            others = [i for i, h in enumerate(holes) if h['repo'] != repo and h['judged']]
            own = forest.isotonic(judged[0][others], judged[1][others])
            store(os.path.join(given.folds, f'{repo}.json.gz'), models[repo], columns, own, LEAST)
    model = fit(X, y, st)
    gain = sorted(zip(model.feature_importance('gain'), columns), reverse=True)[:30]
    print('strongest columns: ' + ', '.join(name for _, name in gain))
    if given.out:
        store(given.out, model, columns, points, threshold)


if __name__ == '__main__':
    main()
