"""Conflicts as the word model sees them: hashed words and edits from NAME.texts (`mortise features --texts`), and what a candidate is made of.

Both sides are read by the same weights: what the left side's words say about candidate k is what the same words on the right
would say about the mirrored candidate. So "takes left" and "takes right", "left first" and "right first" are learned together.
"""
import json
import os
import re

import numpy as np

BITS = 17  # hashed words: 131,072 buckets
PIECES = re.compile(r'[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+')


def spread(st, which):
    """rows of the conflicts `which` -> (rows, their offsets, conflict of each row)"""
    n = np.diff(st)[which]
    s = np.concatenate([[0], np.cumsum(n)])
    return np.repeat(st[which] - s[:-1], n) + np.arange(s[-1]), s, np.repeat(np.arange(len(which)), n)


def fnv(text):
    h = 0x811c9dc5
    for byte in text.encode():
        h = ((h ^ byte) * 0x01000193) & 0xffffffff
    return h ^ h >> 15


def pieces(word):
    """camelCase and snake_case apart, in lower case"""
    return [piece.lower() for piece in PIECES.findall(word)]


def read(folder, conflicts):
    """-> (index of the conflict, its texts) for every exported conflict that has texts"""
    index = {(c['key'], c['i']): j for j, c in enumerate(conflicts)}
    for repo in sorted({c['repo'] for c in conflicts}):
        file = os.path.join(folder, repo.replace('/', '+') + '.texts')
        for line in open(file) if os.path.exists(file) else ():
            text = json.loads(line)
            j = index.get((text['key'], text['i']))
            if j is not None:
                yield j, text


def spans(text, side):
    """edits of a side ('l' or 'r'): (words deleted, words inserted) by id"""
    d = text[side + 'd']
    for k in range(0, len(d), 4):
        yield text['b'][d[k]:d[k + 1]], text[side][d[k + 2]:d[k + 3]]


def edited(text, side):
    inserted, deleted = set(), set()
    for gone, new in spans(text, side):
        deleted.update(gone)
        inserted.update(new)
    return inserted, deleted


def side_words(text, side, other, limit=400):
    """What one side did, as strings: its words in and out (marked where the other side did the same), pieces of names, pairs,
    small replacements whole, sizes, and the words of its commits."""
    words = text['words']
    theirs_in, theirs_out = edited(text, other)
    out, new, gone = [], [], []
    for D, I in spans(text, side):
        if D and I and len(D) <= 2 and len(I) <= 2 and len(new) < limit:
            out.append('>' + ' '.join(words[w] for w in D) + '>' + ' '.join(words[w] for w in I))
        out.append('r' + '+-='[0 if not D else 1 if not I else 2])
        out += ['2+' + words[a] + ' ' + words[b] for a, b in zip(I[:60], I[1:60])]
        out += ['2-' + words[a] + ' ' + words[b] for a, b in zip(D[:60], D[1:60])]
        new += I
        gone += D
    ins, dele = set(new[:limit]), set(gone[:limit])
    for mark, mine, again, same in (('+', ins, dele, theirs_in), ('-', dele, ins, theirs_out)):
        for w in mine:
            out.append(mark + ('b' if w in same else '') + ('m' if w in again else '') + words[w])
            out += [f's{mark}{piece}' for piece in pieces(words[w])]
    out += [f'n+{len(new).bit_length()}', f'n-{len(gone).bit_length()}', f'n{len(new).bit_length()},{len(gone).bit_length()}']
    for subject in text['s' + side]:
        out += ['m' + piece for piece in pieces(subject)[:12]]
    return out[:1500]


def context_words(text):
    """What belongs to neither side: language, path, base, the words next to the conflict."""
    words = text['words']
    out = [f"l:{text['lang']}", f"f:{text['path'].split('/')[-1].lower()}", f"nb{len(text['b']).bit_length()}"]
    for mark, near in (('<', text['before'][:-9:-1]), ('.', text['after'][:8])):
        out += [mark + words[w] for w in near] + [f'{mark}{j}{words[w]}' for j, w in enumerate(near[:2])]
    return out + ['p:' + piece for piece in pieces(text['path'])] + ['b:' + words[w] for w in set(text['b'][:200])]


TAKES = ['k.keeps.left', 'k.keeps.right', 'k.keeps.added left', 'k.keeps.added right', 'k.revives.left', 'k.revives.right', 'k.keeps.base',
         'k.made of.left', 'k.made of.right', 'k.made of.added left', 'k.made of.added right']
PAIRS = [('left+right-base', 'right+left-base'), ('left-base+right', 'right-base+left'), ('token woven', 'token woven R')]


def mirror(name):
    """the column that says the same with left and right exchanged"""
    for a, b in PAIRS:
        if name in (f'k.by.{a}', f'k.by.{b}'):
            return f'k.by.{b}' if name == f'k.by.{a}' else f'k.by.{a}'
    head, _, tail = name.rpartition(' ')
    if re.match(r'k\.by\.(token|fine|myers)$', head) and not tail.strip('LRO,-'):
        return f"{head} {tail.translate(str.maketrans('LR', 'RL'))}"
    return re.sub('left|right', lambda m: 'right' if m[0] == 'left' else 'left', name)


def parts(X, columns):
    """-> (what each candidate is made of, the mirrored place of each of those columns). Columns without a mirror stay themselves."""
    names = [c for c in columns if c.startswith('k.by.')] + [c for c in TAKES if c in columns] + ['none']
    at = {name: i for i, name in enumerate(names)}
    first = {n: f'{n}, right first' if f'{n}, right first' in at else f'{n} right first' for n in names}
    for name, other in list(first.items()):
        first[other] = name
    mirrored = np.array([at.get(first[n] if first.get(n) in at else mirror(n), i) for i, n in enumerate(names)])
    assert (mirrored[mirrored] == np.arange(len(names))).all(), 'a column whose mirror has another mirror'
    K = np.nan_to_num(X[:, [columns.index(name) for name in names]])
    return np.clip(K, 0, 1).astype(np.float32), mirrored
