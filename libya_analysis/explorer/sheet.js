// A table whose rows can be picked, by pointer or keyboard. All text is set as text, never as markup.
function draw(model, el) {
  const table = document.createElement("table");
  const columns = model.get("columns");
  table.createCaption().textContent = model.get("caption");
  const head = table.createTHead().insertRow();
  for (const name of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [id, faint, ...cells] of model.get("rows")) {
    const row = body.insertRow();
    row.classList.toggle("faint", faint);
    cells.forEach((text, k) => {
      const cell = row.insertCell();
      cell.dir = "auto";
      cell.dataset.name = columns[k];
      if (k > 0) { cell.textContent = text; return; }
      const button = document.createElement("button");
      button.textContent = text;
      button.title = `Show the evidence: ${id}`;
      cell.append(button);
    });
    row.addEventListener("click", () => model.send({ pick: id }));
  }
  el.replaceChildren(table);
}

export default {
  render({ model, el }) {
    el.classList.add("libya-sheet");
    const again = () => draw(model, el);
    model.on("change:rows", again);
    again();
    return () => model.off("change:rows", again);
  },
};
