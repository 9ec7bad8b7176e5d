// Every page works without this file. For each element with data-enhance="count leave" it loads ./count.js and
// ./leave.js, which export enhance(element).

for (const element of document.querySelectorAll("[data-enhance]")) {
  for (const name of element.dataset.enhance.split(" ")) {
    import(`./${name}.js`).then((module) => module.enhance(element));
  }
}
