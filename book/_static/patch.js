// A patch of pixels to drag: sorted values, spacings, the point in the simplex, and what the best
// estimators make of it, in exact fractions. Coefficients and photographs stand in the page, from
// the library (directive patch). Grey values are whole numbers out of 255.
const patch = (() => {
  const WHITE = 255;
  // Scripts come in any order, so "exact" is looked up when it is used.
  const share = (value) => exact.read(`${value}/${WHITE}`);
  const sort = (pixels) => [...pixels].sort((a, b) => b - a);

  // The weights 1 - x(1), x(1) - x(2), ..., x(d) of the vertices with 0, ..., d ones, times 255.
  function simplex(pixels) {
    const ends = [WHITE, ...sort(pixels), 0];
    return ends.slice(1).map((value, k) => ends[k] - value);
  }

  // Value of an estimator and what it misses the maximum by, both exact.
  function evaluate({ intercept, weights }, pixels) {
    const sorted = sort(pixels);
    const value = weights.reduce((sum, weight, i) =>
      exact.plus(sum, exact.times(exact.read(weight), share(sorted[i]))), exact.read(intercept));
    return { value, error: exact.plus(value, share(-sorted[0])) };
  }

  // Numbers of ones at which an estimator misses the maximum most.
  function worst({ error, residuals }) {
    const wrong = [error, error.startsWith("-") ? error.slice(1) : `-${error}`];
    return residuals.flatMap((residual, k) => (wrong.includes(residual) ? [k] : []));
  }

  return { WHITE, share, sort, simplex, evaluate, worst };
})();

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("patch");
  if (!place) return;
  const { html: make, svg: picture, chosen, keep } = widgets;
  const { estimators, side: SIDE, photographs } =
    JSON.parse(document.getElementById("patch-data").textContent);
  const SIZES = Object.keys(estimators).map(Number);
  const START = [40, 90, 60, 120, 235, 150, 20, 180, 75];
  const names = (orders) => (orders.length > 3 && orders.every((order, i) => order === i)
    ? `{0, …, ${orders.at(-1)}}` : `{${orders.join(", ")}}`);
  const signed = (text) => text.replace("-", "−");

  let pixels = START;
  let notice = "";
  const written = chosen("pixels");
  if (written !== null) {
    const asked = written.split(",").map(Number);
    const fits = asked.every((v) => Number.isInteger(v) && v >= 0 && v <= patch.WHITE);
    if (fits && SIZES.includes(asked.length)) pixels = asked;
    else {
      notice = `The address asks for pixels that cannot be shown: ${SIZES.join(", ")} whole ` +
        `numbers from 0 to ${patch.WHITE} can. Shown are nine others.`;
    }
  }

  const size = make("select", { id: "patch-size" });
  for (const d of SIZES) size.add(new Option(`${Math.sqrt(d)} × ${Math.sqrt(d)}`, d));
  const grid = make("div", { class: "patch-grid", role: "group", "aria-label": "Pixels" });
  const photo = make("select", { id: "patch-photograph" });
  photographs.forEach((_, i) => photo.add(new Option(`Photograph ${i + 1}`, i)));
  const canvas = make("canvas", {
    class: "patch-photograph", width: SIDE, height: SIDE, tabindex: 0, role: "application",
    "aria-label": "Photograph in grey: click, or use the arrow keys, to pick the patch",
  });
  const frame = make("span", { class: "patch-frame", hidden: "" });
  const draw = make("button", { type: "button", id: "patch-random" }, "Random pixels");
  const status = make("output", { class: "patch-notice", "aria-live": "polite" }, notice);
  const results = make("div", { class: "patch-results" });
  place.replaceChildren(
    widgets.controls(make("label", {}, "Pixels ", size), draw,
      make("label", {}, "Patch from ", photo)),
    status,
    make("div", { class: "patch-inputs" }, grid, make("div", { class: "patch-photo" }, canvas, frame)),
    make("p", { class: "companion-hint" }, "Drag a pixel up or down, or focus it and use the arrow " +
      "keys (Page Up and Page Down for larger steps, Home and End for black and white)."),
    results,
  );

  function set(next, said = "") {
    pixels = next;
    frame.hidden = true; // the patch is no longer the photograph's, unless it was just picked
    status.value = said;
    keep({ pixels: pixels.join(",") });
    show();
  }
  const change = (i, value) => {
    const kept = Math.min(patch.WHITE, Math.max(0, Math.round(value)));
    if (kept !== pixels[i]) set(pixels.map((old, j) => (j === i ? kept : old)));
  };

  function cells() {
    const rows = Math.sqrt(pixels.length);
    size.value = pixels.length;
    grid.style.gridTemplateColumns = `repeat(${rows}, 1fr)`;
    grid.replaceChildren(...pixels.map((_, i) => {
      const cell = make("div", {
        role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": patch.WHITE,
        "aria-orientation": "vertical",
        "aria-label": `Pixel, row ${Math.floor(i / rows) + 1}, column ${(i % rows) + 1}`,
      });
      let from = null;
      cell.addEventListener("pointerdown", (event) => {
        from = { y: event.clientY, value: pixels[i] };
        cell.setPointerCapture(event.pointerId);
      });
      cell.addEventListener("pointermove", (event) => {
        if (from && event.buttons) change(i, from.value + (from.y - event.clientY) * 1.5);
      });
      cell.addEventListener("pointerup", () => { from = null; });
      cell.addEventListener("keydown", (event) => {
        const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1,
          PageUp: 16, PageDown: -16, Home: -patch.WHITE, End: patch.WHITE };
        if (!(event.key in steps)) return;
        event.preventDefault();
        event.stopPropagation(); // the theme turns pages with the same keys
        change(i, pixels[i] + steps[event.key]);
      });
      return cell;
    }));
  }

  function show() {
    if (grid.children.length !== pixels.length) cells();
    pixels.forEach((value, i) => {
      const cell = grid.children[i];
      cell.style.background = `rgb(${value}, ${value}, ${value})`;
      cell.style.color = value > 117 ? "#000" : "#fff"; // a contrast of at least 4.5 either way
      cell.textContent = value;
      cell.setAttribute("aria-valuenow", value);
      cell.setAttribute("aria-valuetext", `${value} of ${patch.WHITE}`);
    });
    const sorted = patch.sort(pixels);
    const point = patch.simplex(pixels);
    const spaces = point.slice(1, -1);
    const line = (name, text, id) => make("p", {}, make("strong", {}, `${name}: `),
      make("span", { id }, text));
    results.replaceChildren(
      line("Sorted values x(1) ≥ x(2) ≥ …, times 255", sorted.join(", "), "patch-sorted"),
      line("Spacings x(1) − x(2), x(2) − x(3), …, times 255", spaces.join(", "), "patch-spacings"),
      simplexPicture(point), estimates(),
    );
  }

  // A bar for each vertex: the pool is the mean of the vertices with these weights.
  function simplexPicture(point) {
    const [width, height, left, top, bottom] = [640, 230, 46, 26, 64];
    const step = (width - left - 10) / point.length;
    const y = (value) => top + (height - top - bottom) * (1 - value / patch.WHITE);
    const svg = picture("svg", {
      viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `Weights of the vertices with 0 to ${pixels.length} ones, times 255: ` +
        point.join(", "),
    });
    for (const [value, name] of [[0, "0"], [patch.WHITE, "1"]]) {
      svg.append(
        picture("line", { x1: left, x2: width - 10, y1: y(value), y2: y(value), class: "rule" }),
        picture("text", { x: left - 8, y: y(value) + 5, "text-anchor": "end" }, name),
      );
    }
    const every = point.length > 11 ? 2 : 1;
    point.forEach((value, k) => {
      const text = `${k} ones: ${exact.shown(patch.share(value))}`;
      svg.append(picture("rect", {
        x: left + step * k + step * 0.15, width: step * 0.7, y: y(value), height: y(0) - y(value),
        class: "patch-weight",
      }, picture("title", {}, text)));
      if (k % every) return;
      svg.append(picture("text",
        { x: left + step * (k + 0.5), y: height - 40, "text-anchor": "middle" }, `${k}`));
    });
    svg.append(picture("text", { x: left + (width - left) / 2, y: height - 8, "text-anchor": "middle" },
      "ones of the vertex; bar: its weight in this pool"));
    return svg;
  }

  function estimates() {
    const body = make("tbody");
    for (const one of estimators[pixels.length]) {
      const { value, error } = patch.evaluate(one, pixels);
      const button = make("button", { type: "button" }, "show");
      button.setAttribute("aria-label", `Worst case of the orders ${names(one.orders)}`);
      button.addEventListener("click", () => {
        const all = patch.worst(one);
        const k = all.find((ones) => ones > 0) ?? 0;
        const order = pixels.map((v, i) => i).sort((a, b) => pixels[b] - pixels[a] || a - b);
        const at = [...pixels];
        order.forEach((pixel, place) => { at[pixel] = place < k ? patch.WHITE : 0; });
        set(at, `The worst pools of ${names(one.orders)} have ${all.join(" or ")} ones; this has ` +
          `${k}. No pool is missed by more than ${exact.grouped(one.error)}.`);
        [...results.querySelectorAll("button")].find((b) =>
          b.getAttribute("aria-label") === button.getAttribute("aria-label"))?.focus();
      });
      const cells = [names(one.orders), exact.shown(value),
        exact.shown(error), signed(exact.decimal(error).toFixed(4)),
        exact.grouped(one.error)];
      body.append(make("tr", {}, ...cells.map((text) => make("td", {}, text)), make("td", {}, button)));
    }
    const head = ["Orders", "Value", "Error, exactly", "Error ≈", "Largest error", "Worst case"];
    const maximum = exact.text(patch.share(Math.max(...pixels)));
    return make("div", { class: "patch-table" }, make("table", { class: "table" },
      make("caption", {}, `Best estimators of the maximum, which is ${maximum}`),
      make("thead", {}, make("tr", {}, ...head.map((name) => make("th", { scope: "col" }, name)))),
      body));
  }

  // The photograph, and the patch that was picked.
  const spot = { row: 12, column: 12 };
  const greys = () => photographs[photo.value].match(/../g).map((two) => parseInt(two, 16));
  function paint() {
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    greys().forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    context.putImageData(image, 0, 0);
  }
  function pick(row, column) {
    const rows = Math.sqrt(pixels.length);
    spot.row = Math.min(SIDE - rows, Math.max(0, row));
    spot.column = Math.min(SIDE - rows, Math.max(0, column));
    const all = greys();
    set(pixels.map((_, i) =>
      all[(spot.row + Math.floor(i / rows)) * SIDE + spot.column + (i % rows)]),
    `Patch of photograph ${Number(photo.value) + 1}, row ${spot.row + 1}, column ${spot.column + 1}.`);
    mark();
  }
  function mark() {
    frame.hidden = false;
    const unit = 100 / SIDE;
    const rows = Math.sqrt(pixels.length);
    Object.assign(frame.style, { top: `${spot.row * unit}%`, left: `${spot.column * unit}%`,
      width: `${rows * unit}%`, height: `${rows * unit}%` });
  }
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  const follow = (event) => {
    const box = canvas.getBoundingClientRect();
    const middle = (Math.sqrt(pixels.length) - 1) / 2;
    pick(Math.round(((event.clientY - box.top) / box.height) * SIDE - 0.5 - middle),
      Math.round(((event.clientX - box.left) / box.width) * SIDE - 0.5 - middle));
  };
  canvas.addEventListener("click", follow);
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    pick(spot.row + moves[event.key][0], spot.column + moves[event.key][1]);
  });
  photo.addEventListener("change", () => {
    paint();
    pick(spot.row, spot.column);
  });
  const random = (count) => Array.from({ length: count }, () =>
    Math.floor(Math.random() * (patch.WHITE + 1)));
  draw.addEventListener("click", () => set(random(pixels.length)));
  size.addEventListener("change", () => {
    const count = Number(size.value);
    set(Array.from({ length: count }, (_, i) => pixels[i] ?? START[i % START.length]));
  });

  paint();
  show();
});
