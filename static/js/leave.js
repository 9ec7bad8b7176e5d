// Asks before a page is left whose form has been written in and not sent.

export function enhance(form) {
  let written = false;
  const mark = () => (written = true);
  form.addEventListener("input", mark);
  form.addEventListener("submit", () => (written = false));
  window.addEventListener("beforeunload", (event) => {
    if (written) {
      event.preventDefault();
    }
  });
}
