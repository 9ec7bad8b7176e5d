// On narrow screens, folds the filters above a list behind a button, unless one of them is in use.
// The button's words come from data-label.

export function enhance(form) {
  const narrow = window.matchMedia("(max-width: 40rem)");
  const used = [...new FormData(form)].some(([name, value]) => value && name !== "sort");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.kind = "secondary";
  button.textContent = form.dataset.label;
  form.id ||= "filters";
  button.setAttribute("aria-controls", form.id);
  form.before(button);

  let open = used;
  function show() {
    button.hidden = !narrow.matches;
    form.hidden = narrow.matches && !open;
    button.setAttribute("aria-expanded", String(open));
  }

  button.addEventListener("click", () => {
    open = !open;
    show();
  });
  narrow.addEventListener("change", show);
  show();
}
