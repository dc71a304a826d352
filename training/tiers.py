"""Thresholds of the tiers, chosen on some conflicts and measured on others: nothing is reported on what it was chosen on.

A tier must hold for single conflicts and for whole files, and as a lower bound: repositories differ more than conflicts do.
"""
import numpy as np

import forest

SIBLINGS = 2  # decisions of the user in this merge before a learned confidence alone may be called safe
WANTED = .96  # precision sought where thresholds are chosen, under the cap of a merge: the promise is .95
PROVEN = .965  # of a rule: over its conflicts, and as the mean over repositories, so that no large one carries it
LEAST = 60
PER_MERGE = 5  # cases of one merge that count where thresholds are chosen: what one team did in one merge proves little
PROMISED = .95
# What is promised of a tier holds for each number that is shown: nothing is safe at 91 in 100, though all that are safe together be right
# more often than 95 in 100.
FLOOR = dict(safe=PROMISED, likely=.80)
STEPS = np.arange(FLOOR['safe'], .99, .01)  # a rule alone makes nothing safe that the model gives less
LIKELY = np.arange(FLOOR['likely'], .931, .01)
DRAWS = 400
BOUND = .1  # of repositories drawn anew, nine draws in ten are better than the bound

WENT_ON = 'went on'  # the text is the side that once had here what the other has now, and changed it since

# What a lone conflict may be safe by: generators that all gave the text, whether it follows every edit of both sides.
RULES = {
    'same change': (['same change'], False),
    'larger version': (['larger version'], False),
    'theirs has all of ours': (['right'], True),
    'every merge agrees': (['token merge', 'structured merge', 'fine merge', 'myers merge'], True),
    'token merge': (['token merge'], True),
}
# Its threshold is not chosen: there is nothing to choose, as long as the model does not doubt it.
FIXED = ('same change',)
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
    'went on': ([WENT_ON], False),
}


def fits(conflict, at, needs, whole):
    """Does candidate `at` of a conflict meet a rule? As `meets` in server/resolve/learnedRanker.ts."""
    if conflict.get('went', -1) >= 0 and WENT_ON not in needs:
        return False  # one side went on from the other: the model's number is that of this, and the rules' counts are not
    gens = conflict['gens'][at]
    kept = conflict['kept'][at]
    return all(g in gens or g == WENT_ON and conflict.get('went') == at for g in needs) and (not whole or all(k is not None and k >= .999 for k in kept))


def across(ok, repo, weight):
    """Mean over repositories with at least three cases; 0 when there are fewer than five such."""
    means = [np.average(ok[repo == r], weights=weight[repo == r]) for r in set(repo) if (repo == r).sum() >= 3]
    return float(np.mean(means)) if len(means) >= 5 else 0.


def capped(conflicts, mask):
    """Weights under which no merge counts for more than PER_MERGE cases of those in the mask."""
    _, merge = np.unique([c['repo'] + c['merge'] for c in conflicts], return_inverse=True)
    n = np.bincount(merge[mask], minlength=merge.max() + 1)[merge]
    return np.where(mask, np.minimum(1., PER_MERGE / np.maximum(n, 1)), 0.)


class Files:
    """Files of which every conflict was located: where their conflicts stand, and whether all of the file was reachable."""

    def __init__(self, conflicts):
        groups = {}
        for i, c in enumerate(conflicts):
            groups.setdefault(c['key'], []).append(i)
        self.known = len(groups)
        self.conflicts = [ix for ix in groups.values() if len(ix) == conflicts[ix[0]]['n']]
        first = [conflicts[ix[0]] for ix in self.conflicts]
        self.whole = np.array([bool(c['whole']) for c in first])  # nothing was changed by hand outside the conflicts
        self.repo = np.array([c['repo'] for c in first])
        self.first = np.array([ix[0] for ix in self.conflicts])

    def every(self, mask):
        return np.array([bool(all(mask[i] for i in ix)) for ix in self.conflicts])

    def together(self, s):
        """The chance that all of a file is right, as server/resolve/together.ts takes it."""
        return np.array([np.prod(s['conf'][ix]) for ix in self.conflicts])

    def right(self, s):
        return self.whole & self.every(s['ok'])


def bound(right, repo):
    """Lower bound of a share: repositories drawn anew, with all their cases."""
    names = sorted(set(repo))
    of = np.array([(repo == r).sum() for r in names], float)
    ok = np.array([right[repo == r].sum() for r in names], float)
    draws = np.random.default_rng(1).integers(0, len(names), (DRAWS, len(names)))
    return float(np.quantile(ok[draws].sum(1) / of[draws].sum(1), BOUND)) if len(names) else 0.


def likely_from(conf, ok, together, right, repo):
    """The least confidence at which conflicts just there are right 8 times in 10, and files at or above it with some margin."""
    first = 1.
    for t in LIKELY:
        near = (conf >= t) & (conf < t + .03)
        if near.sum() >= 30 and ok[near].mean() >= .8:
            first = t
            break
    bounds = {}
    for t in LIKELY[LIKELY >= first - 1e-9]:
        m = together >= t
        if m.sum() < LEAST:
            break
        bounds[round(float(t), 3)] = bound(right[m], repo[m])
        if bounds[round(float(t), 3)] >= .8:
            break
    return max(bounds, key=bounds.get, default=1.)


