"""Faults, each met by a real run: what is innocent is read, the rest is named, and no word of a report gets out."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from processes import CANARY, COUNT, TEXT, archive, column, command, files, finished, one_line, tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

# Out of room


def small_disk(script: str, folder: Path, size: str = "32k") -> subprocess.CompletedProcess[str]:
    """Run a script with a small disk mounted at `folder`, in a name space of its own; skip where that cannot be."""
    if not shutil.which("unshare"):
        pytest.skip("no unshare, so no small disk")
    mount = f"mount -t tmpfs -o size={size} none '{folder}' || exit 99\n"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", mount + script], capture_output=True, text=True, check=False)
    if done.returncode in {1, 99} and ("unshare:" in done.stderr or done.returncode == 99):
        pytest.skip("this system mounts nothing for its users")
    return done


def test_a_full_disk_ends_the_run_in_one_line_and_with_room_it_goes_on(
    source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    disk, again = tmp_path / "disk", " ".join(command(source, "-o", tmp_path / "disk" / "run"))
    disk.mkdir()
    later = f"mount -o remount,size=64m {disk}; {again}; cp -r {disk}/run {tmp_path}"
    done = small_disk(f"{again}; echo $?; find {disk} -name '*.tmp'; {later}", disk)
    first, last = done.stderr.splitlines()
    problem = (
        r"run/\w+/part-\S+: cannot be written \(No space left on device\); make room or give --output another place"
    )
    assert re.fullmatch(rf"sinsight: {disk}/{problem}, then start again: what is done stays done", first)
    assert (done.stdout, last) == ("1\n", f"{COUNT} in = {COUNT} out + 0 quarantined")
    assert tree(tmp_path / "run") == whole


#: Prints how each export of a run, and the index of ids, complains.
TRYING = """
import sys
from pathlib import Path
from extractor.archive.exports import EXPORTS
from extractor.archive.report import Report
from extractor.archive.seen import refuse_repeats
from extractor.errors import OutputError
ids = lambda folder: list(refuse_repeats(Report(str(number), "", "") for number in range(200_000)))
for work in (*EXPORTS.values(), ids):
    try:
        work(Path(sys.argv[1]))
    except OutputError as error:
        print(error)
"""


def test_exports_and_the_index_say_where_they_find_no_room(undisturbed: Path, tmp_path: Path) -> None:
    disk, script = tmp_path / "disk", tmp_path / "trying.py"
    disk.mkdir()
    script.write_text(TRYING, encoding="utf-8")
    fill = f"cp -r {undisturbed} {disk}; head -c 9m /dev/zero > {disk}/fill 2>&-"
    files = f"find {disk} -type f | sort"
    work = f"PYTHONPATH={Path.cwd()} TMPDIR={disk} {sys.executable} {script} {disk}/run"
    done = small_disk(
        f"{fill}; {files} > {tmp_path}/before; {work}; {files} | diff - {tmp_path}/before", disk, size="400k"
    )
    said = [line.replace(f"{disk}/run/", "").partition(" (")[0] for line in done.stdout.splitlines()]
    places = ("csv/reports.csv", "sinsight.xlsx", "sinsight.duckdb", "the index of ids")
    assert (said, CANARY in done.stderr) == ([f"{place}: cannot be written" for place in places], False)


def test_a_folder_that_takes_no_files_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o555)
    code, _, said = finished(archive(tmp_path / "a.jsonl", 1), "-o", folder, before=powerless())
    problem = "cannot be written (unable to open database file); give --output another place"
    assert (code, one_line(said)) == (1, f"{folder}: {problem}")


def test_a_stream_to_a_full_device_ends_in_one_line(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", 3)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command(source, "-o", "-"), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "No space left on device" in one_line(done.stderr)


# Files that cannot be read


def test_files_that_cannot_be_read_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    first, folder, run = tmp_path / "first.fifo", tmp_path / "in", tmp_path / "run"
    folder.mkdir()
    for name in ("a.txt", "d.txt", "gone.txt"):
        (folder / name).write_bytes(f"Löwe. {TEXT}".encode("latin-1"))
    (folder / "a.txt").chmod(0)
    (folder / "b.txt").symlink_to("/proc/self/mem")  # its first byte gives an input/output error
    os.mkfifo(folder / "c.txt")  # nobody will ever write to it
    os.mkfifo(first)
    args = [*powerless(), *command(first, folder, "-o", run, "--encoding", "latin-1", "--with-text")]
    with subprocess.Popen(args, stderr=subprocess.PIPE, text=True) as running:
        with first.open("w", encoding="utf-8") as pipe:  # opens when the run begins to read, so after it has listed
            (folder / "gone.txt").unlink()
            pipe.write(TEXT)
        said = running.communicate(timeout=60)[1]
    broken = "broken off (Input/output error); what came before is read, get the file again for the rest"
    assert said.splitlines() == [
        f"sinsight: {folder}/a.txt: cannot be read (Permission denied); check the path and its permissions",
        f"sinsight: {folder}/b.txt: {broken}",
        f"sinsight: {folder}/gone.txt: no such file; check the path",
        "5 in = 2 out + 3 quarantined",
    ]
    assert column(run, "reports", "text") == [TEXT, f"Löwe. {TEXT}"]


def powerless() -> tuple[str, ...]:
    """Return what keeps root from reading all there is; skip where that cannot be."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root may read everything, and there is no setpriv to forbid it")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_office_files_on_a_pipe_are_told_by_their_bytes(tmp_path: Path, name: str, packed: bool) -> None:
    import docx
    import xlsxwriter

    if name == "a.docx":
        document = docx.Document()
        document.add_paragraph(TEXT)
        document.save(str(tmp_path / name))
    else:
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["id", "text"])
            sheet.write_row(1, 0, ["stdin", TEXT])
    data = (tmp_path / name).read_bytes()
    assert piped(gzip.compress(data) if packed else data) == [("stdin", TEXT)]


