// Pointing at a value lights its words, at words their values, at a vertebra its card and words, and the other way round.

/** Let what lies within an element light up. */
export function light(within) {
  const marks = new Map();
  for (const mark of within.querySelectorAll("mark[data-keys]")) {
    for (const key of mark.dataset.keys.split(" ")) (marks.get(key) ?? marks.set(key, []).get(key)).push(mark);
  }
  const row = (key) => document.getElementById(key);
  const vertebra = (card) => (card ? within.querySelector(`.vertebra[data-level="${CSS.escape(card.dataset.level)}"]`) : null);
  const wordsOf = (box) => [...box.querySelectorAll("tr[data-key]")].flatMap((one) => marks.get(one.dataset.key) ?? []);
  const together = (source, lit) => {
    for (const [name, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
      source.addEventListener(name, () => lit().forEach((one) => one?.classList.toggle("lit", on)));
    }
  };
  for (const one of within.querySelectorAll("tr[data-key]")) {
    together(one, () => [...(marks.get(one.dataset.key) ?? []), vertebra(one.closest("[data-level]"))]);
  }
  for (const mark of within.querySelectorAll("mark[data-keys]")) {
    together(mark, () => mark.dataset.keys.split(" ").map(row));
    mark.addEventListener("click", () => row(mark.dataset.keys.split(" ")[0])?.scrollIntoView({ block: "center" }));
  }
  for (const drawn of within.querySelectorAll(".vertebra.lesion")) {
    const card = within.querySelector(`.card[data-level="${CSS.escape(drawn.dataset.level)}"]`);
    if (card) together(drawn, () => [card, ...wordsOf(card)]);
  }
}
