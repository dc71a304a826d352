"""The tables and plots of the model card, from out-of-fold predictions; and the model file with its thresholds."""
import gzip
import json
import os
from collections import defaultdict

import numpy as np

import forest
import plots
import rows
import tiers

FOLDS = 5
VIEWS = ('bare', 'alone', 'merge', 'session')


def table(title, conflicts, p, y, st, extra=(), languages=True):
    s = forest.summary(p, y, st)
    lang = np.array([c['lang'] for c in conflicts])
    new = np.array([not c['repeat'] for c in conflicts])
    print(f'\n### {title}\n\n{forest.HEAD}')
    print(forest.line('all', s, new))
    for name, mask in extra:
        print(forest.line(name, s, new & mask))
    for name in sorted(set(lang), key=lambda x: -(lang == x).sum()) if languages else []:
        if (lang == name).sum() >= 60:
            print(forest.line(name, s, new & (lang == name)), flush=True)
    return s


def read(folder):
    conflicts, _, st, _ = rows.load(folder, False)
    y = rows.targets(conflicts, st)
    columns = json.load(open(os.path.join(folder, 'second.columns.json')))
    session = np.memmap(os.path.join(folder, 'second.session.f32'), np.float32, 'r').reshape(-1, len(columns))
    decided = np.array(session[st[:-1], columns.index('decided')])
    s = {v: forest.summary(np.fromfile(os.path.join(folder, f'second.oof.{v}.f32'), np.float32).astype(float), y, st) for v in VIEWS}
    new = np.array([not c['repeat'] for c in conflicts])
    layout = np.array([c['lid'] in ('python', 'yaml', 'other') for c in conflicts])
    return conflicts, y, st, decided, s, new, layout, rows.folds(conflicts, FOLDS)


def share(name, mask, ok, of):
    n = int((mask & of).sum())
    return f'| {name} | {n} | {100 * n / max(1, of.sum()):.1f} | {100 * ok[mask & of].mean() if n else 0:.1f} |'


def main(folder, out=None):
    conflicts, y, st, decided, s, new, layout, fold = read(folder)
    names = dict(bare='a file alone: no history, its other conflicts open', alone='the conflict alone', merge="and the merge's other open conflicts", session='session: the conflicts before it were decided')
    print(forest.HEAD)
    for v in VIEWS:
        print(forest.line(names[v], s[v], new))
    for name, m in (('first conflict of its merge', decided == 0), ('one decided', decided == 1), ('2–5 decided', (decided > 1) & (decided < 6)), ('6 and more', decided > 5)):
        print(forest.line('– ' + name, s['session'], new & m))
    lang = np.array([c['lang'] for c in conflicts])
    print('\n| language | conflicts | among candidates | alone | session | session at 97 %: coverage |\n|---|---|---|---|---|---|')
    for name in sorted(set(lang), key=lambda x: -(lang == x).sum()):
        m = new & (lang == name)
        if m.sum() >= 60:
            cover = forest.coverage_at(s['session']['conf'][m], s['session']['ok'][m], .97)[0]
            print(f"| {name} | {m.sum()} | {100 * (s['alone']['rank'][m] < 99).mean():.1f} | {100 * s['alone']['ok'][m].mean():.1f} | {100 * s['session']['ok'][m].mean():.1f} | {cover:.1f} |")
    masks, per_fold = tiers.nested(conflicts, fold, new, s['alone'], s['session'], decided, layout)
    print('\nTiers, thresholds chosen on four folds and measured on the fifth\n\n| | conflicts | share % | right % |\n|---|---|---|---|')
    for v in ('alone', 'session'):
        for tier in ('safe', 'likely'):
            print(share(f'{v}: {tier}', masks[f'{v} {tier}'], s[v]['ok'], new))
    for name in sorted(set(lang), key=lambda x: -(lang == x).sum()):
        m = new & (lang == name)
        if (masks['session safe'] & m).sum() >= 40:
            print(share(f'session: safe, {name}', masks['session safe'], s['session']['ok'], m))
    for k, (t, rules) in enumerate(per_fold):
        print(f"\nfold {k}: safe {t['safe']}, likely {t['likely']}, by language {t['safeByLanguage']}; " + '; '.join(f"{r['origin']} ≥ {r['atLeast']} ({r['right']}/{r['of']})" for r in rules))
    rules_alone(conflicts, s['alone'], new)
    files(conflicts, s['bare'], fold, masks, per_fold, layout)
    if out:
        os.makedirs(out, exist_ok=True)
        series = [(names[v], s[v]['conf'][new], s[v]['ok'][new]) for v in ('alone', 'session')]
        open(os.path.join(out, 'risk-coverage.svg'), 'w').write(plots.risk_coverage(series))
        open(os.path.join(out, 'reliability.svg'), 'w').write(plots.reliability(series))


