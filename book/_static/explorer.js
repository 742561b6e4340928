// The explorer of approximations: tick orders, read the exact optimum. The address keeps the choice.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("explorer");
  if (!place) return;
  const DEFAULT = 9;
  // Written by the page's directive best-orders, before its table gives way to the picture.
  const sizes = JSON.parse(document.getElementById("exact-sizes").textContent);
  const SIZES = Object.keys(sizes).map(Number);
  const { html: make, svg: picture, chosen, keep } = widgets;

  const size = make("select", { id: "explorer-size" });
  for (const d of SIZES) {
    const side = Math.sqrt(d);
    size.add(new Option(Number.isInteger(side) ? `${d} (${side} × ${side})` : d, d));
  }
  const boxes = make("fieldset");
  const error = make("output", { class: "explorer-error", "aria-live": "polite" });
  const table = make("table", { class: "table explorer-coefficients" });
  const chart = make("div", { class: "explorer-chart" });
  const notice = make("output", { class: "explorer-notice", "aria-live": "polite" });
  const at = make("output", { class: "explorer-vertex", "aria-live": "polite" });
  const controls = widgets.controls(make("label", {}, "Pool size d ", size), boxes);
  place.replaceChildren(controls, notice, error, chart, at, table);

  // What the address asks for, and in words what of it cannot be shown. Its text is never repeated.
  function read() {
    const written = chosen("d");
    const listed = chosen("orders");
    const d = Number(written ?? DEFAULT);
    if (!SIZES.includes(d)) {
      const said = `The address asks for a pool size that is not offered (${SIZES.join(", ")} are). ` +
        `Shown is the size ${DEFAULT} with the orders 0 and ${DEFAULT - 1}.`;
      return { d: DEFAULT, orders: new Set([0, DEFAULT - 1]), said };
    }
    if (listed === null) return { d, orders: new Set([0, d - 1]), said: "" };
    const asked = listed.split(",").filter(Boolean).map(Number);
    const fits = asked.filter((r) => Number.isInteger(r) && r >= 0 && r < d);
    if (fits.length === asked.length && fits.length) return { d, orders: new Set(fits), said: "" };
    const orders = new Set(fits.length ? fits : [0, d - 1]);
    const said = "The address asks for orders that this pool does not have: whole numbers from 0 " +
      `to ${d - 1} are allowed, at least one. Shown: ${[...orders].join(", ")}.`;
    return { d, orders, said };
  }

  const asked = read();
  let { d, orders } = asked;
  notice.value = asked.said;
  function offer() {
    size.value = d;
    boxes.replaceChildren(make("legend", {}, "Orders of the subpool maxes (0 is the intercept)"));
    for (let r = 0; r < d; r += 1) {
      const box = make("input", { type: "checkbox", value: r });
      box.checked = orders.has(r);
      box.addEventListener("change", () => {
        orders[box.checked ? "add" : "delete"](r);
        change();
      });
      boxes.append(make("label", {}, box, ` ${r}`));
    }
  }
  size.addEventListener("change", () => {
    const wasLargest = d - 1;
    d = Number(size.value);
    orders = new Set([...orders].map((r) => (r === wasLargest ? d - 1 : r)).filter((r) => r < d));
    offer();
    change();
  });

  const sorted = () => [...orders].sort((a, b) => a - b);
  function change() {
    keep({ d, orders: sorted().join(",") });
    notice.value = "";
    show();
  }

  function show() {
    const list = sorted();
    chart.replaceChildren();
    table.replaceChildren();
    at.value = "";
    if (!list.length) {
      error.value = "Tick at least one order.";
      return;
    }
    const found = exact.best(d, list);
    error.replaceChildren(
      "Smallest possible error ", make("strong", {}, exact.shown(found.error)),
      ` ≈ ${exact.decimal(found.error).toPrecision(4)}, for ${exact.grouped(found.subpools)} subpool `,
      `max${found.subpools === 1n ? "" : "es"}`,
    );
    error.append(make("br"), exact.grouped(networkText(list)));
    const head = ["Order", "Coefficient of the average", "Subpool maxes"];
    const row = (tag, cells) =>
      make("tr", {}, ...cells.map((cell) => make(tag, {}, exact.grouped(cell))));
    table.append(
      make("caption", {}, "The best combination, exactly"),
      make("thead", {}, row("th", head)),
      make("tbody", {}, ...found.coefficients.map(([r, value]) =>
        row("td", [r || "intercept", exact.shown(value), r ? exact.choose(d, r) : "none"]))),
    );
    chart.append(draw(found));
  }

  // The network that computes it, beside the one that computes the maximum itself.
  function networkText(list) {
    const { maxes, neurons } = cost.network(d, list);
    const known = sizes[d];
    const layers = (count) => `${count} layer${count > 1 ? "s" : ""}`;
    const fewest = known.exact.map(([depth, count]) => `${count} in ${layers(depth)}`).join(", ");
    const exactly = `The maximum itself takes ${cost.exactMax(d)} in the same way (Lemma 1); ` +
      `the fewest that we know: ${fewest}.`;
    if (!maxes.length) return `It is linear and takes no ReLU neurons. ${exactly}`;
    const total = maxes.reduce((sum, count) => sum + count, 0);
    const top = list.filter((r) => r > 0).join() === `${d - 1}`;
    const lean = top ? ` (the fewest that we know: ${known.estimator})` : "";
    const theorem = top ? "Theorem 4" : "Theorem K";
    return `With shared parts (${theorem}): ${total} pairwise maxes in ${layers(maxes.length)}, ` +
      `${neurons} ReLU neurons, three to a max${lean}. ${exactly}`;
  }

  // A stem for each vertex; where the error is attained, filled and named.
  function draw(found) {
    const [width, height, right, top, bottom] = [640, 280, 14, 22, 58];
    const left = Math.max(76, 20 + 13 * exact.shown(found.error).length); // the error's own label
    const largest = exact.decimal(found.error);
    const x = (k) => left + ((width - left - right) * k) / d;
    const y = (value) => top + (height - top - bottom) * (0.5 - (0.5 * value) / (1.12 * largest));
    const full = (k) => Math.abs(exact.decimal(found.residuals[k])) >= largest;
    const attained = found.residuals.filter((_, k) => full(k)).length;
    const svg = picture("svg", {
      viewBox: `0 0 ${width} ${height}`, role: "img",
      tabindex: 0, "aria-label": `Residual at the ${d + 1} vertices; the error ${exact.shown(found.error)} is ` +
        `attained at ${attained} of them; the arrow keys go from vertex to vertex`,
    });
    let current = -1;
    const say = (k) => {
      current = k;
      const tell = full(k) ? ", where the error is attained" : "";
      at.value = `Vertex with ${k} one${k === 1 ? "" : "s"}: residual ` +
        `${exact.shown(found.residuals[k])}${tell}`;
      svg.querySelectorAll("circle").forEach((dot, i) => dot.classList.toggle("current", i === k));
    };
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation(); // the theme turns pages with the same keys
      say(current < 0 ? (step > 0 ? 0 : d) : Math.min(d, Math.max(0, current + step)));
    });
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const across = ((event.clientX - box.left) / box.width) * width;
      const k = Math.round(((across - left) * d) / (width - left - right));
      if (k >= 0 && k <= d && k !== current) say(k);
    });
    // On a phone the letters are larger, so a long row names every fifth vertex.
    const every = d > 20 ? 5 : d > 12 ? 2 : 1;
    for (const [value, name] of [[largest, `+${exact.shown(found.error)}`], [0, "0"],
      [-largest, `−${exact.shown(found.error)}`]]) {
      svg.append(
        picture("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "rule" }),
        picture("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, name),
      );
    }
    found.residuals.forEach((e, k) => {
      const value = exact.decimal(e);
      svg.append(
        picture("line", { x1: x(k), x2: x(k), y1: y(0), y2: y(value), class: "stem" }),
        picture("circle", { cx: x(k), cy: y(value), r: 5, class: full(k) ? "attained" : "point" },
          picture("title", {}, `${k} ones: ${exact.shown(e)}`)),
      );
      if (k % every) return;
      svg.append(picture("text", { x: x(k), y: height - 34, "text-anchor": "middle" }, `${k}`));
    });
    svg.append(picture("text", { x: (left + width) / 2, y: height - 5, "text-anchor": "middle" },
      "ones of the vertex; filled: the error is attained"));
    return svg;
  }

  offer();
  show();
});
