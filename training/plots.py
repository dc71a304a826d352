"""Two small SVG plots, drawn here so that training needs no plotting library."""
import numpy as np

W, H, PAD = 460, 320, 46
COLOURS = ('#1a6fb5', '#c4561a')


def frame(title, xlabel, ylabel, y0, body, names):
    x = lambda v: PAD + v * (W - PAD - 14)
    y = lambda v: H - PAD - (v - y0) / (1 - y0) * (H - PAD - 34)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" font-family="sans-serif" font-size="11"><rect width="{W}" height="{H}" fill="#fff"/>',
             f'<text x="{W / 2}" y="16" text-anchor="middle" font-size="13">{title}</text>',
             f'<text x="{W / 2}" y="{H - 8}" text-anchor="middle">{xlabel}</text>',
             f'<text x="12" y="{H / 2}" text-anchor="middle" transform="rotate(-90 12 {H / 2})">{ylabel}</text>']
    for v in np.linspace(0, 1, 6):
        parts.append(f'<path d="M{x(v):.1f} {y(y0):.1f}V{y(1):.1f}" stroke="#ddd"/><text x="{x(v):.1f}" y="{H - PAD + 15}" text-anchor="middle">{v:.1f}</text>')
    for v in np.linspace(y0, 1, 6):
        parts.append(f'<path d="M{x(0):.1f} {y(v):.1f}H{x(1):.1f}" stroke="#ddd"/><text x="{PAD - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.2f}</text>')
    parts += body(x, y)
    for i, name in enumerate(names):
        parts.append(f'<path d="M{PAD + 12} {H - PAD - 14 - 16 * i}h16" stroke="{COLOURS[i]}" stroke-width="2"/><text x="{PAD + 34}" y="{H - PAD - 10 - 16 * i}">{name}</text>')
    return ''.join(parts) + '</svg>\n'


def risk_coverage(series):
    """series: (name, confidence, right) each"""
    def body(x, y):
        out = []
        for i, (_, conf, ok) in enumerate(series):
            order = np.argsort(-conf, kind='stable')
            precision = np.cumsum(ok[order]) / np.arange(1, len(order) + 1)
            at = np.unique(np.linspace(30, len(order) - 1, 160).astype(int))
            out.append(f'<polyline fill="none" stroke="{COLOURS[i]}" stroke-width="2" points="' + ' '.join(f'{x((j + 1) / len(order)):.1f},{y(max(.5, precision[j])):.1f}' for j in at) + '"/>')
        return out
    return frame('Right at coverage, most confident first', 'share of conflicts answered', 'right', .5, body, [s[0] for s in series])


def reliability(series, bins=12):
    def body(x, y):
        out = [f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4 3"/>']
        for i, (_, conf, ok) in enumerate(series):
            b = np.clip((conf * bins).astype(int), 0, bins - 1)
            points = [(conf[b == k].mean(), ok[b == k].mean(), (b == k).sum()) for k in range(bins) if (b == k).sum() >= 20]
            out.append(f'<polyline fill="none" stroke="{COLOURS[i]}" stroke-width="1.5" points="' + ' '.join(f'{x(c):.1f},{y(r):.1f}' for c, r, _ in points) + '"/>')
            out += [f'<circle cx="{x(c):.1f}" cy="{y(r):.1f}" r="{1.5 + 4 * (n / len(conf)) ** .5:.1f}" fill="{COLOURS[i]}"/>' for c, r, n in points]
        return out
    return frame('Reliability', 'confidence', 'share right', 0, body, [s[0] for s in series])
