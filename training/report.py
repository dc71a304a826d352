"""The tables and plots of the model card, from out-of-fold predictions; and the model file with its thresholds."""
import gzip
import json
import os

import numpy as np

import forest
import plots
import rows
import siblings
import tiers

FOLDS = 5
VIEWS = ('bare', 'alone', 'merge', 'session', 'random', 'edited', 'told', 'told session')


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
    decided = siblings.View(folder, 'session', st).decided
    s = {v: forest.summary(np.fromfile(os.path.join(folder, f'second.oof.{v}.f32'), np.float32).astype(float), y, st) for v in VIEWS}
    new = np.array([not c['repeat'] for c in conflicts])
    return conflicts, y, st, decided, s, new, rows.folds(conflicts, FOLDS)


def judged(s):
    return {v: s[v] for v in ('bare', 'alone', 'session')}


def share(name, mask, ok, of, conflicts=None):
    """conflicts: say also how many were right if no merge counted for more than a few."""
    m = mask & of
    n = int(m.sum())
    also = '' if conflicts is None or n == 0 else f' {100 * np.average(ok[m], weights=tiers.capped(conflicts, m)[m]):.1f} |'
    return f'| {name} | {n} | {100 * n / max(1, of.sum()):.1f} | {100 * ok[m].mean() if n else 0:.1f} |{also}'


def main(folder, out=None):
    conflicts, y, st, decided, s, new, fold = read(folder)
    names = dict(bare='a file alone: no history, its other conflicts open', alone='the conflict alone', merge="and the merge's other open conflicts", session='session: the conflicts before it were decided')
    print(forest.HEAD)
    for v in names:
        print(forest.line(names[v], s[v], new))
    for name, m in (('first conflict of its merge', decided == 0), ('one decided', decided == 1), ('2–5 decided', (decided > 1) & (decided < 6)), ('6 and more', decided > 5)):
        print(forest.line('– ' + name, s['session'], new & m))
    for v, name in dict(random='session, decided in random order', edited='session, decided as edited, oldest first', told='what a request tells: the commits of its path, no file', **{'told session': 'session, only sides and decisions told'}).items():
        print(forest.line(name, s[v], new))
    print(forest.line('session, a conflict counted as often as it came again', s['session']))
    several = new & (decided >= tiers.SIBLINGS)
    for t in (.9, .95, .97):
        m = new & (s['session']['conf'] >= t)
        print(f"session at {t}: {m.sum()} right {100 * s['session']['ok'][m].mean():.1f}")
    lang = np.array([c['lang'] for c in conflicts])
    print('\n| language | conflicts | among candidates | alone | session | session at 97 %: coverage |\n|---|---|---|---|---|---|')
    for name in sorted(set(lang), key=lambda x: -(lang == x).sum()):
        m = new & (lang == name)
        if m.sum() >= 60:
            cover = forest.coverage_at(s['session']['conf'][m], s['session']['ok'][m], .97)[0]
            print(f"| {name} | {m.sum()} | {100 * (s['alone']['rank'][m] < 99).mean():.1f} | {100 * s['alone']['ok'][m].mean():.1f} | {100 * s['session']['ok'][m].mean():.1f} | {cover:.1f} |")
    files = tiers.Files(conflicts)
    masks, done, per_fold = tiers.nested(conflicts, fold, judged(s), decided, files)
    print('\nTiers, thresholds chosen on four folds and measured on the fifth\n\n| | conflicts | share % | right % | no merge for more than 5: right % |\n|---|---|---|---|---|')
    for v in ('bare', 'alone', 'session'):
        for tier in ('safe', 'likely'):
            print(share(f'{v}: {tier}', masks[f'{v} {tier}'], s[v]['ok'], new, conflicts))
    print(share('session: likely, two and more decided', masks['session likely'] & several, s['session']['ok'], several, conflicts))
    for name in sorted(set(lang), key=lambda x: -(lang == x).sum()):
        m = new & (lang == name)
        if (masks['session safe'] & m).sum() >= 40:
            print(share(f'session: safe, {name}', masks['session safe'], s['session']['ok'], m))
    for k, (t, rules) in enumerate(per_fold):
        print(f"\nfold {k}: {t}; " + '; '.join(f"{r['origin']} ≥ {r['atLeast']} ({r['right']}/{r['of']})" for r in rules))
    rules_alone(conflicts, s['alone'], new)
    honest(conflicts, s['alone'], new, fold, per_fold)
    whole_files(files, s, fold[files.first], new[files.first], done)
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


