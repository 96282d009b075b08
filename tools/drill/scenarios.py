"""The drills by name."""

import dataclasses

from .faults import Faults

REPLICAS = (1, 2, 5)


@dataclasses.dataclass(frozen=True)
class Scenario:
    fault: object  # a coroutine function of Faults
    about: str
    rate: float = 400  # events/s of the main stream; the second has 200
    behind_proxy: bool = False
    takeovers: bool = False  # its blows are followed by takeovers whose time says something


SCENARIOS = {
    "kill": Scenario(Faults.kill_broadcaster, "a broadcaster dies (SIGKILL), at 1,000 events/s", 1_000, takeovers=True),
    "roll": Scenario(Faults.roll_broadcasters, "each broadcaster is stopped (SIGTERM) and started again"),
    "freeze": Scenario(Faults.freeze_broadcaster, "a broadcaster stands still past its lease", takeovers=True),
    "partition": Scenario(
        Faults.cut_broadcaster_off, "a broadcaster is cut off from NATS", behind_proxy=True, takeovers=True
    ),
    "nats": Scenario(Faults.kill_nats, "nats-server dies twice"),
    "receiver": Scenario(Faults.kill_receiver, "the receiver dies twice"),
    "everything": Scenario(Faults.everything, "all of it at once", behind_proxy=True),
}
