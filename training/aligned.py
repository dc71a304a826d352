"""A small encoder of aligned edits, after MergeBERT: each side's tokens aligned with the base, an edit type beside each token,
one encoder for both sides. Tokens are means of hashed words and pieces of words; two convolutions, one attention, pooling by
kind of edit. Both sides meet in a layer that is the same with left and right exchanged. JAX on one CPU thread.
"""
import os
import sys
import time

import numpy as np

import texts

VOCABULARY, PIECES, HEADS, CANDIDATES, BATCH = 8192, 4, 4, 24, 64
LENGTH, WIDTH, EPOCHS = (int(os.environ.get(n, v)) for n, v in (('LENGTH', 64), ('WIDTH', 64), ('EPOCHS', 3)))
HIDDEN = 96
# edit types; 0 is padding
EQUAL, INSERTED, DELETED, REPLACING, REPLACED, BEFORE, AFTER, COMMIT = range(1, 9)
TYPES, MEETINGS = 9, 3
RATE = 2e-3
HIDDEN_WORDS = .15  # share of tokens without their word in training, so that none is learned by heart

_ids = {}


def ids_of(word):
    known = _ids.get(word)
    if known is None:
        at = lambda s: 1 + texts.fnv(s) % (VOCABULARY - 1)
        known = [at('w' + word)] + [at('s' + piece) for piece in texts.pieces(word)[:PIECES - 1]]
        known = _ids[word] = known + [0] * (PIECES - len(known))
    return known


def sequence(text, side, other, span=24, near=6):
    """[(ids, edit type, meeting)]: meeting 1 where the other side did the same to the word, 2 where it did the opposite"""
    theirs_in, theirs_out = texts.edited(text, other)
    b, d = text['b'], text[side + 'd']
    seq, at = [], 0
    for (gone, new), k in zip(texts.spans(text, side), range(0, len(d), 4)):
        equal = b[at:d[k]]
        seq += [(w, EQUAL, 0) for w in (equal if len(equal) <= near else equal[:3] * (k > 0) + equal[-3:])]
        seq += [(w, REPLACED if new else DELETED, 1 if w in theirs_out else 2 if w in theirs_in else 0) for w in gone[:span]]
        seq += [(w, REPLACING if gone else INSERTED, 1 if w in theirs_in else 2 if w in theirs_out else 0) for w in new[:span]]
        at = d[k + 1]
    seq = seq[:LENGTH - 3 * near] + [(w, EQUAL, 0) for w in b[at:at + 3]]
    seq = [(w, BEFORE, 0) for w in text['before'][-near:]] + seq[:LENGTH - 3 * near] + [(w, AFTER, 0) for w in text['after'][:near]]
    out = [(ids_of(text['words'][w]), kind, meeting) for w, kind, meeting in seq]
    subject = texts.pieces(' '.join(text['s' + side][:1]))[:near]
    return (out + [(ids_of(piece), COMMIT, 0) for piece in subject])[:LENGTH]


