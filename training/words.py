#!/usr/bin/env python3
"""What do the words of a conflict add to the ranker? A text model on top of it, judged leave-repositories-out.

  mortise features --texts CORPUS --out FEATURES     beside what `mortise features` and `train.py first` left there
  words.py FEATURES [BASE]       BASE: the ranker's out-of-fold probabilities, FEATURES/first.oof.f32

It learns what the ranker leaves over from hashed words and edits of both sides: its score of a candidate is added to the
logarithm of the ranker's out-of-fold probability before the softmax. Prints the ranker alone and with the model, on the same
folds; writes the scores to FEATURES/words.oof.f32 (one number a row, a column for the forest) and the weights of every fold
to FEATURES/words.*.npz, from which a stopped run goes on. Needs scipy. Environment: FOLDS=3, JUDGED: only so many of them;
SEED=1; REPOS: a comma list, only these; RANK=12 numbers a word; RATE=.05, DECAY=2e-5, EPOCHS=4 of AdaGrad. MODEL=aligned takes the
encoder of aligned edits (aligned.py, needs jax) instead of the words; its files are named aligned.*
"""
import os
import sys
import time

import numpy as np

import forest
import rows
import texts
import train

FOLDS, SEED, RANK, EPOCHS = (int(os.environ.get(n, v)) for n, v in (('FOLDS', 3), ('SEED', 1), ('RANK', 12), ('EPOCHS', 4)))
RATE, DECAY = (float(os.environ.get(n, v)) for n, v in (('RATE', .05), ('DECAY', 2e-5)))
MODEL = os.environ.get('MODEL', 'words')
LEAST, BATCH = 20, 512  # conflicts a word must be in; conflicts of a step


class Words:
    """score = words(left)·A·k + words(right)·A·mirror(k) + context·B·k + b·k, trained by AdaGrad."""

    def __init__(self, folder, conflicts):
        import scipy.sparse as sp
        found = dict(left=[[]] * len(conflicts), right=[[]] * len(conflicts), around=[[]] * len(conflicts))
        mask, buckets = (1 << texts.BITS) - 1, {}
        hashed = lambda strings: sorted({buckets.get(s) or buckets.setdefault(s, texts.fnv(s) & mask) for s in strings})
        for j, text in texts.read(folder, conflicts):
            found['left'][j] = hashed(texts.side_words(text, 'l', 'r'))
            found['right'][j] = hashed(texts.side_words(text, 'r', 'l'))
            found['around'][j] = hashed(texts.context_words(text))

        def matrix(lists):
            n = np.array([len(ids) for ids in lists])
            values = np.repeat(1 / np.sqrt(np.maximum(n, 1)), n).astype(np.float32)
            return sp.csr_matrix((values, np.concatenate(lists).astype(np.int32), np.concatenate([[0], np.cumsum(n)])), shape=(len(lists), mask + 1))

        self.sp = sp
        self.left, self.right, self.around = (matrix(found[name]) for name in ('left', 'right', 'around'))

    def fit(self, d, which, path):
        g = np.random.default_rng(SEED)
        m, size = d.K.shape[1], self.left.shape[1]
        often = lambda *ms: (sum(np.asarray((x[which] > 0).sum(0)).ravel() for x in ms) >= LEAST).astype(np.float32)[:, None]
        keep = dict(E=often(self.left, self.right), F=often(self.around))
        start = lambda *shape, k: (g.standard_normal(shape) * k).astype(np.float32)
        W = dict(E=start(size, RANK, k=.02) * keep['E'], F=start(size, RANK, k=.02) * keep['F'],
                 A=start(RANK, m, k=.3), B=start(RANK, m, k=.3), b=np.zeros(m, np.float32))
        past = {name: np.full_like(w, 1e-8) for name, w in W.items()}
        for epoch in range(EPOCHS):
            order = g.permutation(which)
            for at in range(0, len(order), BATCH):
                j = np.sort(order[at:at + BATCH])
                r, s, of = texts.spread(d.st, j)
                raw, parts = self.forward(W, d, j, r, of)
                error = (forest.softmax(raw + d.base[r], s) - d.y[r]) * np.repeat(d.weight[j], np.diff(s)) / len(j)
                for name, grad in self.backward(W, d, j, r, of, error.astype(np.float32), parts).items():
                    grad = (grad + DECAY * W[name]) * keep.get(name, 1)
                    past[name] += grad * grad
                    W[name] -= RATE * (1 - .7 * epoch / EPOCHS) * grad / np.sqrt(past[name])
        np.savez(path, **W)
        return W

    def forward(self, W, d, j, r, of):
        l, x, c = self.left[j] @ W['E'], self.right[j] @ W['E'], self.around[j] @ W['F']
        K = d.K[r]
        raw = ((l @ W['A'] + c @ W['B'])[of] * K).sum(1) + ((x @ W['A'])[of] * K[:, d.mirror]).sum(1) + K @ W['b']
        return raw, (l, x, c, K)

    def backward(self, W, d, j, r, of, error, parts):
        l, x, c, K = parts
        gather = self.sp.csr_matrix((error, (of, np.arange(len(of)))), shape=(len(j), len(of)))
        k, m = gather @ K, gather @ K[:, d.mirror]
        E = self.left[j].T @ (k @ W['A'].T) + self.right[j].T @ (m @ W['A'].T)
        return dict(E=E, F=self.around[j].T @ (k @ W['B'].T), A=l.T @ k + x.T @ m, B=c.T @ k, b=k.sum(0))

    def scores(self, W, d, which):
        for at in range(0, len(which), 1000):
            r, _, of = texts.spread(d.st, which[at:at + 1000])
            yield r, self.forward(W, d, which[at:at + 1000], r, of)[0]


