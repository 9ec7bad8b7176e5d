// Says what points or costs add up to while a ballot is filled in. data-whole is how much there is, data-under and
// data-over are the words, in the language of the page.

export function enhance(shown) {
  const form = shown.closest("form");
  const whole = Number(shown.dataset.whole);
  const words = shown.dataset;
  const format = new Intl.NumberFormat(document.documentElement.lang);

  function worth(field) {
    if (field.type === "checkbox") return field.checked ? Number(field.dataset.worth) : 0;
    return Number.parseInt(field.value, 10) || 0;
  }

  function add() {
    const fields = form.querySelectorAll("[data-worth], [data-points]");
    const used = [...fields].reduce((sum, field) => sum + worth(field), 0);
    const numbers = { used, left: whole - used, over: used - whole, whole };
    const said = used > whole ? words.over : words.under;
    const text = said.replace(/\{(\w+)\}/g, (_, name) => format.format(numbers[name]));
    if (shown.textContent !== text) shown.textContent = text;
    shown.dataset.state = used > whole && words.over !== words.under ? "over" : "under";
  }

  form.addEventListener("input", add);
  add();
}
