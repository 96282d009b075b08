"""Temporary folders that the user postgres can use."""

import os
import pathlib
import shutil
import tempfile

from .process import give_to_postgres


class Folder:
    """Removed at the end of `with`, or by remove(). `parent`: default $TMPDIR. Only we and postgres may look in."""

    def __init__(self, purpose, parent=None):
        self.path = give_to_postgres(pathlib.Path(tempfile.mkdtemp(prefix=f"tidings-{purpose}-", dir=parent)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def in_memory():
    """The parent of a folder in memory, where there is some: for those who do not measure the disk."""
    memory = "/dev/shm"
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30 else None
