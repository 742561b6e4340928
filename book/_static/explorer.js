// The explorer of approximations: tick orders, read the exact optimum. The address keeps the choice.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("explorer");
  if (!place) return;
  const SIZES = [2, 12];
  // Written by the page's directive best-orders, before its table gives way to the picture.
  const sizes = JSON.parse(document.getElementById("exact-sizes").textContent);
  const { html: make, svg: picture, chosen, keep } = widgets;

  const size = make("select", { id: "explorer-size" });
  for (let d = SIZES[0]; d <= SIZES[1]; d += 1) size.add(new Option(d));
  const boxes = make("fieldset");
  const error = make("output", { class: "explorer-error", "aria-live": "polite" });
  const table = make("table", { class: "table explorer-coefficients" });
  const chart = make("div", { class: "explorer-chart" });
  const controls = widgets.controls(make("label", {}, "Pool size d ", size), boxes);
  place.replaceChildren(controls, error, chart, table);

  function read() {
    const d = Number(chosen("d"));
    if (!(Number.isInteger(d) && d >= SIZES[0] && d <= SIZES[1])) {
      return { d: 9, orders: new Set([0, 8]) };
    }
    const orders = (chosen("orders") ?? "").split(",").filter(Boolean).map(Number);
    const fits = orders.filter((r) => Number.isInteger(r) && r >= 0 && r < d);
    return { d, orders: new Set(fits.length ? fits : [0, d - 1]) };
  }

  let { d, orders } = read();
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
    show();
  }

  function show() {
    const list = sorted();
    chart.replaceChildren();
    table.replaceChildren();
    if (!list.length) {
      error.value = "Tick at least one order.";
      return;
    }
    const found = exact.best(d, list);
    error.replaceChildren(
      "Smallest possible error ", make("strong", {}, exact.text(found.error)),
      ` ≈ ${exact.decimal(found.error).toPrecision(4)}, for ${found.subpools} subpool `,
      `max${found.subpools === 1n ? "" : "es"}`,
    );
    error.append(make("br"), networkText(list));
    const head = ["Order", "Coefficient of the average", "Subpool maxes"];
    const row = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, {}, `${cell}`)));
    table.append(
      make("caption", {}, "The best combination, exactly"),
      make("thead", {}, row("th", head)),
      make("tbody", {}, ...found.coefficients.map(([r, value]) =>
        row("td", [r || "intercept", exact.text(value), r ? exact.choose(d, r) : "none"]))),
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
    return `With shared parts (Theorem 4): ${total} pairwise maxes in ${layers(maxes.length)}, ` +
      `${neurons} ReLU neurons, three to a max${lean}. ${exactly}`;
  }

  // A stem for each vertex; where the error is attained, filled and named.
  function draw(found) {
    const [width, height, left, right, top, bottom] = [640, 280, 76, 14, 22, 58];
    const largest = exact.decimal(found.error);
    const x = (k) => left + ((width - left - right) * k) / d;
    const y = (value) => top + (height - top - bottom) * (0.5 - (0.5 * value) / (1.12 * largest));
    const attained = found.residuals.filter((e) => Math.abs(exact.decimal(e)) >= largest).length;
    const svg = picture("svg", {
      viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `Residual at the ${d + 1} vertices; the error ${exact.text(found.error)} is ` +
        `attained at ${attained} of them`,
    });
    for (const [value, name] of [[largest, `+${exact.text(found.error)}`], [0, "0"],
      [-largest, `−${exact.text(found.error)}`]]) {
      svg.append(
        picture("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "rule" }),
        picture("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, name),
      );
    }
    found.residuals.forEach((e, k) => {
      const value = exact.decimal(e);
      const full = Math.abs(value) >= largest;
      svg.append(
        picture("line", { x1: x(k), x2: x(k), y1: y(0), y2: y(value), class: "stem" }),
        picture("circle", { cx: x(k), cy: y(value), r: 5, class: full ? "attained" : "point" },
          picture("title", {}, `${k} ones: ${exact.text(e)}`)),
        picture("text", { x: x(k), y: height - 34, "text-anchor": "middle" }, `${k}`),
      );
    });
    svg.append(picture("text", { x: (left + width) / 2, y: height - 5, "text-anchor": "middle" },
      "ones of the vertex; filled: the error is attained"));
    return svg;
  }

  offer();
  show();
});
