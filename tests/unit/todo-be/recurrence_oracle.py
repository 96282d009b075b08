"""recurrence_oracle.py SEED COUNT: random rules of RFC 5545, and what python3-dateutil makes of them.

A line: RULE START NEXT HORIZON, days as 2026-01-31; NEXT is - when there is none up to HORIZON, years later."""

import datetime
import random
import sys

from dateutil import rrule

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
HORIZON = datetime.timedelta(4 * 366)


def some(r, values, most):
    return ",".join(str(v) for v in sorted(r.sample(values, r.randint(1, most))))


def rule(r):
    freq = r.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={freq}"]
    if r.random() < 0.6:
        parts.append(f"INTERVAL={r.choice([1, 2, 3, 4, 5, 6, 7, 12, 13])}")
    months = r.random() < 0.3
    if months:
        parts.append("BYMONTH=" + some(r, range(1, 13), 4))
    if freq != "WEEKLY" and r.random() < 0.4:
        parts.append("BYMONTHDAY=" + some(r, [*range(-31, 0), *range(1, 32)], 3))
    if r.random() < 0.5:
        numbered = (freq == "MONTHLY" or (freq == "YEARLY" and months)) and r.random() < 0.5
        parts.append(
            "BYDAY="
            + some(r, [f"{n}{d}" for n in (1, 2, 3, 4, 5, -1, -2) for d in WEEKDAYS] if numbered else WEEKDAYS, 3)
        )
    if freq == "WEEKLY" and r.random() < 0.4:
        parts.append("WKST=" + r.choice(WEEKDAYS))
    r.shuffle(parts)
    return ";".join(parts)


def next_day(text, start):
    for day in rrule.rrulestr(f"{text};UNTIL={start + HORIZON:%Y%m%d}", dtstart=start):
        if day > start:
            return day.date().isoformat()
    return "-"


def main():
    r = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        text = rule(r)
        start = datetime.datetime(r.randint(1990, 2090), 1, 1) + datetime.timedelta(r.randint(0, 364))
        print(text, start.date().isoformat(), next_day(text, start), (start + HORIZON).date().isoformat())


main()
