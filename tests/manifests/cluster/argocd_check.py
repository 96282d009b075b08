"""Argo CD's first sync of production and staging: Synced and Healthy, at the first try, and still so a minute later."""

import time

from .deployed import DEPLOYED

ABOUT = "Argo CD's first sync of production and staging ends Synced and Healthy, and is so a minute later"
SETTING = DEPLOYED
STAYS = 60  # s


def check(deployed, report):
    """What is wrong with the first sync itself is told by the setting."""
    report.say(f"both must stay as they are for {STAYS} s")
    until = time.monotonic() + STAYS
    while time.monotonic() < until:
        if wrong := deployed.wrong():
            report.add("argocd", wrong)
            return
        time.sleep(0.5)
