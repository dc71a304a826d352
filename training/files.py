#!/usr/bin/env python3
"""What whole files would come to, leave-repositories-out: files.py FEATURES

From stage two's out-of-fold predictions (FEATURES/second.oof.f32, nothing known but the file itself): a file is resolved
at a confidence when the best resolution of every conflict in it reaches that confidence; it is right when all of them are
the developers' texts and the developers changed nothing outside the conflicts. Conflicts whose resolution could not be
located count against the file. Only files with all conflicts exported are counted as resolvable.
"""
import json
import os
import sys
from collections import defaultdict

import numpy as np

import forest
import rows


def main(folder):
    conflicts, _, st, _ = rows.load(folder)
    y = rows.targets(conflicts, st)
    p = np.fromfile(os.path.join(folder, 'second.oof.f32'), np.float32).astype(float)
    s = forest.summary(p[st[-1]:2 * st[-1]], y, st)
    files = defaultdict(list)
    for i, c in enumerate(conflicts):
        files[c['key']].append(i)
    total = len(files)
    print(f'{total} conflicted files with at least one located conflict\n')
    print('| at least | files resolved | share % | right | wrong | precision % |\n|---|---|---|---|---|---|')
    for t in (.3, .4, .5, .55, .6, .65, .7, .75, .8, .85, .9, .93, .95, .97):
        done = right = 0
        for key, ix in files.items():
            c = conflicts[ix[0]]
            if len(ix) != c['n'] or min(s['conf'][i] for i in ix) < t:
                continue
            done += 1
            right += c['whole'] and all(s['ok'][i] for i in ix)
        print(f'| {t:.2f} | {done} | {100 * done / total:.1f} | {right} | {done - right} | {100 * right / max(1, done):.1f} |')


if __name__ == '__main__':
    main(*sys.argv[1:])
