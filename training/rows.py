"""Reading what `mortise features` wrote: NAME.jsonl (a line a conflict) beside NAME.f32 (its rows of float32 columns)."""
import glob
import json
import os
from collections import Counter, defaultdict

import numpy as np

CAP = 8  # conflicts of one file that count: one huge file must not dominate


def load(folder, with_rows=True):
    """-> (conflicts: list of dict, X: float32 [rows, columns], st: int64 [conflicts + 1] row offsets, columns: list of str)"""
    columns = json.load(open(os.path.join(folder, 'columns.json')))
    conflicts, blocks = [], []
    for meta in sorted(glob.glob(os.path.join(folder, '*.jsonl'))):
        here = [json.loads(line) for line in open(meta) if line.strip()]
        rows = np.memmap(meta[:-6] + '.f32', np.float32, 'r').reshape(-1, len(columns)) if here else []
        seen, at, keep = Counter(), 0, []
        repeats = set()
        for c in here:
            n = c['k']
            seen[c['key']] += 1
            counts = seen[c['key']] <= CAP
            # the same conflict merged again elsewhere in the history says nothing new
            c['repeat'] = (c['dup'], c['hit']) in repeats
            repeats.add((c['dup'], c['hit']))
            if counts:
                keep.append(np.arange(at, at + n))
                conflicts.append(c)
            at += n
        assert at == len(rows), (meta, at, len(rows))
        if keep and with_rows:
            blocks.append(rows[np.concatenate(keep)])
    X = np.concatenate(blocks) if blocks else None
    st = np.concatenate([[0], np.cumsum([c['k'] for c in conflicts])]).astype(np.int64)
    return conflicts, X, st, columns


def targets(conflicts, st):
    """1 for the candidate the developer chose, or for the last row ("none") when it is not among them."""
    y = np.zeros(st[-1], np.float32)
    for i, c in enumerate(conflicts):
        y[st[i] + c['hit'] if c['hit'] >= 0 else st[i + 1] - 1] = 1
    return y


def folds(conflicts, k):
    """Whole repositories to folds, largest first to the lightest: fold number of each conflict."""
    size = Counter(c['repo'] for c in conflicts)
    load_, of = [0] * k, {}
    for repo, n in size.most_common():
        j = int(np.argmin(load_))
        of[repo] = j
        load_[j] += n
    return np.array([of[c['repo']] for c in conflicts])


def take(X, y, st, which):
    """rows of the conflicts `which` (indices) -> (X, y, st, rows)"""
    rows = np.concatenate([np.arange(st[i], st[i + 1]) for i in which])
    return X[rows], y[rows], np.concatenate([[0], np.cumsum(np.diff(st)[which])]), rows


def by_merge(conflicts):
    """merge -> indices of its conflicts in path order"""
    out = defaultdict(list)
    for i, c in enumerate(conflicts):
        out[c['repo'] + c['merge']].append(i)
    return out
