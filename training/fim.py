#!/usr/bin/env python3
"""A small code model that fills in the middle and reads files shown before the hole, trained from git directories on a CPU.

  fim.py train OUT GITDIR… [--hold GITDIR] [--minutes 55] [--seed 1]   tokenizer and checkpoints -> OUT/; goes on from OUT/;
                                                                      --slice M stops after M minutes, to be gone on with
  fim.py copying OUT GITDIR… [--minutes 8]                            two layers that copy in front of it, and the rest trained on
  fim.py export OUT FILE.gguf                                         the model for llama.cpp, Ollama and their like (Q8_0)

It exists to measure what context is worth to a model, and for tests; it is far too small to be of use to anybody who codes.
Trained with every kind of context from the same repository (nothing, any chunk, chunks that share rare names with the place,
declarations of names used there), in even shares, so that it favours no way of choosing context. The split is by
repository: what is measured with it must come from repositories that were not given here. `--hold` reports its loss on one.
Architecture qwen2 (llama.cpp knows it). Wants requirements-fim.txt.
"""
import argparse
import os
import random
import re
import subprocess
import time
from collections import defaultdict

QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SPECIAL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|fim_prefix|>', '<|fim_middle|>', '<|fim_suffix|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>']
SOURCE = re.compile(r'\.(?:ts|tsx|mts|js|jsx|mjs)$')
ASIDE = re.compile(r'(?:^|/)(?:node_modules|dist|build|vendor|fixtures?|__snapshots__|locales?|i18n|test-?data|\.yarn)(?:/|$)|\.min\.|\.d\.[cm]?ts$')
NAME = re.compile(r'[A-Za-z_$][\w$]{3,}')
DECLARED = re.compile(r'^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+|async\s+|declare\s+|public\s+|private\s+|protected\s+|static\s+|readonly\s+)*(?:function|class|interface|type|enum|const)\s+([A-Za-z_$][\w$]*)|^  (?:public |private |protected |static |async |readonly |get |set )*([A-Za-z_$][\w$]*)\s*[(<:?]')
FILES = 300  # of a repository
CHUNK = 24  # lines
LENGTH = 768  # tokens of one training row
VOCABULARY = 3072
ROPE = 1e6  # base of the rotary positions: half of them hardly turn within a row


# ---- data: repositories, holes, context -------------------------------------------------------------------------------


