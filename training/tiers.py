"""Thresholds of the tiers, chosen on some conflicts and measured on others: nothing is reported on what it was chosen on."""
import numpy as np

import forest

SIBLINGS = 2  # decisions of the user in this merge before a learned confidence alone may be called safe
WANTED = .97  # precision sought where thresholds are chosen: new repositories cost a little, and the promise is .95
PROVEN = .965  # of a rule: over its conflicts, and as the mean over repositories, so that no large one carries it
LEAST = 60
STEPS = np.concatenate([[0.], np.arange(.4, .9, .05), np.arange(.9, .99, .01)])

# What a lone conflict may be safe by: generators that all gave the text, whether it follows every edit of both sides.
RULES = {
    'same change': (['same change'], False),
    'larger version': (['larger version'], False),
    'theirs has all of ours': (['right'], True),
    'every merge agrees': (['token merge', 'structured merge', 'fine merge', 'myers merge'], True),
    'token merge': (['token merge'], True),
}
# Holds without a threshold: there is nothing to choose.
FIXED = {'same change': 0.}
# Measured likewise and not used: in repositories that did not choose their thresholds they fell below 95 %.
UNPROVEN = {
    'key by key': (['key by key'], False),
    'import set': (['import set'], False),
    'left only reformats': (['left only reformats'], False),
    'right only reformats': (['right only reformats'], False),
    'ours has all of theirs': (['left'], True),
    'structured merge': (['structured merge'], True),
    'union': (['union minus deletions', 'union'], True),
    'changelog': (['changelog'], True),
}


def fits(conflict, at, needs, whole):
    """Does candidate `at` of a conflict meet a rule? As `meets` in server/resolve/learnedRanker.ts."""
    gens = conflict['gens'][at]
    kept = conflict['kept'][at]
    return all(g in gens for g in needs) and (not whole or all(k is not None and k >= .999 for k in kept))


def across(ok, repo):
    """Mean over repositories with at least three cases; 0 when there are fewer than five such."""
    means = [ok[repo == r].mean() for r in set(repo) if (repo == r).sum() >= 3]
    return float(np.mean(means)) if len(means) >= 5 else 0.


def choose(conflicts, alone, session, decided, which):
    """which: mask of the conflicts to choose on. alone, session: summaries of the two views."""
    several = which & (decided >= SIBLINGS)
    _, safe = forest.coverage_at(session['conf'][several], session['ok'][several], WANTED)
    lid = np.array([c['lid'] for c in conflicts])
    by_language = {}
    for name in sorted(set(lid[several])):
        m = several & (lid == name)
        sure = m & (session['conf'] >= safe)
        if sure.sum() >= 50 and session['ok'][sure].mean() < .955:
            _, t = forest.coverage_at(session['conf'][m], session['ok'][m], WANTED)
            by_language[str(name)] = round(float(min(t, 1.)), 3)
    conf, ok = np.concatenate([alone['conf'][which], session['conf'][which]]), np.concatenate([alone['ok'][which], session['ok'][which]])
    bins = [(t, ok[(conf >= t) & (conf < t + .03)]) for t in np.arange(.5, .97, .01)]
    likely = next((t for t, o in bins if len(o) >= 30 and o.mean() >= .8), .85)
    repo = np.array([c['repo'] for c in conflicts])
    rules = []
    for name, (needs, whole) in RULES.items():
        has = which & met(conflicts, alone, needs, whole)
        for t in [FIXED[name]] if name in FIXED else STEPS:
            m = has & (alone['conf'] >= t)
            if name in FIXED or m.sum() >= LEAST and alone['ok'][m].mean() >= PROVEN and across(alone['ok'][m], repo[m]) >= PROVEN:
                rules.append(dict(origin=name, needs=needs, keepsAll=whole, right=int(alone['ok'][m].sum()), of=int(m.sum()), atLeast=round(float(t), 3)))
                break
    return dict(safe=round(float(safe), 3), safeSiblings=SIBLINGS, safeByLanguage=by_language, likely=round(float(likely), 3)), rules


CACHE = {}


def met(conflicts, s, needs, whole):
    key = (id(s), tuple(needs), whole)
    if key not in CACHE:
        CACHE[key] = np.array([s['best'][i] < len(c['gens']) and fits(c, s['best'][i], needs, whole) for i, c in enumerate(conflicts)])
    return CACHE[key]


def apply(conflicts, s, decided, thresholds, rules, layout_matters):
    """-> mask of safe, mask of proven by rule (part of safe)"""
    lid = np.array([c['lid'] for c in conflicts])
    need = np.array([thresholds['safeByLanguage'].get(x, thresholds['safe']) for x in lid])
    learned = (decided >= thresholds['safeSiblings']) & (s['conf'] >= need)
    proven = np.zeros(len(lid), bool)
    for rule in rules:
        m = met(conflicts, s, rule['needs'], rule['keepsAll']) & (s['conf'] >= rule['atLeast'])
        if rule['origin'] == 'same change' or rule['origin'].endswith('only reformats'):
            m &= ~layout_matters
        proven |= m
    return learned | proven, proven


def nested(conflicts, fold, new, alone, session, decided, layout_matters):
    """-> dict of masks over conflicts: safe and likely of both views, each decided by thresholds of the other folds"""
    n = len(fold)
    out = {name: np.zeros(n, bool) for name in ('alone safe', 'session safe', 'alone likely', 'session likely')}
    per_fold = []
    for k in np.unique(fold):
        thresholds, rules = choose(conflicts, alone, session, decided, new & (fold != k))
        here = fold == k
        for name, s, d in (('alone', alone, np.zeros(n)), ('session', session, decided)):
            safe, _ = apply(conflicts, s, d, thresholds, rules, layout_matters)
            out[f'{name} safe'] |= here & safe
            out[f'{name} likely'] |= here & (safe | (s['conf'] >= thresholds['likely']))
        per_fold.append((thresholds, rules))
    return out, per_fold