class Encoder:
    def __init__(self, folder, conflicts, seed):
        os.environ.setdefault('XLA_FLAGS', '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1')
        import jax
        self.jax, self.seed = jax, seed
        n = len(conflicts)
        self.ids = np.zeros((n, 2, LENGTH, PIECES), np.uint16)
        self.kind, self.meet = np.zeros((n, 2, LENGTH), np.uint8), np.zeros((n, 2, LENGTH), np.uint8)
        for j, text in texts.read(folder, conflicts):
            for s, (side, other) in enumerate(('lr', 'rl')):
                for p, (word, kind, meeting) in enumerate(sequence(text, side, other)):
                    self.ids[j, s, p], self.kind[j, s, p], self.meet[j, s, p] = word, kind, meeting

    def start(self, m):
        g = np.random.default_rng(self.seed)
        n = lambda *shape, k: (g.standard_normal(shape) * k).astype(np.float32)
        D, W = WIDTH, dict()
        W |= dict(word=n(VOCABULARY, D, k=.1), kind=n(TYPES, D, k=.1), meet=n(MEETINGS, D, k=.1))
        for i in range(2):
            W |= {f'near{i}': n(5, D, k=.3), f'up{i}': n(D, 2 * D, k=D ** -.5), f'bias{i}': np.zeros(2 * D, np.float32),
                  f'down{i}': n(2 * D, D, k=.5 * (2 * D) ** -.5), f'norm{i}': np.ones(D, np.float32)}
        W |= dict(qkv=n(D, 3 * D, k=D ** -.5), out=n(D, D, k=.5 * D ** -.5), norm=np.ones(D, np.float32), pool=n(D, 3, k=.1))
        W |= dict(side=n(5 * D, HIDDEN, k=(5 * D) ** -.5), side_bias=np.zeros(HIDDEN, np.float32), A=n(HIDDEN, m, k=.02),
                  both=n(2 * HIDDEN, HIDDEN, k=.07), B=n(HIDDEN, m, k=.02), b=np.zeros(m, np.float32))
        return W

    def encode(self, W, ids, kind, meet):
        jax, np_ = self.jax, self.jax.numpy
        norm = lambda x, g: x * g / np_.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
        has, on = (ids > 0).astype(np_.float32), (kind > 0).astype(np_.float32)[..., None]
        x = 2 * (W['word'][ids] * has[..., None]).sum(2) / np_.maximum(has.sum(2), 1)[..., None] + W['kind'][kind] + W['meet'][meet]
        for i in range(2):
            h = norm(x, W[f'norm{i}']) * on
            h = h + sum(np_.roll(h, s - 2, 1) * W[f'near{i}'][s] for s in range(5))
            x = x + jax.nn.gelu(h @ W[f'up{i}'] + W[f'bias{i}']) @ W[f'down{i}']
        n = len(ids)
        q, k, v = np_.split((norm(x, W['norm']) @ W['qkv']).reshape(n, LENGTH, HEADS, -1), 3, -1)
        off = np_.where(kind > 0, 0., -1e4)
        a = jax.nn.softmax(np_.einsum('nthd,nshd->nhts', q, k) / q.shape[-1] ** .5 + off[:, None, None, :], -1)
        x = x + np_.einsum('nhts,nshd->nthd', a, v).reshape(n, LENGTH, WIDTH) @ W['out']
        pools = []
        for kinds in ((INSERTED, REPLACING), (DELETED, REPLACED)):
            of = sum(kind == k for k in kinds).astype(np_.float32)[..., None]
            pools.append((x * of).sum(1) / np_.maximum(of.sum(1), 1))
        a = jax.nn.softmax(x @ W['pool'] + off[..., None], 1)
        pools.append(np_.einsum('ntj,ntd->njd', a, x).reshape(n, -1))
        return jax.nn.gelu(np_.concatenate(pools, -1) @ W['side'] + W['side_bias'])

    def forward(self, W, b, mirror):
        np_ = self.jax.numpy
        n = len(b['ids'])
        q = self.encode(W, *(b[x].reshape(2 * n, *b[x].shape[2:]) for x in ('ids', 'kind', 'meet'))).reshape(n, 2, HIDDEN)
        says = lambda x, z: x @ W['A'] + self.jax.nn.gelu(np_.concatenate([x, z], -1) @ W['both']) @ W['B']
        left, right = says(q[:, 0], q[:, 1]), says(q[:, 1], q[:, 0])[:, mirror]
        return np_.einsum('nm,nkm->nk', left + right + W['b'], b['K'])

    def batch(self, d, j):
        """conflicts of one shape: at most CANDIDATES rows, the last of them "none"; short batches are filled with weight 0"""
        full = np.concatenate([j, np.repeat(j[:1], BATCH - len(j))])
        at = np.minimum(d.st[full][:, None] + np.arange(CANDIDATES), d.st[full + 1][:, None] - 1)
        n = np.minimum(np.diff(d.st)[full], CANDIDATES)
        at[np.arange(BATCH), n - 1] = d.st[full + 1] - 1
        real = np.arange(CANDIDATES) < n[:, None]
        weight = d.weight[full] * (np.arange(BATCH) < len(j))
        return at, real, dict(ids=self.ids[full].astype(np.int32), kind=self.kind[full].astype(np.int32), meet=self.meet[full].astype(np.int32),
                              K=d.K[at] * real[..., None], y=d.y[at] * real, base=np.where(real, d.base[at], -1e4).astype(np.float32), weight=weight)

    def fit(self, d, which, path):
        jax, np_ = self.jax, self.jax.numpy
        W, g = self.start(d.K.shape[1]), np.random.default_rng(self.seed)
        print(f'{sum(w.size for w in W.values())} parameters', file=sys.stderr)

        def loss(W, b):
            told = jax.nn.log_softmax(self.forward(W, b, d.mirror) + b['base'], -1)
            return -(b['weight'] * (b['y'] * told).sum(-1)).sum() / b['weight'].sum()

        @jax.jit
        def step(W, m, v, b, t, rate):  # AdamW
            value, grad = jax.value_and_grad(loss)(W, b)
            m = jax.tree.map(lambda a, x: .9 * a + .1 * x, m, grad)
            v = jax.tree.map(lambda a, x: .99 * a + .01 * x * x, v, grad)
            move = lambda w, a, c: w * (1 - .02 * rate) - rate * (a / (1 - .9 ** t)) / (np_.sqrt(c / (1 - .99 ** t)) + 1e-8)
            return jax.tree.map(move, W, m, v), m, v, value

        m, v, t = jax.tree.map(np.zeros_like, W), jax.tree.map(np.zeros_like, W), 0
        steps, losses, t0 = EPOCHS * -(-len(which) // BATCH), [], time.process_time()
        for _ in range(EPOCHS):
            order = g.permutation(which)
            for at in range(0, len(order), BATCH):
                t += 1
                _, _, b = self.batch(d, order[at:at + BATCH])
                b['ids'] *= g.random(b['ids'].shape[:3] + (1,)) >= HIDDEN_WORDS  # its place and edit type stay
                W, m, v, value = step(W, m, v, b, t, RATE * min(1, t / 50) * (1 - t / (steps + 1)))
                losses.append(float(value))
                if t % 50 == 0:
                    print(f'step {t} of {steps}: {np.mean(losses[-50:]):.4f}, {time.process_time() - t0:.0f} s of CPU', file=sys.stderr, flush=True)
        W = {name: np.asarray(w) for name, w in W.items()}
        np.savez(path, **W)
        return W

    def scores(self, W, d, which):
        forward = self.jax.jit(lambda W, b: self.forward(W, b, d.mirror))
        for at in range(0, len(which), BATCH):
            j = which[at:at + BATCH]
            rows_of, real, b = self.batch(d, j)
            real[len(j):] = False
            z = np.asarray(forward(W, b))
            r, _, of = texts.spread(d.st, j)
            worst = np.where(real, z, 1e9).min(1)[of]  # candidates beyond the last that fits
            out = dict(zip(rows_of[real], z[real]))
            yield r, np.array([out.get(row, low) for row, low in zip(r, worst)])
