"""A listwise ranker: LightGBM trees under a softmax over the candidates of each conflict and "none"."""
import lightgbm as lgb
import numpy as np

PARAMETERS = dict(bagging_freq=1, lambda_l2=3., num_threads=1, verbose=-1, seed=1, deterministic=True, force_row_wise=True,
                  min_sum_hessian_in_leaf=1.)


def softmax(scores, st):
    most = np.maximum.reduceat(scores, st[:-1])
    n = np.diff(st)
    e = np.exp(scores - np.repeat(most, n))
    return e / np.repeat(np.add.reduceat(e, st[:-1]), n)


def fit(X, y, st, weight, rounds, max_bin, **more):
    """weight: one per conflict"""
    w = np.repeat(weight, np.diff(st))

    def objective(raw, _):
        p = softmax(raw, st)
        return (p - y) * w, np.maximum(2 * p * (1 - p), 1e-6) * w / 1.5

    data = lgb.Dataset(X, label=y, free_raw_data=True, params=dict(max_bin=max_bin, verbose=-1, num_threads=1))
    return lgb.train({**PARAMETERS, **more, 'max_bin': max_bin, 'objective': objective}, data, num_boost_round=rounds)


def summary(p, y, st):
    """per conflict: confidence of the best concrete candidate, is it right, rank of the right one (99: not there), index"""
    n = len(st) - 1
    conf, ok, rank, best = np.zeros(n), np.zeros(n, bool), np.full(n, 99), np.zeros(n, int)
    for i in range(n):
        a, b = st[i], st[i + 1] - 1
        order = np.argsort(-p[a:b], kind='stable')
        best[i] = order[0]
        conf[i] = p[a + order[0]]
        ok[i] = y[a + order[0]] == 1
        hit = np.flatnonzero(y[a:b][order])
        rank[i] = hit[0] + 1 if len(hit) else 99
    return dict(conf=conf, ok=ok, rank=rank, best=best)


def coverage_at(conf, ok, precision, least=30, weight=None):
    """largest share whose most confident part has this precision, its threshold"""
    order = np.argsort(-conf, kind='stable')
    w = np.ones(len(order)) if weight is None else weight[order]
    c = np.cumsum(ok[order] * w) / np.cumsum(w)
    good = np.flatnonzero(c >= precision)
    good = good[good >= least - 1]
    return (100 * (good[-1] + 1) / len(order), conf[order][good[-1]]) if len(good) else (0., 1.)


def calibration_error(conf, ok, bins=15):
    e = np.clip((conf * bins).astype(int), 0, bins - 1)
    return sum(abs(conf[e == b].mean() - ok[e == b].mean()) * (e == b).mean() for b in range(bins) if (e == b).any())


HEAD = '| | conflicts | right text among candidates | top-1 | top-3 | coverage @ 90 | 95 | 97 % | calibration error |\n|' + '---|' * 9


def line(name, s, mask=None):
    m = np.ones(len(s['ok']), bool) if mask is None else mask
    if not m.any():
        return f'| {name} | 0 |'
    c, o, r = s['conf'][m], s['ok'][m], s['rank'][m]
    cov = ' | '.join(f'{coverage_at(c, o, x)[0]:.1f}' for x in (.9, .95, .97))
    return (f'| {name} | {m.sum()} | {100 * (r < 99).mean():.1f} | {100 * o.mean():.1f} | {100 * (r <= 3).mean():.1f} | {cov} '
            f'| {calibration_error(c, o):.3f} |')


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


def export(model, columns, digits=5):
    """A forest, or the mean of several -> the JSON that server/model/trees.ts reads"""
    trees, models = [], model if isinstance(model, list) else [model]
    for info in (tree for model in models for tree in model.dump_model()['tree_info']):
        f, t, l, r, m = [], [], [], [], []

        def walk(node):
            at = len(f)
            for part in (f, t, l, r, m):
                part.append(0)
            if 'leaf_value' in node and 'split_feature' not in node:
                f[at], t[at] = -1, round(node['leaf_value'] / len(models), digits)
                return at
            f[at], t[at] = node['split_feature'], float(f"{node['threshold']:.7g}")
            # LightGBM: missing_type NaN follows default_left; None treats NaN as 0
            m[at] = int(node['default_left']) if node['missing_type'] == 'NaN' else int(0 <= node['threshold'])
            l[at] = walk(node['left_child'])
            r[at] = walk(node['right_child'])
            return at

        walk(info['tree_structure'])
        trees.append(dict(f=f, t=t, l=l, r=r, m=m))
    return dict(features=columns, trees=trees)