def piped(data: bytes) -> list[tuple[str, str]]:
    """Return id and text of the reports that bytes on a pipe hold."""
    code = (
        "import json\n"
        "from extractor.archive.sources import Selection, find_files, read_sources\n"
        "items = read_sources(find_files(['-']), Selection())\n"
        "print(json.dumps([(item.id, getattr(item, 'text', item)) for item in items]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    return [(name, text) for name, text in json.loads(done.stdout)]


# Everything at once


def fill(folder: Path) -> None:
    """Put a file of every fault into a folder, each with the canary in it, and three sound reports."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    rows = [json.dumps({"id": name, "text": TEXT}) for name in ("one", "one", "", "two")]
    (folder / "a.jsonl").write_text("\n".join([*rows, TEXT, f'{{"id": "x", "text": "{TEXT}']), encoding="utf-8")
    (folder / "bad.csv").write_bytes(f"id,text\nc1,Löwe {TEXT}\n,{TEXT}\nc3,\nc4,{TEXT},x\n".encode("latin-1"))
    (folder / "bad.txt").write_bytes(f"Löwe. {TEXT}".encode("latin-1"))
    (folder / "bomb.gz").write_bytes(gzip.compress(TEXT.encode() * 2_500_000))
    (folder / "cut.csv.gz").write_bytes(gzip.compress(f"id,text\ng,{TEXT}\n".encode())[:-20])
    (folder / "gone.txt").symlink_to(folder / "nothing")
    (folder / "hangs.txt").write_text(f"{TEXT} {'u' * 60}.", encoding="utf-8")
    pq.write_table(pa.table({"id": ["p"] * 99, "text": [TEXT] * 99}), folder / "cut.parquet", compression="none")
    (folder / "cut.parquet").write_bytes((folder / "cut.parquet").read_bytes()[:-9])
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("../../up.txt", TEXT)
        packed.writestr("/etc/up.txt", f"{TEXT}\0")
    (folder / "names.zip").write_bytes(sink.getvalue())
    (folder / "cut.zip").write_bytes(sink.getvalue()[:-30])


def test_every_fault_at_once_adds_up_and_lets_no_word_out(hanging: list[str], tmp_path: Path) -> None:
    source, folder, spare = tmp_path / "in", tmp_path / "run", tmp_path / "spare"
    fill(source)
    spare.mkdir()
    code, out, said = finished(source, "-o", folder, "--workers", "2", *hanging, "--format", "csv", TMPDIR=str(spare))
    assert (code, out) == (1, "")
    assert sorted(column(folder, "reports", "id")) == [f"{source}/names.zip/../../up.txt", "one", "two"]
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    counted = {key: manifest[key] for key in ("in", "out", "quarantined", "stages")}
    stages = {"duplicate": 1, "id": 2, "source": 12, "timeout": 1}
    assert counted == {"in": 19, "out": 3, "quarantined": 16, "stages": stages}
    assert said.splitlines()[-1] == "19 in = 3 out + 16 quarantined"
    holding = [path for path in files(folder) if CANARY.encode() in path.read_bytes()]
    assert (holding, CANARY in said, files(spare)) == ([], False, [])
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("up")] == []
