#!/usr/bin/env python3
"""Does the word model learn what is there to learn? Made-up conflicts in which the side that inserts `urgent` wins, on either side
alike, before a ranker that knows nothing. Exits with 1 where the model misses the rule."""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

COLUMNS = ['c.lines.left', 'k.by.left', 'k.by.right', 'k.by.base', 'none']
ROWS = np.array([[1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 0, 0, 1, 0], [1, np.nan, np.nan, np.nan, 1]], np.float32)


def conflict(rng, repo, n):
    """two replacements of one word; left of them holds the rule's word or right does"""
    words = ['urgent', 'later'] + [f'name{rng.integers(40)}' for _ in range(8)] + ['=', ';']
    hit = int(rng.integers(2))
    side = lambda wins: [2, 10, *rng.permutation([3, 4, 5])[:2].tolist(), 0 if wins else 1, 11]
    key = f'{repo}@{n}:src/{n}.ts'
    told = dict(key=key, repo=repo, merge=str(n), path=f'src/{n}.ts', lang='ts', i=0, k=len(ROWS), hit=hit, dup=key)
    left, right = side(hit == 0), side(hit == 1)
    text = dict(key=key, i=0, path=f'src/{n}.ts', lang='ts', b=[2, 10, 6, 11], l=left, r=right, ld=[2, 3, 2, 5], rd=[2, 3, 2, 5],
                before=[7, 11], after=[8], sl=[], sr=['Later'], words=words)
    return told, text


def main():
    rng = np.random.default_rng(5)
    with tempfile.TemporaryDirectory() as folder:
        json.dump(COLUMNS, open(os.path.join(folder, 'columns.json'), 'w'))
        for repo in ('a', 'b', 'c'):
            made = [conflict(rng, repo, n) for n in range(150)]
            for name, part in (('jsonl', 0), ('texts', 1)):
                with open(os.path.join(folder, f'{repo}.{name}'), 'w') as file:
                    file.writelines(json.dumps(m[part]) + '\n' for m in made)
            np.tile(ROWS, (len(made), 1)).tofile(os.path.join(folder, f'{repo}.f32'))
        np.full(3 * 150 * len(ROWS), 1 / len(ROWS), np.float32).tofile(os.path.join(folder, 'first.oof.f32'))
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'words.py')
        subprocess.run([sys.executable, script, folder], check=True, env=dict(os.environ, EPOCHS='12'))
        scores = np.fromfile(os.path.join(folder, 'words.oof.f32'), np.float32).reshape(-1, len(ROWS))
        made = [json.loads(line) for repo in 'abc' for line in open(os.path.join(folder, f'{repo}.jsonl'))]
        right = (scores.argmax(1) == [c['hit'] for c in made]).mean()
        print(f'{100 * right:.1f} % right, where a coin gives 50')
        sys.exit(int(right < .95))


if __name__ == '__main__':
    main()