class Data:
    def __init__(self, folder, base):
        conflicts, X, self.st, columns = rows.load(folder)
        p = np.fromfile(base, np.float32)
        assert len(p) == self.st[-1], f'{base} is not of these conflicts: run train.py first'
        self.K, self.mirror = texts.parts(X, columns)
        wanted = os.environ.get('REPOS')
        if wanted:
            which = [i for i, c in enumerate(conflicts) if c['repo'] in wanted.split(',')]
            r, st, _ = texts.spread(self.st, np.array(which))
            conflicts, self.K, p, self.st = [conflicts[i] for i in which], self.K[r], p[r], st
        self.conflicts, self.y = conflicts, rows.targets(conflicts, self.st)
        self.base = np.log(np.maximum(p, 1e-7)).astype(np.float32)
        self.weight, self.fold = train.weights(conflicts).astype(np.float32), rows.folds(conflicts, FOLDS)
        self.new = np.array([not c['repeat'] for c in conflicts])

    def line(self, name, scores, mask):
        p = forest.softmax(self.base.astype(float) + scores, self.st)
        told = np.log(np.maximum(np.add.reduceat(p * self.y, self.st[:-1]), 1e-9))[self.new & mask].mean()
        print(f'{forest.line(name, forest.summary(p, self.y, self.st), self.new & mask)} {told:.4f} |', flush=True)


def encoder(folder, conflicts):
    from aligned import Encoder  # jax is loaded for it alone
    return Encoder(folder, conflicts, SEED)


def main(folder, base=None):
    d = Data(folder, base or os.path.join(folder, 'first.oof.f32'))
    print(f'{len(d.conflicts)} conflicts, {FOLDS} folds of whole repositories', file=sys.stderr)
    model = encoder(folder, d.conflicts) if MODEL == 'aligned' else Words(folder, d.conflicts)
    extra, judged = np.zeros(len(d.y)), np.zeros(len(d.conflicts), bool)
    print('\n' + forest.HEAD.replace('\n', ' log likelihood |\n') + '---|')
    for k in range(int(os.environ.get('JUDGED', FOLDS))):
        t0, path = time.process_time(), os.path.join(folder, f'{MODEL}.{FOLDS}-{k}.{SEED}.{RANK}.{RATE}.{DECAY}.{EPOCHS}.npz')
        weights = dict(np.load(path)) if os.path.exists(path) else model.fit(d, np.flatnonzero(d.fold != k), path)
        for r, score in model.scores(weights, d, np.flatnonzero(d.fold == k)):
            extra[r] = score
        judged |= d.fold == k
        print(f'fold {k}: {time.process_time() - t0:.0f} s of CPU', file=sys.stderr)
        for share in (0, .25, .5, 1):  # how much of it is believed
            d.line('ranker' if share == 0 else f'ranker + {share} × {MODEL}', share * extra, judged)
    extra.astype(np.float32).tofile(os.path.join(folder, f'{MODEL}.oof.f32'))


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
