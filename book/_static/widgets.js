// What the interactive pictures share: making elements, and choices kept in the page's address.
const widgets = (() => {
  const fill = (element, attributes, children) => {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const html = (name, attributes = {}, ...children) =>
    fill(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  const chosen = (key) => new URLSearchParams(location.search).get(key);
  function keep(choices) {
    const query = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(choices)) query.set(key, value);
    // Commas are legal there, and an address is easier to read with them.
    const written = query.toString().replaceAll("%2C", ",");
    history.replaceState(null, "", `?${written}${location.hash}`);
  }
  const controls = (...children) => {
    const form = html("form", { class: "companion-controls" }, ...children);
    form.addEventListener("submit", (event) => event.preventDefault());
    return form;
  };
  return { html, svg, chosen, keep, controls };
})();
