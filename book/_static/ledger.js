// Filters and search above the table of claims. Without this script the table is whole and plain.
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.ledger");
  if (!table) return;
  const rows = [...table.tBodies[0].rows].map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    section: row.querySelector(".ledger-section").textContent,
    kind: row.querySelector(".ledger-kind").textContent,
    verdict: row.querySelector(".verdict").textContent,
  }));
  const form = document.createElement("form");
  form.className = "ledger-filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Claims");
  form.addEventListener("submit", (event) => event.preventDefault());

  const labelled = (name, control) => {
    const label = document.createElement("label");
    label.append(`${name} `, control);
    form.append(label);
    control.addEventListener("input", update);
    return control;
  };
  const choice = (field) => {
    const select = document.createElement("select");
    select.add(new Option("all", ""));
    for (const value of new Set(rows.map((entry) => entry[field]))) select.add(new Option(value));
    return labelled(field[0].toUpperCase() + field.slice(1), select);
  };
  const fields = ["section", "kind", "verdict"];
  const selects = Object.fromEntries(fields.map((field) => [field, choice(field)]));
  const search = document.createElement("input");
  search.type = "search";
  labelled("Search", search);
  const count = document.createElement("output");
  form.append(count);

  function update() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of rows) {
      const fits =
        fields.every((field) => !selects[field].value || selects[field].value === entry[field]) &&
        words.every((word) => entry.text.includes(word));
      entry.row.hidden = !fits;
      shown += fits;
    }
    count.value = `${shown} of ${rows.length} claims`;
  }
  // A badge leads to a row: that row must be visible whatever was filtered before.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.hidden) return;
    form.reset();
    update();
    target.scrollIntoView();
  });
  update();
  table.before(form);
});
