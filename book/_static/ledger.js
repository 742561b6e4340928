// Filters and search above the tables of claims. Without this script they are whole and plain.
document.addEventListener("DOMContentLoaded", () => {
  const tables = [...document.querySelectorAll("table.ledger")];
  if (!tables.length) return;
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]).map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    section: row.querySelector(".ledger-section").textContent,
    kind: row.querySelector(".ledger-kind").textContent,
    verdict: row.querySelector(".verdict").textContent,
  }));
  const groups = tables.map((table) => table.closest("details") ?? table.closest("div.pst-scrollable-table-container") ?? table);
  const form = document.createElement("form");
  form.className = "ledger-filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Claims");
  form.addEventListener("submit", (event) => event.preventDefault());

  const labelled = (name, control) => {
    const label = document.createElement("label");
    label.append(`${name} `, control);
    form.append(label);
    control.addEventListener("input", () => { update(); remember(); });
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
    const asked = words.length > 0 || fields.some((field) => selects[field].value);
    let shown = 0;
    for (const entry of rows) {
      const fits =
        fields.every((field) => !selects[field].value || selects[field].value === entry[field]) &&
        words.every((word) => entry.text.includes(word));
      entry.row.hidden = !fits;
      shown += fits;
    }
    // A table without a row that fits is no answer; a folded one with such a row opens.
    tables.forEach((table, place) => {
      const some = [...table.tBodies[0].rows].some((row) => !row.hidden);
      groups[place].hidden = !some;
      if (groups[place].matches("details")) groups[place].open = asked && some;
    });
    count.value = `${shown} of ${rows.length} claims`;
  }
  // What is chosen stands in the address, so that it can be kept and sent; a value that no row has is left out.
  function remember() {
    const chosen = new URLSearchParams(fields.filter((f) => selects[f].value).map((f) => [f, selects[f].value]));
    if (search.value) chosen.set("q", search.value);
    const query = chosen.size ? `?${chosen}` : "";
    history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
  }
  function recall() {
    const chosen = new URLSearchParams(location.search);
    for (const field of fields) {
      const known = [...selects[field].options].some((option) => option.value === chosen.get(field));
      selects[field].value = known ? chosen.get(field) : "";
    }
    search.value = chosen.get("q") ?? "";
  }
  // A badge leads to a row: that row must be visible whatever was filtered or folded before.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    const row = rows.find((entry) => entry.row === target);
    if (!row) return;
    if (row.row.hidden) {
      form.reset();
      update();
      remember();
    }
    const folded = row.row.closest("details");
    if (folded) folded.open = true;
    row.row.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  recall();
  update();
  groups[0].before(form);
  reveal();
});
