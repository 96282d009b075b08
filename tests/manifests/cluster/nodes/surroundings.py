"""What a cluster of real nodes has before Tidings comes: DNS in pods that policies know, and disks."""

import pathlib
import shutil

import yaml

from ..stand_ins import StandIns, volume_for

COREDNS = "localhost/coredns:1"


def objects():
    return list(yaml.safe_load_all(pathlib.Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))


class Disks(StandIns):
    """Folders of this machine, each for the nodes of one zone: a pod finds its disk again, in that zone only."""

    def __init__(self, api, folder):
        super().__init__(api, set())
        self.folder = folder

    def volume(self, claim, zone):
        o = volume_for(claim, zone)
        place = self.folder / claim["metadata"]["uid"]
        place.mkdir(parents=True, exist_ok=True)
        del o["spec"]["csi"]
        o["spec"]["local"] = {"path": str(place)}
        return o

    def remove(self, volume):
        shutil.rmtree(volume["spec"]["local"]["path"], ignore_errors=True)
        super().remove(volume)

    def of(self, namespace):
        """The folders."""
        found = [v["spec"] for v in self.api.list("v1", "PersistentVolume")]
        return [pathlib.Path(v["local"]["path"]) for v in found if v["claimRef"]["namespace"] == namespace]
