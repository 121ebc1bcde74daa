// A file dropped on the page, or chosen: sent at once where it can be a report, with words where it cannot.

/** Let a form take what is dropped on it. */
export function take(form) {
  if (!form) return;
  const file = form.querySelector('[type="file"]');
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragover");
    });
  }
  form.addEventListener("drop", async (event) => {
    const { files } = event.dataTransfer;
    if (!files.length) {
      form.querySelector("textarea").value = event.dataTransfer.getData("text/plain");
      return;
    }
    const wrong = await problem(files, form);
    if (wrong) return;
    file.files = files;
    form.submit();
  });
  file.addEventListener("change", async () => {
    if (file.files.length && (await problem(file.files, form))) file.value = "";
  });
}

/** Say what is wrong with files, and return whether anything is. */
async function problem(files, form) {
  const words = await wrong(files, Number(form.dataset.most));
  const box = form.querySelector(".problem") ?? Object.assign(document.createElement("p"), { className: "problem", id: "problem" });
  box.setAttribute("role", "alert");
  form.querySelector("textarea").before(box);
  box.textContent = words;
  box.hidden = !words;
  return Boolean(words);
}

async function wrong(files, most) {
  if (files.length > 1) return `${files.length} files: drop one report at a time. Many are an archive, which sinsight batch reads.`;
  const [one] = files;
  if (one.size > most) return `${one.name}: larger than ${most / 1_000_000} MB, which is no single report. Archives are read with sinsight batch.`;
  try {
    await one.slice(0, 1).arrayBuffer();
  } catch {
    return `${one.name}: a folder, or a file that cannot be read. Drop one report: text, RTF or Word.`;
  }
  return "";
}
