// Says how many characters are left in a text, aloud only when typing rests. data-max is the longest text allowed,
// data-left and data-over are the words, in the language of the page.

const REST = 900;

export function enhance(area) {
  const longest = Number(area.dataset.max);
  const words = area.dataset;
  const shown = document.createElement("p");
  shown.className = "field-count";
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  area.after(shown, spoken);

  const format = new Intl.NumberFormat(document.documentElement.lang);
  let rest;

  function count() {
    const left = longest - area.value.length;
    const text = (left < 0 ? words.over : words.left).replace("{n}", format.format(Math.abs(left)));
    shown.textContent = left < 0 || left < longest / 2 ? text : "";
    shown.dataset.state = left < 0 ? "over" : "under";
    clearTimeout(rest);
    rest = setTimeout(() => (spoken.textContent = shown.textContent), REST);
  }

  area.addEventListener("input", count);
  count();
}
