"""The page's gate, and reports pasted into it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from archives import CANARY
from starlette.testclient import TestClient
from webpage import (
    PORT,
    REPORTS,
    RTF,
    Told,
    entered,
    gate_of,
    headline,
    plain_site,
    problems,
    said,
    visitor,
    word_of,
)

from extractor.errors import OutputError
from extractor.page import papers
from extractor.page.security import MAX_BODY, POLICY
from extractor.page.serve import serve
from extractor.page.warming import AT_START, warm

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> </textarea>{{ 7 * 7 }} & \"'"
REPORT = REPORTS["r-2"]


def test_the_printed_address_opens_the_page_once() -> None:
    gate, _ = gate_of(plain_site())
    token = gate.token
    client, other = visitor(gate), visitor(gate)
    assert client.get("/paste").status_code == 403
    first = client.get("/enter", params={"token": token}, follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"sinsight-{PORT}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert client.get("/paste").status_code == 200
    second = other.get("/enter", params={"token": token})
    assert (second.status_code, "start it again" in second.text) == (403, True)
    assert other.get("/paste").status_code == 403


@pytest.mark.parametrize("token", ["", "x", "é", "None"])
def test_a_wrong_token_opens_nothing(token: str) -> None:
    gate, _ = gate_of(plain_site())
    answer = visitor(gate).get("/enter", params={"token": token})
    assert (answer.status_code, "set-cookie" in answer.headers, gate.token is None) == (403, False, False)


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "[::1]:8123", ""])
def test_another_host_is_refused(host: str) -> None:
    client = entered(plain_site())
    answer = client.get("/paste", headers={"host": host})
    assert (answer.status_code, "127.0.0.1 and localhost" in answer.text) == (403, True)


def test_localhost_is_this_machine() -> None:
    assert entered(plain_site()).get("/paste", headers={"host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_another_sites_form_changes_nothing(headers: dict[str, str]) -> None:
    answer = entered(plain_site()).post("/paste", data={"text": REPORT}, headers=headers, follow_redirects=False)
    assert (answer.status_code, "another site" in answer.text) == (403, True)


@pytest.mark.parametrize("cookie", ["x", "", '"', "=;=", "a" * 9_000])
def test_a_made_up_cookie_opens_nothing(cookie: str) -> None:
    gate, _ = gate_of(plain_site())
    assert visitor(gate, cookie=f"sinsight-{PORT}={cookie}").get("/paste").status_code == 403


@pytest.mark.parametrize("path", ["/paste", "/static/page.js", "/nowhere", "/enter?token=x"])
def test_every_answer_carries_the_policy(path: str) -> None:
    headers = entered(plain_site()).get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert headers["referrer-policy"] == "same-origin"


def test_the_policy_lets_nothing_be_fetched_from_elsewhere() -> None:
    assert POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;")
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in pieces"])
def test_a_body_has_a_limit(announced: bool) -> None:
    data = b"text=" + b"x" * MAX_BODY
    content: Any = data if announced else (data[at : at + 65_536] for at in range(0, len(data), 65_536))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = entered(plain_site()).post("/paste", content=content, headers=headers)
    assert (answer.status_code, "no single report" in answer.text) == (413, True)


def test_a_fault_says_an_id_and_no_word_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(papers, "_show", broken)
    gate, told = gate_of(plain_site())
    client = visitor(gate)
    client.get("/enter", params={"token": gate.token or ""})
    answer = client.post("/paste", data={"text": f"{REPORT} {CANARY}"})
    ((name, error),) = told.faults
    assert (answer.status_code, type(error)) == (500, ValueError)
    assert answer.text == f"An error in the program, {name}. The terminal says where.\n"


def test_a_taken_port_is_said() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OutputError, match=rf"^port {port}: cannot be used \(.+\); give --port another number"):
            serve(plain_site(), port, ready=print, report=print)  # type: ignore[arg-type]


def pasted(text: str, client: TestClient | None = None) -> Any:
    return (client or entered(plain_site())).post("/paste", data={"text": text})


def test_a_pasted_report_is_read() -> None:
    answer = pasted(REPORT)
    assert headline(answer) == ["1 lesion, the worst at L3: SINS 2–13 of 18, any category"]
    assert said(r"<mark[^>]*>(.*?)</mark>", answer) == [
        "Sclerotic",
        "metastasis",
        "Vertebral body heights are preserved",
    ]


def test_offsets_hold_whatever_line_ends_the_browser_sends() -> None:
    assert said(r"<mark[^>]*>(.*?)</mark>", pasted(REPORT.replace("\n", "\r\n"))) == said(
        r"<mark[^>]*>(.*?)</mark>", pasted(REPORT)
    )


def test_hostile_text_stays_text() -> None:
    answer = pasted(f"{REPORT} {HOSTILE}")
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert "{{ 7 * 7 }}" in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "pasted report: empty; give the text of a report"),
        (" \n", "pasted report: empty; give the text of a report"),
        (
            "a\x00b",
            "pasted report: not plain text; export the report as UTF-8 text (control character U+0000 at position 1)",
        ),
    ],
    ids=["empty", "blank", "control"],
)
def test_what_is_no_report_is_said(text: str, problem: str) -> None:
    answer = pasted(text)
    assert (answer.status_code, problems(answer)) == (422, [problem])


def test_a_refused_text_is_still_in_the_field() -> None:
    answer = pasted(f"{HOSTILE}\x01")
    assert "&lt;/textarea&gt;" in answer.text
    assert answer.text.count("</textarea>") == 1


def dropped(name: str, data: bytes, **fields: str) -> Any:
    return entered(plain_site()).post("/paste", data=fields, files={"file": (name, data)})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", REPORT.encode),
        ("a.rtf", RTF.encode),
        ("a.docx", lambda: word_of(REPORT)),
        ("utf16.txt", lambda: REPORT.encode("utf-16")),
    ],
    ids=["text", "rtf", "word", "utf-16"],
)
def test_a_dropped_file_is_read_by_its_bytes(name: str, data: Any) -> None:
    answer = dropped(name, data())
    assert (answer.status_code, said("<h1>(.*?)</h1>", answer)) == (200, [name])
    assert headline(answer)[0].startswith("1 lesion, the worst at L3")


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.pdf", b"%PDF-1.7", "a.pdf: a PDF; export the report as text"),
        ("../../x.txt", b"\xff\xfe\xfa", "x.txt: not utf-8 text"),
        (
            "two.jsonl",
            b'{"id": "1", "text": "T7."}\n{"id": "2", "text": "T8."}\n',
            "two.jsonl: holds more than one report",
        ),
        ("a.docx", b"PK\x03\x04broken", "a.docx: "),
    ],
    ids=["pdf", "encoding", "archive", "damaged"],
)
def test_a_file_that_is_no_report_is_said(name: str, data: bytes, problem: str) -> None:
    answer = dropped(name, data)
    assert answer.status_code == 422
    assert problems(answer)[0].startswith(problem)


def test_a_file_may_be_in_another_encoding() -> None:
    text = f"{REPORT} Größe".encode("cp1252")
    assert dropped("a.txt", text).status_code == 422
    assert "Größe" in dropped("a.txt", text, encoding="cp1252").text


def test_no_pasted_word_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    opened: list[str] = []
    true = io.open

    def watched(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        opened.extend([str(file)] if set(mode) & set("wax+") else [])
        return true(file, mode, *rest, **more)

    monkeypatch.setattr("builtins.open", watched)
    monkeypatch.setattr(io, "open", watched)
    answer = dropped("a.txt", (REPORT + " " + CANARY * 200_000).encode()[:1_500_000])
    assert (answer.status_code, opened, list(tmp_path.rglob("*"))) == (422, [], [])
    assert pasted(f"{REPORT} {CANARY}").status_code == 200
    assert (opened, list(tmp_path.rglob("*"))) == ([], [])


@pytest.mark.parametrize(
    "body",
    [b"%ff=%fe", b"text=%FF", b"&".join([b"a=b"] * 20_001), b"text=\xff"],
    ids=["name", "value", "too many", "raw"],
)
def test_a_broken_form_is_refused(body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert entered(plain_site()).post("/paste", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\n\r\nabc", b'--x\r\nContent-Disposition: form-data; name="text"']
)
def test_a_broken_multipart_form_holds_nothing(body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert entered(plain_site()).post("/paste", content=body, headers=headers).status_code == 422


def chosen(answer: Any, client: TestClient, level: str, **fields: list[str]) -> Any:
    return client.post(f"{answer.url}/grades", data={"level": level, "field": list(fields), **fields})


def test_grades_chosen_by_hand_narrow_the_range_at_once() -> None:
    client = entered(plain_site())
    answer = pasted(REPORT, client)
    answer = chosen(answer, client, "L3", alignment=["normal"], posterolateral=["none"])
    assert headline(answer) == ["1 lesion, the worst at L3: SINS 2–6 of 18, stable"]
    assert said("<code>(.*?)</code>", answer) == ["L3.alignment=normal", "L3.posterolateral=none"]
    answer = chosen(answer, client, "L3", alignment=["normal", "deformity"], posterolateral=[])
    assert said("<code>(.*?)</code>", answer) == ["L3.alignment=deformity+normal"]
    answer = client.post(f"{answer.url}/clear")
    assert headline(answer) == ["1 lesion, the worst at L3: SINS 2–13 of 18, any category"]


def test_pain_chosen_at_a_lesion_is_the_whole_reports() -> None:
    client = entered(plain_site())
    answer = chosen(pasted(REPORT, client), client, "L3", pain=["none"])
    assert said("<code>(.*?)</code>", answer) == ["pain=none"]
    assert said("<code>(.*?)</code>", chosen(answer, client, "", pain=["mechanical"])) == ["pain=mechanical"]


def test_a_grade_that_contradicts_the_report_is_said() -> None:
    client = entered(plain_site())
    answer = chosen(pasted(REPORT, client), client, "L3", bone_lesion=["lytic"])
    assert problems(answer) == ["L3 bone lesion: facts is believed, not pasted report (given by hand)."]


@pytest.mark.parametrize("level", ["T99", "", "L3"])
@pytest.mark.parametrize("grade", ["<b>", "lytic+x", "x" * 5000])
def test_a_made_up_grade_is_refused(level: str, grade: str) -> None:
    client = entered(plain_site())
    answer = chosen(pasted(REPORT, client), client, level, bone_lesion=[grade])
    assert answer.status_code in (200, 422)
    assert said("<code>(.*?)</code>", answer) == []


def test_a_lesion_can_be_taken_away() -> None:
    client = entered(plain_site())
    answer = pasted(REPORT, client)
    answer = client.post(f"{answer.url}/grades", data={"level": "L3", "lesion": "none"})
    assert headline(answer) == ["No vertebra is said to hold a metastasis."]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", "L3: SINS 2–13 of 18, any category. Location mobile (2), bone lesion blastic (0)"),
        ("json", '{\n  "schema": 1,'),
        ("addendum", "ADDENDUM (draft)\n"),
    ],
)
def test_the_result_is_taken_along(form: str, begins: str) -> None:
    client = entered(plain_site())
    answer = client.get(f"{pasted(REPORT, client).url}/{form}")
    assert (answer.status_code, answer.text[: len(begins)]) == (200, begins)


def test_a_report_can_be_forgotten_and_the_oldest_is() -> None:
    client = entered(plain_site())
    first = pasted(REPORT, client)
    assert client.post(f"{first.url}/forget").url.path == "/paste"
    assert client.get(str(first.url)).status_code == 404
    second = pasted(REPORT, client)
    for _ in range(20):
        pasted("MRI SPINE. Normal.", client)
    answer = client.get(str(second.url))
    assert (answer.status_code, "only the last 20 are kept" in answer.text) == (404, True)


def test_a_report_of_another_body_part_is_said() -> None:
    assert problems(pasted("CT of the abdomen. Normal liver.")) == [
        "No spine level is mentioned. Is it the report of another body part?"
    ]


def test_the_page_without_a_run_has_no_review() -> None:
    client = entered(plain_site())
    assert client.get("/").url.path == "/paste"
    assert [client.get(path).status_code for path in ("/run", "/gold", "/agreement")] == [404, 404, 404]


def test_every_control_has_a_name_and_every_id_is_one() -> None:
    answer = pasted(REPORT)
    ids = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(ids) == len(set(ids))
    assert re.findall(r"\sstyle=|\son\w+=", answer.text) == []
    assert '<html lang="en">' in answer.text
    assert answer.text.count("<main ") == answer.text.count('class="skip"') == 1


def test_the_page_gets_ready_beside_what_is_asked_meanwhile() -> None:
    site, told = plain_site(), Told([])
    thread = warm(site, told)
    assert headline(pasted(REPORT, entered(site)))[0].startswith("1 lesion")
    thread.join(120)
    assert (thread.is_alive(), told.faults) == (False, [])


def test_a_fault_while_it_gets_ready_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told([])
    fault = RuntimeError(CANARY)

    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr("extractor.render.html.sheet_of", fail)
    warm(plain_site(), told).join(60)
    assert told.faults == [(AT_START, fault)]
