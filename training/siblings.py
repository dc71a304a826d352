"""Stage two's rows as `mortise features --siblings` wrote them, and how its answers become those of all candidates."""
import json
import os

import numpy as np

import forest

# Stage two judges the candidates that stage one gives at least this; the others keep what they have. As in
# server/resolve/features/siblingFeatures.ts.
WORTH = .002
# With nothing decided, stage two only adds noise to the most confident answers: so much of it is mixed in (log-linear). As in
# server/resolve/learnedRanker.ts.
MIXED = .3


class View:
    """What is known in one view: the rows stage two judges (X, offsets st) among all rows (mask judged, offsets all)."""

    def __init__(self, folder, name, st):
        self.columns = json.load(open(os.path.join(folder, 'second.columns.json')))
        first = 'bare' if name == 'bare' else 'told' if name.startswith('told') else 'oof'
        base = np.fromfile(os.path.join(folder, f'first.{first}.f32'), np.float32)
        self.base = base.astype(float)
        self.judged = self.base >= WORTH
        self.judged[st[1:] - 1] = True
        self.all = st
        self.st = np.concatenate([[0], np.cumsum(np.add.reduceat(self.judged.astype(int), st[:-1]))]).astype(np.int64)
        self.X = np.memmap(os.path.join(folder, f'second.{name}.f32'), np.float32, 'r').reshape(-1, len(self.columns))
        assert len(self.X) == self.st[-1], 'stage one was trained again: run mortise features --siblings'
        self.decided = np.array(self.X[self.st[:-1], self.columns.index('decided')])

    def targets(self, y):
        """1 for the candidate chosen, or for "none" where it is not among those judged."""
        target = y[self.judged]
        lost = np.add.reduceat(target, self.st[:-1]) == 0
        target[self.st[1:][lost] - 1] = 1
        return target

    def answers(self, p):
        """Stage two's probabilities of the rows it judged -> those of all rows."""
        all_ = self.base.copy()
        rest = np.add.reduceat(np.where(self.judged, 0, all_), self.all[:-1])
        all_[self.judged] = p * np.repeat(1 - rest, np.diff(self.st))
        alone = forest.softmax(MIXED * np.log(all_ + 1e-9) + (1 - MIXED) * np.log(self.base + 1e-9), self.all)
        return np.where(np.repeat(self.decided == 0, np.diff(self.all)), alone, all_)
