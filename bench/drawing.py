"""An SVG of two plots side by side, both axes logarithmic; readable on a light and on a dark page."""

import html
import math

WIDTH, HEIGHT, LEFT, TOP = 380, 260, 70, 70
STYLE = """
    :root { color-scheme: light dark; }
    svg { background: #ffffff; }
    text { font: 13px sans-serif; fill: #1f2328; }
    .title { font-weight: 600; font-size: 14px; }
    .grid { stroke: #d0d7de; stroke-width: 1; }
    .line { fill: none; stroke-width: 2; }
    .other { stroke-dasharray: 6 4; }
    .a { stroke: #0969da; } .a-fill { fill: #0969da; }
    .b { stroke: #bc4c00; } .b-fill { fill: #bc4c00; }
    @media (prefers-color-scheme: dark) {
        svg { background: #0d1117; }
        text { fill: #e6edf3; }
        .grid { stroke: #30363d; }
        .a { stroke: #58a6ff; } .a-fill { fill: #58a6ff; }
        .b { stroke: #f0883e; } .b-fill { fill: #f0883e; }
    }
"""


class Plot:
    """`bottom`, `top`: powers of ten of the vertical axis."""

    def __init__(self, left, title, xs, bottom, top):
        self.left, self.xs, self.bottom, self.top = left, xs, bottom, top
        self.parts = [text(left - LEFT + 12, TOP - 14, title, "title")]
        for exponent in range(bottom, top + 1):
            y = self.y(10**exponent)
            self.parts.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{left + WIDTH}" y2="{y}"/>')
            self.parts.append(text(left - 8, y + 4, f"{10**exponent:,}", anchor="end"))
        for at, x in enumerate(xs):
            self.parts.append(
                f'<line class="grid" x1="{self.x(at)}" y1="{TOP}" x2="{self.x(at)}" y2="{TOP + HEIGHT}"/>'
            )
            self.parts.append(text(self.x(at), TOP + HEIGHT + 20, f"{x:,}", anchor="middle"))
        self.parts.append(text(left + WIDTH / 2, TOP + HEIGHT + 42, "endpoints", anchor="middle"))

    def x(self, at):
        return round(self.left + WIDTH * at / (len(self.xs) - 1), 1)

    def y(self, value):
        share = (log10(value) - self.bottom) / (self.top - self.bottom)
        return round(TOP + HEIGHT * (1 - min(max(share, 0), 1)), 1)

    def line(self, values, colour, dashed):
        points = [(self.x(at), self.y(value)) for at, value in enumerate(values)]
        path = " ".join(f"{x},{y}" for x, y in points)
        self.parts.append(f'<polyline class="line {colour}{" other" if dashed else ""}" points="{path}"/>')
        for (x, y), value in zip(points, values):
            self.parts.append(
                f'<circle class="{colour}-fill" cx="{x}" cy="{y}" r="3.5"><title>{value:,.1f}</title></circle>'
            )


def log10(value):
    return math.log10(max(value, 1e-9))


def text(x, y, what, style="", anchor="start"):
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{html.escape(what)}</text>'


def legend(x, y, entries):
    parts = []
    for label, colour, dashed in entries:
        parts.append(
            f'<line class="line {colour}{" other" if dashed else ""}" x1="{x}" y1="{y}" x2="{x + 28}" y2="{y}"/>'
        )
        parts.append(text(x + 34, y + 4, label))
        x += 60 + 7 * len(label)
    return parts


def powers_around(values):
    bottom, top = math.floor(log10(min(values))), math.ceil(log10(max(values)))
    return bottom, max(top, bottom + 1)


def of_curves(counts, points):
    """`points`: by the name of a curve, as curve.point returns them."""
    names = list(points)
    rates = Plot(LEFT, "events/s", counts, *powers_around([p["events_per_second"] for c in points.values() for p in c]))
    costs = [p[of] for c in points.values() for p in c for of in ("our_cpu_us", "nats_cpu_us")]
    cpu = Plot(2 * LEFT + WIDTH + 30, "CPU an event, µs", counts, *powers_around(costs))
    for name in names:
        dashed = name != names[0]
        rates.line([p["events_per_second"] for p in points[name]], "a", dashed)
        cpu.line([p["our_cpu_us"] for p in points[name]], "a", dashed)
        cpu.line([p["nats_cpu_us"] for p in points[name]], "b", dashed)
    parts = legend(LEFT, 24, [(name, "a", name != names[0]) for name in names])
    parts += legend(cpu.left, 24, [("broadcaster", "a", False), ("nats-server", "b", False)])
    width, height = cpu.left + WIDTH + 30, TOP + HEIGHT + 60
    body = "\n".join(rates.parts + cpu.parts + parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="Events per second and CPU per event against the number of endpoints">\n'
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )
