// Offers articles while somebody writes, a moment after they stop typing. This site's own server reads the words and keeps
// none of them. Without this file the next step offers the same.

const PAUSE = 700;

export function enhance(form) {
  const section = form.querySelector("[data-suggested]");
  const status = section.querySelector("[role=status]");
  const list = section.querySelector("[data-suggestions]");
  let timer = 0;
  let asked = 0;

  async function sent(address, chosen = {}) {
    const words = new FormData(form);
    for (const [name, value] of Object.entries(chosen)) words.set(name, value);
    try {
      const answer = await fetch(address, { method: "POST", body: words });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // offline: what is shown stays, and the next pause asks again
    }
  }

  async function ask(chosen) {
    const mine = ++asked;
    const answer = await sent(form.dataset.suggest, chosen);
    if (answer === null || mine !== asked) return; // a later question is on its way
    list.replaceChildren(document.createRange().createContextualFragment(answer.piece));
    const said = list.querySelector("[data-said]").textContent.trim();
    section.hidden = said === "";
    if (status.textContent !== said) status.textContent = said;
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(), PAUSE);
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    clearTimeout(timer);
    await sent(form.dataset.autosave); // what is taken along waits in the draft, so there must be one
    await ask({ [button.name]: button.value });
    section.querySelector("h2").focus(); // the button is gone
  });
  ask();
}
