// Keeps a draft while somebody types, a moment after they stop. The form's buttons do the same without this.

const PAUSE = 3000;

export function enhance(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  async function keep() {
    let kept = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
      kept = answer.ok;
    } catch {
      kept = false; // offline: the words below say so, and the next key press tries again
    }
    status.textContent = kept ? form.dataset.kept : form.dataset.lost;
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
}
