// Puts two buttons beside the place of an option on a ballot: up and down. The selects stay what is sent.

function ranked(form) {
  const fields = [...form.querySelectorAll('select[data-enhance~="ranking"]')];
  return fields.filter((field) => field.value).sort((a, b) => a.value - b.value);
}

function move(field, by) {
  const form = field.closest("form");
  const order = ranked(form);
  const from = order.indexOf(field);
  const last = field.options.length - 1;
  if (from < 0) {
    if (order.length < last) order.push(field);
  } else if (by > 0 && from === order.length - 1) {
    order.pop();
    field.value = "";
  } else {
    const to = Math.max(0, from + by);
    order.splice(from, 1);
    order.splice(to, 0, field);
  }
  order.forEach((one, place) => (one.value = String(place + 1)));
}

export function enhance(field) {
  const words = field.dataset;
  const title = document.querySelector(`label[for="${field.id}"]`).textContent;
  const row = document.createElement("span");
  row.className = "ballot-moves";
  for (const [text, by] of [
    [words.up, -1],
    [words.down, 1],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.kind = "secondary";
    button.textContent = text;
    button.setAttribute("aria-label", `${text}: ${title}`);
    button.disabled = field.disabled;
    button.addEventListener("click", () => move(field, by));
    row.append(button);
  }
  field.after(row);
}