def rules_alone(conflicts, s, new):
    print('\n| rule | first of so many | right | with confidence ≥ .9 | right |\n|---|---|---|---|---|')
    for name, (needs, whole) in {**tiers.RULES, **tiers.UNPROVEN}.items():
        has = tiers.met(conflicts, s, needs, whole) & new
        sure = has & (s['conf'] >= .9)
        print(f"| {name} | {has.sum()} | {100 * s['ok'][has].mean() if has.any() else 0:.1f} | {sure.sum()} | {100 * s['ok'][sure].mean() if sure.any() else 0:.1f} |")


def by_file(conflicts):
    out = defaultdict(list)
    for i, c in enumerate(conflicts):
        out[c['key']].append(i)
    return {k: ix for k, ix in out.items()}


def files(conflicts, s, fold, masks, per_fold, layout):
    """A file is right when all of it is: every text the developers' and nothing changed by hand elsewhere."""
    groups = list(by_file(conflicts).values())
    complete = [ix for ix in groups if len(ix) == conflicts[ix[0]]['n']]
    least = np.array([min(s['conf'][i] for i in ix) for ix in complete])
    right = np.array([bool(conflicts[ix[0]]['whole'] and all(s['ok'][i] for i in ix)) for ix in complete])
    f = np.array([fold[ix[0]] for ix in complete])
    print(f'\nFiles: {len(groups)} with a located conflict, {len(complete)} with all located\n\n| at least | files resolved | share % | right, of all % | precision % |\n|---|---|---|---|---|')
    for t in (.3, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .88, .9, .91, .92, .93, .94, .95, .96, .97):
        m = least >= t
        print(f'| {t:.2f} | {m.sum()} | {100 * m.sum() / len(groups):.1f} | {100 * right[m].sum() / len(groups):.1f} | {100 * right[m].mean() if m.any() else 0:.1f} |')
    for wanted in (.65, .9, .95):
        done = np.zeros(len(complete), bool)
        ts = []
        for k in np.unique(f):
            _, t = forest.coverage_at(least[f != k], right[f != k], wanted, 60)
            done |= (f == k) & (least >= t)
            ts.append(round(float(t), 3))
        print(f'sought {wanted}: thresholds {ts}; resolved {done.sum()} ({100 * done.sum() / len(groups):.1f} %), right {right[done].sum()} ({100 * right[done].sum() / len(groups):.1f} %), precision {100 * right[done].mean() if done.any() else 0:.1f} %')
    n = len(conflicts)
    safe = np.zeros(n, bool)
    for k, (t, rules) in enumerate(per_fold):
        safe |= (fold == k) & tiers.apply(conflicts, s, np.zeros(n), t, rules, layout)[0]
    done = np.array([all(safe[i] for i in ix) for ix in complete])
    reach = np.array([bool(conflicts[ix[0]]['whole']) for ix in complete])
    print(f'of the safe files that the developers changed nowhere else: {100 * right[done & reach].mean() if (done & reach).any() else 0:.1f} % of {int((done & reach).sum())}')
    print(f'--apply safe: resolved {done.sum()} ({100 * done.sum() / len(groups):.1f} %), right {right[done].sum()}, precision {100 * right[done].mean() if done.any() else 0:.1f} %')


def export(folder, out, without=None):
    conflicts, _, _, decided, s, new, _, fold = read(folder)
    which = new if without is None else new & (fold != int(without))
    thresholds, rules = tiers.choose(conflicts, s['alone'], s['session'], decided, which)
    part = '' if without is None else f'.fold{without}'
    stage = lambda name: json.load(open(os.path.join(folder, f'{name}{part}.json')))
    data = json.dumps(dict(version=2, first=stage('first'), second=stage('second'), thresholds=thresholds, safeRules=rules), separators=(',', ':')).encode()
    with open(out, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as f:
        f.write(data)
    print(f'{out}: {os.path.getsize(out) / 1024:.0f} KB; {thresholds}')
    for r in rules:
        print(r)
    if without is not None:
        print('judged repositories: ' + ' '.join(sorted({c['repo'] for c, k in zip(conflicts, fold) if k == int(without)})))
