"""The review page in a real browser: keys, light, tabs, a lost server, nothing fetched, nothing logged."""

from __future__ import annotations

import socket
import sqlite3
from typing import Any

import pytest
from browsing import HOSTILE, Served, choose, come_in, paste, until
from webpage import REPORTS

pytestmark = pytest.mark.browser


def test_paste_read_and_choose(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = paste(opened, served, REPORTS["r-2"])
    assert page.inner_text(".headline") == "1 lesion, the worst at L3: SINS 2–13 of 18, any category"
    choose(page, "alignment", "normal")
    until(page, "document.querySelector('.headline').innerText.includes('SINS 2–9')")
    choose(page, "posterolateral", "none")
    until(page, "document.querySelector('.headline').innerText.includes('SINS 2–6')")
    assert page.inner_text(".headline") == "1 lesion, the worst at L3: SINS 2–6 of 18, stable"
    assert opened.said == []


def test_values_and_words_light_each_other(browser: Any, served: Served) -> None:
    page = paste(come_in(browser, served), served, REPORTS["r-1"])
    lit = "document.querySelectorAll('mark.lit').length"
    page.hover("tr.f-collapse")
    assert page.evaluate("[...document.querySelectorAll('mark.lit')].map(m => m.innerText)") == ["60 % loss of height"]
    page.mouse.move(0, 0)
    assert page.evaluate(lit) == 0
    page.hover("mark.f-collapse")
    assert page.evaluate("document.querySelector('tr.lit th').innerText") == "collapse"
    page.focus("tr.f-bone_lesion a")
    assert page.evaluate("document.querySelector('mark.lit.f-bone_lesion').innerText") == "Lytic"
    page.hover(".vertebra.lesion")
    assert page.evaluate("document.querySelector('.card.lit h2').innerText") == "T7"


def test_script_in_a_report_stays_text_and_nothing_is_fetched(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = paste(opened, served, f"{REPORTS['r-1']} {HOSTILE}")
    assert HOSTILE in page.inner_text(".text")
    for path in ("/run", "/run/20", "/run/21", "/agreement"):
        page.goto(f"{served.base}{path}")
        assert page.title() != "run"
    assert ([url for url in opened.asked if not url.startswith(served.base)], opened.said) == ([], [])


def test_twenty_reports_are_reviewed_by_keys_and_a_restart_keeps_them(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = opened.page
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/run/0")
    for number in range(20):
        page.wait_for_url(f"**/run/{number}")
        if number == 3:
            page.keyboard.press("c")
            page.keyboard.press("ArrowRight")
            until(page, "document.getElementById('verdict').innerText.startsWith('changed')")
        page.keyboard.press("a")
        until(page, "document.getElementById('verdict').innerText.includes('accepted as')")
        page.keyboard.press("n")
    page.wait_for_url("**/run/20")
    page.keyboard.press("l")
    page.wait_for_url("**/run")
    assert (opened.said, served.stop()[0]) == ([], 0)
    with Served(served.folder) as again:
        page = come_in(browser, again).page
        told = page.evaluate("[...document.querySelectorAll('td.verdict')].map(d => d.innerText)")
        assert told == [*["✓ accepted"] * 3, "✓ corrected", *["✓ accepted"] * 16, "", ""]
        page.goto(f"{again.base}/run/3")
        assert page.inner_text(".head .changed, .value .changed") == "read as certain"
        page.keyboard.press("u")
        until(page, "document.getElementById('verdict').innerText.startsWith('changed')")
        page.keyboard.press("u")
        until(page, "document.getElementById('verdict').innerText === 'not decided'")


def test_of_two_tabs_the_later_is_told(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    first, second = opened.page, opened.context.new_page()
    for page in (first, second):
        page.goto(f"{served.base}/run/0")
    first.keyboard.press("a")
    until(first, "document.getElementById('verdict').innerText.includes('accepted')")
    choose(second, "alignment", "normal")
    second.wait_for_selector(".problem")
    assert second.inner_text(".problem").startswith("Not kept: this report was decided on in another tab")
    assert second.inner_text("#verdict") == "✓ accepted as read"
    assert served.folder is not None
    rows = sqlite3.connect(served.folder / "review.sqlite").execute("SELECT act FROM history").fetchall()
    assert rows == [("accept",)]


def test_a_lost_server_is_said_and_nothing_looks_saved(browser: Any, served: Served) -> None:
    page = come_in(browser, served).page
    page.goto(f"{served.base}/run/0")
    served.stop()
    page.keyboard.press("a")
    until(page, "document.getElementById('said').innerText.startsWith('Not saved')")
    assert page.inner_text("#verdict") == "not decided"
    choose(page, "alignment", "normal")
    until(page, "!document.querySelector('[name=alignment]:checked')")


def test_a_paste_of_300_kb(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = paste(opened, served, (REPORTS["r-1"] + "\n" + "No further abnormality is seen. " * 10_000)[:300_000])
    assert page.inner_text(".headline").startswith("1 lesion, the worst at T7")
    assert len(page.inner_text(".text")) > 290_000


def test_a_used_address_and_another_host_are_refused(browser: Any, served: Served) -> None:
    come_in(browser, served)
    page = browser.new_page()
    assert page.goto(served.url).status == 403
    assert "start it again" in page.inner_text("body")
    port = served.base.rpartition(":")[2]
    page.close()
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", int(port))) != 0


def test_without_script_it_reads_and_decides(browser: Any, served: Served) -> None:
    page = come_in(browser, served, java_script_enabled=False).page
    page.goto(f"{served.base}/run/0")
    choose(page, "alignment", "normal")
    page.click("text=Save L3")
    assert page.inner_text("#verdict") == "changed, not accepted yet"
    page.click("[data-do=accept]")
    assert page.inner_text("#verdict") == "✓ accepted as corrected"


def test_no_word_of_a_report_is_logged(browser: Any, served: Served) -> None:
    paste(come_in(browser, served), served, f"{REPORTS['r-1']} Zebulon")
    code, said = served.stop()
    assert (code, said) == (
        0,
        "Open this address in a browser; it works once. Ctrl-C ends the page.\nsinsight: the page is closed\n",
    )
