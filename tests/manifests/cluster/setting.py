"""What checks begin with. Those of one setting share a cluster, until one of them finds something."""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Setting:
    """needed(): all objects that may be applied. start(cluster, report): what its checks get. `takes`: see prepare().
    `programs` are built; `installed`: a program, and where it comes from.
    `real`: with nodes of its own instead of KWOK's; start(stack, folder, program, report), which makes all of it."""

    needed: typing.Callable
    start: typing.Callable
    takes: int = 0
    programs: tuple = ()
    installed: dict = dataclasses.field(default_factory=dict, hash=False)
    real: bool = False
