// What the page does beyond forms and links: keys, lighting, copying, dropping a file, saving a choice at once.
import { light } from "./lighting.js";
import { keys } from "./keys.js";
import { take } from "./dropping.js";

const root = document.documentElement;
const said = document.getElementById("said");
root.classList.add("scripted");

/** Tell people, and screen readers, what happened; an empty word clears it. */
export function say(words, seconds = 6) {
  said.textContent = words;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, seconds * 1000);
}

/** Send a form and put the page it leads to in the place of this one; what was open or in focus stays so. */
async function send(form, submitter) {
  const data = new URLSearchParams(new FormData(form, submitter));
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: data, redirect: "follow" });
  } catch {
    say("Not saved: sinsight does not answer. Is it still running in its terminal?", 60);
    form.reset();
    return;
  }
  if (!answer.headers.get("content-type")?.includes("text/html")) {
    say((await answer.text()).trim(), 60);
    return;
  }
  show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url);
}

function show(page, url) {
  const main = document.getElementById("main");
  const focused = document.activeElement;
  const path = focused && main.contains(focused) ? whereabouts(focused) : null;
  const open = [...main.querySelectorAll("details[open]")].map((one) => one.id);
  const named = main.querySelector("#names")?.checked;
  const scrolled = [main.querySelector(".texts")?.scrollTop, window.scrollY];
  main.innerHTML = page.getElementById("main").innerHTML;
  document.title = page.title;
  if (url && new URL(url).pathname !== location.pathname) history.pushState(null, "", url);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (named) main.querySelector("#names").checked = true;
  const text = main.querySelector(".texts");
  if (text) text.scrollTop = scrolled[0] ?? 0;
  window.scrollTo({ top: scrolled[1], behavior: "instant" });
  if (path) (main.querySelector(path) ?? main).focus({ preventScroll: true });
  light(main);
  say(main.querySelector(".problem")?.textContent.trim() || main.querySelector(".headline")?.textContent.trim() || "Saved");
}

/** Return a selector by which a control is found again after its page was replaced. */
function whereabouts(control) {
  const form = control.closest("form");
  const within = form?.id ? `#${CSS.escape(form.id)} ` : form ? `form[action="${CSS.escape(form.getAttribute("action"))}"] ` : "";
  if (control.name) return `${within}[name="${CSS.escape(control.name)}"][value="${CSS.escape(control.value)}"]`;
  return control.id ? `#${CSS.escape(control.id)}` : `${within}${control.localName}`;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-live]");
  if (form && event.target.matches('[type="checkbox"], [type="radio"], select, [type="text"]')) send(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form) return;
  event.preventDefault();
  send(form, event.submitter);
});
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-help]")) document.getElementById("help").showModal();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    const answer = await fetch(button.dataset.copy);
    await navigator.clipboard.writeText(await answer.text());
    say("Copied");
  } catch {
    say("Not copied: open the link beside it, and copy from there.");
  }
});

addEventListener("popstate", () => location.reload());
keys();
light(document);
take(document.querySelector("[data-drop]"));
