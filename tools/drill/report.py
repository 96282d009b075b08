"""What many runs say together."""

COLUMNS = ("scenario", "replicas", "runs", "events", "accepted", "lost", "disorder", "repeated", "flapping", "takeover")


def line(r, folder):
    """Of one run."""
    failed = r["problems"]
    text = f"{'FAILED' if failed else 'ok':6} {r['scenario']:10} x {r['replicas']} seed {r['seed']:<6}"
    text += f" {r['seconds']:5.1f} s: {r['events']:,} events, {r['accepted']:,} accepted, {r['lost']} lost,"
    text += f" {r['out_of_order']} out of order, repeated at most {r['repeated']}"
    if r["takeover"] or r["handover"]:
        text += f", {'taken' if r['takeover'] else 'handed'} over in {max(r['takeover'], r['handover']):.2f} s"
    text += "".join(f"\n       late: {e}" for e in r["excused"])
    return text + "".join(f"\n       {p}" for p in failed) + (f"\n       see {folder}" if failed else "")


def _row(results):
    r = results[0]
    worst = {n: max(r[n] for r in results) for n in ("repeated", "repeated_flapping", "takeover", "handover")}
    over = max(worst["takeover"], worst["handover"])
    total = {n: sum(r[n] for r in results) for n in ("events", "accepted", "lost", "out_of_order")}
    return [
        r["scenario"],
        str(r["replicas"]),
        str(len(results)),
        *(f"{n:,}" for n in total.values()),
        str(worst["repeated"]),
        str(worst["repeated_flapping"]),
        f"{over:.2f} s" if over else "-",
    ]


def table(results):
    """A row per scenario and number of replicas. Repeated: at the endpoint where it was most; takeover: the slowest."""
    groups = {}
    for r in results:
        groups.setdefault((r["scenario"], r["replicas"]), []).append(r)
    rows = [COLUMNS, *(_row(g) for g in groups.values())]
    widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths))) for row in rows
    )


def closing(results, seed, seconds):
    total = {n: sum(r[n] for r in results) for n in ("events", "accepted", "lost", "out_of_order", "changing")}
    failed = sum(bool(r["problems"]) for r in results)
    excused = sum(len(r["excused"]) for r in results)
    late = f"; {excused} shards had their next owner late on a machine that was busy" if excused else ""
    return (
        f"drill: {len(results)} runs in {seconds / 60:.1f} min with seed {seed}: {failed} failed;"
        f" {total['events']:,} events, {total['accepted']:,} accepted, {total['lost']} lost,"
        f" {total['out_of_order']} out of order; {total['changing']:,} endpoints came through the API{late}"
    )