class Repository:
    """Sources of one repository at its head, with where each name stands and is declared."""

    def __init__(self, git, rng):
        listed = subprocess.run(['git', '--git-dir', git, 'ls-tree', '-r', '-l', 'HEAD'], capture_output=True, text=True, check=True).stdout
        entries = []
        for line in listed.splitlines():
            meta, path = line.split('\t', 1)
            _, kind, blob, size = meta.split()
            if kind == 'blob' and SOURCE.search(path) and not ASIDE.search(path) and 400 < int(size) < 60_000:
                entries.append((path, blob))
        rng.shuffle(entries)
        entries = sorted(entries[:FILES])
        out = subprocess.run(['git', '--git-dir', git, 'cat-file', '--batch'], input='\n'.join(b for _, b in entries).encode(), capture_output=True, check=True).stdout
        self.files, at = [], 0
        for path, _ in entries:
            end = out.index(b'\n', at)
            size = int(out[at:end].split()[2])
            text = out[end + 1:end + 1 + size].decode('utf8', 'ignore').replace('\r\n', '\n')
            at = end + 2 + size
            if max(map(len, text.split('\n'))) < 400:
                self.files.append((path, text))
        self.chunks, self.standing, self.declared = [], defaultdict(set), defaultdict(list)
        for f, (_, text) in enumerate(self.files):
            lines = text.split('\n')
            for i in range(0, len(lines), CHUNK):
                self.chunks.append((f, i))
                for name in set(NAME.findall('\n'.join(lines[i:i + CHUNK]))):
                    self.standing[name].add(len(self.chunks) - 1)
            for i, line in enumerate(lines):
                found = DECLARED.match(line)
                if found:
                    self.declared[found[1] or found[2]].append((f, i))

    def chunk(self, c):
        f, i = self.chunks[c]
        return self.files[f][0], '\n'.join(self.files[f][1].split('\n')[i:i + CHUNK]) + '\n'

    def sharing(self, text, own, rng):
        """Chunks of other files that share the rarest names with a text."""
        score = defaultdict(float)
        for name in set(NAME.findall(text)):
            places = self.standing.get(name, ())
            if 1 < len(places) < 60:
                for c in places:
                    if self.chunks[c][0] != own:
                        score[c] += 1 / len(places)
        best = sorted(score, key=lambda c: -score[c])[:6]
        rng.shuffle(best)
        return [self.chunk(c) for c in best]

    def declarations(self, text, own, rng):
        """Declarations in other files of the names in a text, by file; a few lines of each."""
        by_file = defaultdict(list)
        names = [n for n in dict.fromkeys(NAME.findall(text)) if 0 < len(self.declared.get(n, ())) <= 6]
        rng.shuffle(names)
        for name in names[:24]:
            f, i = rng.choice(self.declared[name])
            if f != own:
                by_file[f].append(i)
        out = []
        for f, starts in by_file.items():
            lines, shown = self.files[f][1].split('\n'), []
            for i in sorted(set(starts)):
                shown += lines[i:i + rng.choice([1, 1, 2, 4])]
            out.append((self.files[f][0], '\n'.join(shown) + '\n'))
        return out

    def sample(self, rng):
        """(context files, prefix, middle, suffix) at a random place."""
        own = rng.randrange(len(self.files))
        text = self.files[own][1]
        at = rng.randrange(len(text) // 8, len(text) - 8)
        if rng.random() < .35:  # where a line begins, after its indentation
            at = text.rfind('\n', 0, at) + 1
            at += len(text[at:]) - len(text[at:].lstrip(' \t'))
        elif rng.random() < .6:  # where a word begins
            at -= len(re.search(r'[\w$]*$', text[max(0, at - 40):at])[0])
        end = text.find('\n', at)
        for _ in range(rng.choice([0, 0, 0, 0, 1, 2, 4])):
            end = text.find('\n', end + 1) if end >= 0 else end
        end = len(text) if end < 0 else end
        if rng.random() < .3:  # within the line: an argument, an expression
            inner = re.compile(r'[\w$.]*(?:\([^()\n]*\))?').match(text, at).end()
            end = inner if inner - at > 2 else end
        prefix = text[max(0, at - rng.choice([400, 700, 1000])):at]
        suffix = text[end:end + rng.choice([0, 120, 300])]
        middle = text[at:end][:500]
        kind = rng.choice(['none', 'any', 'sharing', 'declarations', 'both'])
        near = prefix[-400:] + middle
        extra = []
        if kind == 'any':
            extra = [self.chunk(rng.randrange(len(self.chunks))) for _ in range(3)]
        if kind in ('sharing', 'both'):
            extra += self.sharing(near, own, rng)[:3]
        if kind in ('declarations', 'both'):
            extra = self.declarations(near, own, rng) + extra
        return extra, prefix, middle, suffix


def tokens_of(sample, tok, ids):
    """The form of llama-server's /infill: repository and files, then prefix, suffix, middle. At most LENGTH tokens."""
    extra, prefix, middle, suffix = sample
    e = lambda text: tok.encode(text, add_special_tokens=False).ids
    tail = [ids['<|fim_prefix|>'], *e(prefix)[-240:], ids['<|fim_suffix|>'], *e(suffix)[:64], ids['<|fim_middle|>'], *e(middle)[:120], ids['<|endoftext|>']]
    if not extra:
        return tail
    head = [ids['<|repo_name|>'], *e('myproject\n')]
    here = [ids['<|file_sep|>'], *e('filename\n')]
    room = LENGTH - len(tail) - len(head) - len(here)
    for path, text in extra:
        piece = [ids['<|file_sep|>'], *e(f'{path}\n{text}')][:room]
        room -= len(piece)
        head += piece
    return head + here + tail


def rows(repositories, tok, ids, rng):
    """Rows of LENGTH + 1 tokens; each begins with a sample, and the last one in it may be cut."""
    weights = [len(r.files) ** .5 for r in repositories]
    while True:
        row = []
        while len(row) <= LENGTH:
            row += tokens_of(rng.choices(repositories, weights)[0].sample(rng), tok, ids)
        yield row[:LENGTH + 1]


def train_tokenizer(texts, path):
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN_SPLIT), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - len(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, special_tokens=[])
    tok.train_from_iterator(texts, trainer)
    tok.add_special_tokens(SPECIAL)
    tok.save(path)
    return tok


# ---- model ------------------------------------------------------------------------------------------------------------


def build(shape):
    import torch
    import torch.nn.functional as F
    from torch import nn
    V, d, layers, h, kv, ff = (shape[k] for k in ('vocabulary', 'd', 'layers', 'heads', 'kv', 'ff'))
    hd = d // h

    class Norm(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(d))

        def forward(self, x):
            return F.rms_norm(x, (d,), self.w, 1e-6)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.n1, self.n2 = Norm(), Norm()
            self.q, self.k, self.v, self.o = nn.Linear(d, d), nn.Linear(d, kv * hd), nn.Linear(d, kv * hd), nn.Linear(d, d, bias=False)
            self.gate, self.up, self.down = nn.Linear(d, ff, bias=False), nn.Linear(d, ff, bias=False), nn.Linear(ff, d, bias=False)

        def forward(self, x, cos, sin):
            B, T, _ = x.shape
            y = self.n1(x)
            part = lambda z, n: z.view(B, T, n, hd).transpose(1, 2)
            turn = lambda z: z * cos + torch.cat((-z[..., hd // 2:], z[..., :hd // 2]), -1) * sin
            q, k, v = turn(part(self.q(y), h)), turn(part(self.k(y), kv)), part(self.v(y), kv)
            k, v = k.repeat_interleave(h // kv, 1), v.repeat_interleave(h // kv, 1)
            x = x + self.o(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(B, T, d))
            y = self.n2(x)
            return x + self.down(F.silu(self.gate(y)) * self.up(y))

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.blocks, self.norm = nn.Embedding(V, d), nn.ModuleList(Block() for _ in range(layers)), Norm()
            nn.init.normal_(self.embed.weight, std=.02)
            for name, p in self.blocks.named_parameters():
                if name.endswith(('bias', 'o.weight', 'down.weight')):
                    nn.init.zeros_(p)
                elif p.dim() == 2:
                    nn.init.normal_(p, std=.5 / d ** .5)

        def forward(self, x):
            f = torch.outer(torch.arange(x.shape[1]).float(), frequencies(hd))
            f = torch.cat((f, f), -1)
            z = self.embed(x)
            for block in self.blocks:
                z = block(z, f.cos(), f.sin())
            return F.linear(self.norm(z), self.embed.weight)

    def frequencies(size):
        return 1 / (ROPE ** (torch.arange(0, size, 2).float() / size))

    return Model()


def with_copier(saved):
    """The model with two layers in front that copy: one head finds the token before, one what followed it elsewhere.

    A model must copy from context before context is worth anything to it, and one this small needs far more training than an
    hour of one busy core to find out how. So the two heads are built from the trained embedding: the first writes what the token
    before was into directions that the embedding hardly uses, the second looks there for the present token (whitened, so that
    tokens that are alike do not match) and adds the embedding of what it finds. What follows is trained to make use of it.
    """
    import torch
    shape = {**saved['shape'], 'layers': saved['shape']['layers'] + 2}
    d, hd = shape['d'], shape['d'] // shape['heads']
    model = build(shape)
    old = saved['model']
    model.load_state_dict({re.sub(r'^blocks\.(\d+)', lambda m: f'blocks.{int(m[1]) + 2}', name): value for name, value in old.items()}, strict=False)
    with torch.no_grad():
        E = model.embed.weight
        size = E.norm(dim=1).mean()
        unit = E * (d ** .5 / E.norm(dim=1, keepdim=True))
        mean = unit.mean(0)
        spread, axes = torch.linalg.eigh(torch.cov(unit.T))
        loud, quiet = axes[:, -64:], axes[:, :hd // 2]
        mix = torch.linalg.qr(torch.randn(64, hd // 2))[0].T
        match = mix @ (loud / spread[-64:].sqrt()).T  # of a normed embedding: 32 numbers of size one
        first, second = model.blocks[0], model.blocks[1]
        angle = 1 / (ROPE ** (torch.arange(0, hd, 2).float() / hd))[:hd // 8]
        near, far = hd // 8, [*range(hd // 4, hd // 2), *range(hd // 4 + hd // 2, hd)]
        first.q.weight[:hd], first.k.weight[:hd] = 0, 0
        first.k.bias[:near] = 7
        first.q.bias[:near], first.q.bias[hd // 2:hd // 2 + near] = 7 * torch.cos(angle), -7 * torch.sin(angle)
        first.v.weight[:hd], first.v.bias[:hd] = 0, 0
        first.v.weight[:hd // 2], first.v.bias[:hd // 2] = match, -match @ mean
        write = .6 * size / (hd // 2) ** .5
        first.o.weight[:, :hd // 2] = write * quiet
        # A row is now about as long as its token's and the written part together; what is read back is scaled to size one.
        back = (1 + .6 ** 2) ** .5 * size / d ** .5
        second.q.weight[:hd], second.k.weight[:hd] = 0, 0
        second.q.weight[far], second.q.bias[far] = 2 * (1 + .6 ** 2) ** .5 * match, -2 * match @ mean
        second.k.weight[far] = 2 * (back / write) * quiet.T
        second.k.bias[far] = -second.k.weight[far] @ (mean / (1 + .6 ** 2) ** .5)
        second.v.weight[:hd] = loud[:, -hd:].T
        second.o.weight[:, :hd] = .8 * back * loud[:, -hd:]
    return shape, model


# Tensors of the copier that stay as they were built.
BUILT = re.compile(r'blocks\.0\.(?:q|k|v|o)\.|blocks\.1\.(?:q|k)\.')


def orthogonal(G):
    """The nearest orthogonal matrix, about: five Newton-Schulz steps (Muon)."""
    X = G / (G.norm() + 1e-7)
    if G.shape[0] > G.shape[1]:
        X = X.T
    for _ in range(5):
        A = X @ X.T
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return (X.T if G.shape[0] > G.shape[1] else X) * max(1, G.shape[0] / G.shape[1]) ** .5


def train(options):
    import numpy as np
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng, told = random.Random(options.seed), time.time()
    os.makedirs(options.out, exist_ok=True)
    repositories = [Repository(git, random.Random(options.seed)) for git in options.git]
    held = [Repository(options.hold, random.Random(options.seed))] if options.hold else []
    print(f'{sum(len(r.files) for r in repositories)} files of {len(repositories)} repositories, {time.time() - told:.0f} s', flush=True)
    at = os.path.join(options.out, 'tokenizer.json')
    if os.path.exists(at):
        from tokenizers import Tokenizer
        tok = Tokenizer.from_file(at)
    else:
        tok = train_tokenizer([t for r in repositories for _, t in random.Random(1).sample(r.files, min(len(r.files), 60))], at)
    ids = {name: tok.token_to_id(name) for name in SPECIAL}
    copying = options.command == 'copying'
    last = os.path.join(options.out, 'copying.pt' if copying else 'checkpoint.pt')
    if copying:
        shape, model = with_copier(torch.load(os.path.join(options.out, 'checkpoint.pt')))
    else:
        shape = dict(vocabulary=tok.get_vocab_size(), d=options.d, layers=options.layers, heads=2, kv=2, ff=options.ff)
        model = build(shape)
    speed = .4 if copying else 1.
    print(f'{sum(p.numel() for p in model.parameters()) / 1e6:.2f}M parameters, {time.time() - told:.0f} s', flush=True)
    learning = [(n, p) for n, p in model.named_parameters() if not (copying and BUILT.match(n))]
    matrices = [p for n, p in learning if p.dim() == 2 and not n.startswith('embed')]
    moments = [torch.zeros_like(p) for p in matrices]
    rest = [p for n, p in learning if p.dim() < 2 or n.startswith('embed')]
    adam = torch.optim.AdamW(rest, 3e-3, betas=(.9, .95), weight_decay=0)
    step, spent, seen, mean = 0, 0., 0, None
    if os.path.exists(last):
        c = torch.load(last)
        model.load_state_dict(c['model'])
        adam.load_state_dict(c['adam'])
        moments, step, spent, seen, mean = c['moments'], c['step'], c['spent'], c['seen'], c['mean']
        rng.seed(options.seed + step)
    source = rows(repositories, tok, ids, rng)
    batch = lambda stream, n: torch.tensor(np.array([next(stream) for _ in range(n)], dtype=np.int64))
    judged = batch(rows(held, tok, ids, random.Random(7)), 24) if held else None

    def judge():
        with torch.no_grad():
            loss = np.mean([F.cross_entropy(model(r[None, :-1])[0], r[1:]).item() for r in judged])
        print(f'held out: {loss:.3f} at {spent:.0f} s', flush=True)

    def save(name):
        torch.save(dict(shape=shape, model=model.state_dict(), adam=adam.state_dict(), moments=moments, step=step, spent=spent, seen=seen, mean=mean), name + '.part')
        os.replace(name + '.part', name)

    if judged is not None:
        judge()
    limit, begun, before, saved = options.minutes * 60, time.time(), spent, spent
    while spent < min(limit, before + options.slice * 60):
        done = spent / limit
        rate = min(1, (step + 1) / 20) * min(1, max(.02, (1 - done) / .55)) * speed
        xy = batch(source, options.batch)
        loss = F.cross_entropy(model(xy[:, :-1]).flatten(0, 1), xy[:, 1:].flatten())
        model.zero_grad(set_to_none=True)
        loss.backward()
        adam.param_groups[0]['lr'] = 3e-3 * rate
        torch.nn.utils.clip_grad_norm_(rest, 1.)
        adam.step()
        with torch.no_grad():
            for p, m in zip(matrices, moments):
                m.mul_(.95).add_(p.grad)
                p.mul_(1 - .01 * .02 * rate).add_(orthogonal(p.grad.add(m, alpha=.95)), alpha=-.02 * rate)
        mean = loss.item() if mean is None else .97 * mean + .03 * loss.item()
        step, seen, spent = step + 1, seen + xy.numel(), before + time.time() - begun
        if step % 50 == 0:
            print(f'step {step} loss {mean:.3f} tokens {seen / 1e6:.2f}M {spent:.0f} s', flush=True)
        if spent - saved > 180 or spent >= min(limit, before + options.slice * 60):
            saved = spent
            save(last)
            if judged is not None:
                judge()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    for command, minutes in (('train', 55), ('copying', 8)):
        t = commands.add_parser(command)
        t.add_argument('out')
        t.add_argument('git', nargs='+')
        t.add_argument('--hold')
        t.add_argument('--minutes', type=float, default=minutes)
        for name, kind, default in [('slice', float, 1e9), ('seed', int, 1), ('threads', int, 1), ('batch', int, 4), ('d', int, 128), ('layers', int, 3), ('ff', int, 384)]:
            t.add_argument(f'--{name}', type=kind, default=default)
    e = commands.add_parser('export')
    e.add_argument('out')
    e.add_argument('file')
    options = parser.parse_args()
    if options.command == 'export':
        from fim_gguf import export
        export(options, ROPE)
    else:
        train(options)


if __name__ == '__main__':
    main()