def choose(conflicts, views, decided, seen, files):
    """seen: mask of the repositories to choose on. views: summaries of bare, alone and session."""
    which = seen & np.array([not c['repeat'] for c in conflicts])  # files are taken as they come, conflicts once
    bare, alone, session = views['bare'], views['alone'], views['session']
    several = which & (decided >= SIBLINGS)
    weight = capped(conflicts, several & (session['conf'] >= .7))
    find = lambda m: forest.coverage_at(session['conf'][m], session['ok'][m], WANTED, weight=weight[m])
    counted = several & (weight > 0)
    safe = max(FLOOR['safe'], find(counted)[1])
    lid = np.array([c['lid'] for c in conflicts])
    by_language = {}
    for name in sorted(set(lid[several])):
        m = counted & (lid == name)
        sure = m & (session['conf'] >= safe)
        if sure.sum() >= 50 and np.average(session['ok'][sure], weights=weight[sure]) < .955:
            _, t = find(m)
            by_language[str(name)] = round(float(min(t, 1.)), 3)
    here = seen[files.first]
    f = here & files.every(decided >= SIBLINGS)
    # Files are judged as `mortise batch` meets them, without the history of their path: the harder case.
    likely = likely_from(np.concatenate([bare['conf'][which], alone['conf'][which]]), np.concatenate([bare['ok'][which], alone['ok'][which]]),
                         files.together(bare)[here], files.right(bare)[here], files.repo[here])
    after = likely_from(session['conf'][several], session['ok'][several], files.together(session)[f], files.right(session)[f], files.repo[f])
    repo = np.array([c['repo'] for c in conflicts])
    may, rules = which & allowed(conflicts), []
    for name, (needs, whole) in RULES.items():
        for t in STEPS:
            m, blind = (may & met(conflicts, s, needs, whole) & (s['conf'] >= t) for s in (alone, bare))
            if m.sum() < LEAST or blind.sum() < LEAST / 2:
                break
            ok, w, unseen = alone['ok'][m], capped(conflicts, m)[m], capped(conflicts, blind)[blind]
            proven = name in FIXED or np.average(ok, weights=w) >= PROVEN and across(ok, repo[m], w) >= PROVEN
            # Without the history of the path too: a rule that holds only where more is known is none.
            if proven and np.average(bare['ok'][blind], weights=unseen) >= PROMISED:
                rules.append(dict(origin=name, needs=needs, keepsAll=whole, right=int(ok.sum()), of=int(m.sum()), atLeast=round(float(t), 3)))
                break
    return dict(safe=round(float(safe), 3), safeSiblings=SIBLINGS, safeByLanguage=by_language, likely=likely, likelyDecided=min(likely, after)), rules


CACHE = {}


def met(conflicts, s, needs, whole):
    key = (id(s), tuple(needs), whole)
    if key not in CACHE:
        CACHE[key] = np.array([s['best'][i] < len(c['gens']) and fits(c, s['best'][i], needs, whole) for i, c in enumerate(conflicts)])
    return CACHE[key]


def allowed(conflicts):
    """Neither held back for white space (server/resolve/layout.ts) nor of a kind that is never safe."""
    return np.array([c.get('cap', 'safe') == 'safe' and not c.get('never', False) for c in conflicts])


def apply(conflicts, s, decided, thresholds, rules):
    """-> masks of safe, and of likely or safe"""
    lid = np.array([c['lid'] for c in conflicts])
    need = np.array([thresholds['safeByLanguage'].get(x, thresholds['safe']) for x in lid])
    safe = (decided >= thresholds['safeSiblings']) & (s['conf'] >= need)
    for rule in rules:
        safe |= met(conflicts, s, rule['needs'], rule['keepsAll']) & (s['conf'] >= rule['atLeast'])
    safe &= allowed(conflicts)
    free = np.array([c.get('cap', 'safe') != 'possible' for c in conflicts])
    return safe, safe | free & (s['conf'] >= enough(decided, thresholds))


def enough(decided, thresholds):
    return np.where(decided >= thresholds['safeSiblings'], thresholds['likelyDecided'], thresholds['likely'])


def resolved(files, s, tier, decided, thresholds):
    """Files that `--apply` leaves without a marker: all in the tier, and together as sure as one likely conflict must be."""
    several = np.array([len(ix) > 1 for ix in files.conflicts])
    least = enough(decided, thresholds)[files.first]
    return files.every(tier) & (~several | (files.together(s) >= least))


def nested(conflicts, fold, views, decided, files):
    """-> masks over conflicts and over files, each decided by thresholds of the other folds; what those were"""
    n = len(fold)
    masks, done, per_fold = {}, {}, []
    for k in np.unique(fold):
        thresholds, rules = choose(conflicts, views, decided, fold != k, files)
        here, files_here = fold == k, fold[files.first] == k
        for name, s in views.items():
            d = decided if name == 'session' else np.zeros(n)
            for tier, mask in zip(('safe', 'likely'), apply(conflicts, s, d, thresholds, rules)):
                key = f'{name} {tier}'
                masks[key] = masks.get(key, np.zeros(n, bool)) | here & mask
                done[key] = done.get(key, np.zeros(len(files_here), bool)) | files_here & resolved(files, s, mask, d, thresholds)
        per_fold.append((thresholds, rules))
    return masks, done, per_fold
