"""An archive of any size judged on a Dask cluster: its workers read the files, and write the verdicts, a part each.

``python dask_archive.py ARCHIVE VERDICTS [SCHEDULER]``: folders, or addresses that fsspec knows, such as
``s3://bucket/letters``, and the address of a cluster; without one, a process for each core of this machine works.
Another run writes the same parts again. It needs ``distributed``; for an object store, the package that fsspec names.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import fsspec
from distributed import Client, KilledWorker, LocalCluster, as_completed

from medcom_bu import batch

FILES = 500  # of a part, which is done again as a whole where its worker is killed


def judge_part(target: str, files: list[str]) -> None:
    """What a worker does: it judges some files, and writes their verdicts at once.

    They are JSON lines; ``batch.write_parquet`` makes a table instead.
    """
    held = io.BytesIO()
    batch.write_json_lines(batch.validate_part(files, opened), held)
    with opened(target, "wb") as file:
        file.write(held.getvalue())


def opened(address: str, mode: str = "rb") -> Any:
    """A binary file, wherever it is."""
    return fsspec.open(address, mode)


def judge_archive(client: Client, archive: str, verdicts: str) -> Iterator[str]:
    """Judge all files below a folder. Yields how far it is after each part.

    A part on which workers were killed does not stop the others: its files are told at the end, with SystemExit.
    """
    files = names_below(archive)
    fsspec.url_to_fs(verdicts)[0].makedirs(verdicts, exist_ok=True)
    parts = {f"{verdicts}/{start:09}.jsonl": files[start : start + FILES] for start in range(0, len(files), FILES)}
    futures = [client.submit(judge_part, target, some, key=target) for target, some in parts.items()]
    done, killed = 0, list[str]()
    for future in as_completed(futures):
        if future.status == "finished":
            done += len(parts[future.key])
            yield f"{done} of {len(files)}"
        elif isinstance(future.exception(), KilledWorker):
            killed += parts[future.key]
        else:
            future.result()  # raises what stopped it
    if killed:
        raise SystemExit("\n".join(["not judged, since workers were killed over them or beside them:", *killed]))


def names_below(archive: str) -> list[str]:
    """The addresses of all files below a folder, in order."""
    system, root = fsspec.url_to_fs(archive)
    return [system.unstrip_protocol(path) for path in sorted(system.find(root))]


def main(archive: str, verdicts: str, scheduler: str = "") -> None:
    """Judge an archive, and tell how far it is."""
    local = {"n_workers": os.cpu_count(), "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with nullcontext(scheduler) if scheduler else LocalCluster(**local) as cluster, Client(cluster) as client:
        for told in judge_archive(client, archive, verdicts):
            print(told, flush=True)


if __name__ == "__main__":  # the processes of a local cluster begin with this file
    main(*sys.argv[1:])
