// The keys: none of them while somebody types.

const PRESSED = {
  n: "next", j: "next", p: "previous", k: "previous", a: "accept", u: "undo", l: "list",
};

/** Listen for keys. */
export function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("textarea, select, [type='text'], [type='search']")) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") document.getElementById("help").showModal();
    else if (event.key === "c") change();
    else if (event.key === "t") document.getElementById("names")?.click();
    else if (event.key === "/") document.getElementById("search")?.focus();
    else if (!press(PRESSED[event.key])) return;
    event.preventDefault();
  });
}

function press(name) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length && (name === "next" || name === "previous")) {
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + (name === "next" ? 1 : -1)))].focus();
    return true;
  }
  const control = name && document.querySelector(`[data-do="${name}"]`);
  control?.click();
  return Boolean(control);
}

/** Open the fields of the lesion in focus, else of the first, and go there. */
function change() {
  const card = document.activeElement.closest(".card") ?? document;
  const fields = card.querySelector("details.change") ?? document.querySelector("details.change");
  if (!fields) return;
  fields.open = true;
  const first = fields.querySelector("input:checked") ?? fields.querySelector("input:not([type='hidden'])");
  first.focus();
}
