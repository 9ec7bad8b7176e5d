// Every page works without this file. It finds each element with data-enhance="…" and loads the module of that name,
// which exports enhance(element).

const MODULES = {
  count: "./count.js",
  autosave: "./autosave.js",
  leave: "./leave.js",
  filters: "./filters.js",
};

for (const element of document.querySelectorAll("[data-enhance]")) {
  for (const name of element.dataset.enhance.split(" ")) {
    if (name in MODULES) {
      import(MODULES[name]).then((module) => module.enhance(element));
    }
  }
}