def honest(conflicts, s, new, fold, per_fold):
    """Where a rule makes a text safe: which number tells better how often it is right, the model's or the rule's own count?"""
    got = []
    for k, (_, rules) in enumerate(per_fold):
        left = new & (fold == k) & tiers.allowed(conflicts)
        for rule in sorted(rules, key=lambda r: -r['right'] / r['of']):
            m = left & tiers.met(conflicts, s, rule['needs'], rule['keepsAll']) & (s['conf'] >= rule['atLeast'])
            left &= ~m
            got += [(s['conf'][i], rule['right'] / rule['of'], s['ok'][i]) for i in np.flatnonzero(m)]
    if got:
        conf, rule, ok = np.array(got, float).T
        print(f'\nsafe by a rule: {len(ok)}, right {ok.mean():.3f}; the model says {conf.mean():.3f} (Brier {((conf - ok) ** 2).mean():.4f}), the rule {rule.mean():.3f} (Brier {((rule - ok) ** 2).mean():.4f})')


def whole_files(files, s, fold, new, done):
    """A file is right when all of it is: every text the developers' and nothing changed by hand elsewhere."""
    bare = s['bare']
    least = np.array([min(bare['conf'][ix]) for ix in files.conflicts])
    right = files.right(bare)
    print(f'\nFiles: {files.known} with a located conflict, {len(right)} with all located\n\n| at least | files resolved | share % | right, of all % | precision % |\n|---|---|---|---|---|')
    for t in (.3, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .88, .9, .91, .92, .93, .94, .95, .96, .97):
        m = least >= t
        print(f'| {t:.2f} | {m.sum()} | {100 * m.sum() / files.known:.1f} | {100 * right[m].sum() / files.known:.1f} | {100 * right[m].mean() if m.any() else 0:.1f} |')
    for wanted in (.65, .9):
        got = np.zeros(len(right), bool)
        ts = []
        for k in np.unique(fold):
            _, t = forest.coverage_at(least[fold != k], right[fold != k], wanted, 60)
            got |= (fold == k) & (least >= t)
            ts.append(round(float(t), 3))
        print(f'sought {wanted}: thresholds {ts}; resolved {got.sum()} ({100 * got.sum() / files.known:.1f} %), right {right[got].sum()} ({100 * right[got].sum() / files.known:.1f} %), precision {100 * right[got].mean() if got.any() else 0:.1f} %')
    print('\n| --apply, thresholds of the other folds | resolved | share % | right % | nothing else changed by hand % | right of those % | several conflicts: resolved | right % | met for the first time: right % |\n|---|---|---|---|---|---|---|---|---|')
    several = np.array([len(ix) > 1 for ix in files.conflicts])
    pc = lambda m, of: f'{100 * m[of].mean():.1f}' if of.any() else '–'
    for key, m in done.items():
        ok = files.right(s[key.split()[0]])
        print(f'| {key} | {m.sum()} | {100 * m.sum() / files.known:.1f} | {pc(ok, m)} | {pc(files.whole, m)} | {pc(ok, m & files.whole)} | {(m & several).sum()} | {pc(ok, m & several)} | {pc(ok, m & new)} |')


def export(folder, out, without=None):
    conflicts, _, _, decided, s, _, fold = read(folder)
    seen = np.ones(len(fold), bool) if without is None else fold != int(without)
    thresholds, rules = tiers.choose(conflicts, judged(s), decided, seen, tiers.Files(conflicts))
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
