"""The review page for tests: asked in this process, as a browser would that has come in."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from extractor.archive.chunk import Plan, read_chunk
from extractor.archive.manifest import write_manifest
from extractor.archive.parts import cut_parts, write_part
from extractor.archive.pool import join_outcomes
from extractor.archive.report import Report
from extractor.audit.checks import load_checks
from extractor.page.app import make_app
from extractor.page.run import load_run
from extractor.page.security import ENTER, Gate
from extractor.page.site import Site
from extractor.page.store import open_store
from extractor.patterns import load_patterns

PORT = 8123
HOME = f"http://127.0.0.1:{PORT}"
REPORTS = {
    "r-1": "MRI SPINE. HISTORY: Mechanical back pain.\nFINDINGS: Lytic metastasis of T7 with 60 % loss of height. Both "
    "pedicles are replaced. Alignment is maintained. The cord is compressed at T7.",
    "r-2": "MRI SPINE.\nFINDINGS: Sclerotic metastasis of L3. Vertebral body heights are preserved.",
    "r-3": "MRI SPINE.\nFINDINGS: Degenerative change. No metastasis.",
    "r-4": "MRI SPINE.\nFINDINGS: Metastasis of T10 with 30 % loss of height.\nIMPRESSION: Metastasis of T10 with 70 % "
    "loss of height.",
}

#: "r-2" as other programs keep it.
RTF = r"{\rtf1\ansi MRI SPINE.\par FINDINGS: Sclerotic metastasis of L3.}"


def word_of(text: str) -> bytes:
    """Return a Word document of a text."""
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph(text)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


@dataclass(frozen=True)
class Told:
    """What was told of faults of the program."""

    faults: list[tuple[str, Exception]]

    def __call__(self, name: str, error: Exception) -> None:
        self.faults.append((name, error))


def gate_of(site: Site) -> tuple[Gate, Told]:
    told = Told([])
    return make_app(site, PORT, told), told


def visitor(gate: Gate, **headers: str) -> TestClient:
    """Return a browser that has not come in."""
    return TestClient(gate, base_url=HOME, headers={"origin": HOME, **headers}, raise_server_exceptions=False)


def entered(site: Site) -> TestClient:
    """Return a browser that has come in."""
    gate, _ = gate_of(site)
    client = visitor(gate)
    client.get(ENTER, params={"token": gate.token or ""}, follow_redirects=False)
    return client


def plain_site(**wanted: Any) -> Site:
    return Site(None, load_checks(), "Dr A", **wanted)


def run_of(folder: Path, reports: dict[str, str] | None = None, *, with_text: bool = True) -> Path:
    """Read reports into a run, in this process."""
    texts = REPORTS if reports is None else reports
    items = [Report(name, text, f"a.jsonl:{at}") for at, (name, text) in enumerate(texts.items(), start=1)]
    return run_of_items(folder, items, with_text=with_text)


def run_of_items(folder: Path, items: Sequence[Report], *, with_text: bool = True, **told: Any) -> Path:
    """Read reports and cases into a run, in this process; its manifest says what is `told` as well."""
    from extractor import __version__

    plan = Plan(with_text=with_text)
    (part,) = cut_parts(items, "test")
    outcome = join_outcomes(read_chunk(chunk, plan) for chunk in part.chunks())
    write_part(folder, part, outcome, plan)
    said = {"version": __version__, "patterns": load_patterns().digest, "with_text": with_text, "state": "complete"}
    write_manifest(folder, said | told)
    return folder


def review_site(folder: Path, reviewer: str = "Dr A", *, sources: Sequence[str] = (), read_only: bool = False) -> Site:
    run, store = load_run(folder, sources, None), open_store(folder, read_only=read_only)
    return Site(None, load_checks(), reviewer, read_only, run, store)


def archive_of(path: Path, reports: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in reports.items()))
    return path


def said(pattern: str, answer: Any) -> list[str]:
    """Return what stands on a page where a pattern's group is, without tags."""
    return [" ".join(unescape(re.sub("<[^>]+>", "", each)).split()) for each in re.findall(pattern, answer.text, re.S)]


def headline(answer: Any) -> list[str]:
    return said(r'class="headline">(.*?)</p>', answer)


def problems(answer: Any) -> list[str]:
    return said(r'class="problem"[^>]*>(.*?)</p>', answer)


def verdict(answer: Any) -> list[str]:
    return said(r'id="verdict">(.*?)</strong>', answer)


def decide(client: TestClient, number: int, act: str, version: int, **fields: Any) -> Any:
    """Send a decision as the page's form does."""
    names = [name for name in fields if name not in ("level", "lesion")]
    return client.post(f"/run/{number}/{act}", data={"version": version, "field": names, **fields})
