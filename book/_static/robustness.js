// Robust accuracy over epsilon from the recorded runs: choose experiment and reading of the attack,
// toggle variants. The table below the picture is the page without this script.
document.addEventListener("DOMContentLoaded", () => {
  const data = document.getElementById("robustness-data");
  if (!data) return;
  const { html, svg, chosen, keep, controls } = widgets;
  const curves = JSON.parse(data.textContent);
  const place = document.getElementById("robustness");
  const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 340, 76, 16, 14, 60];
  const unique = (key) => [...new Set(curves.map((curve) => curve[key]))];
  const off = new Set((chosen("hide") ?? "").split(",").filter(Boolean));
  const choice = (key, label = key) => {
    const select = html("select", { name: key });
    const name = (value) => curves.find((curve) => curve[key] === value)[label];
    for (const value of unique(key)) select.add(new Option(name(value), value));
    if (unique(key).includes(chosen(key))) select.value = chosen(key);
    select.addEventListener("input", () => {
      offer();
      remember();
      show();
    });
    return select;
  };
  // Not every attack was recorded for every experiment: only those that were can be chosen.
  function offer() {
    const { experiment, reading } = selects;
    const had = curves.filter((c) => c.experiment === experiment.value).map((c) => c.reading);
    for (const option of reading.options) option.disabled = !had.includes(option.value);
    if (!had.includes(reading.value)) [reading.value] = had;
  }
  const selects = { experiment: choice("experiment", "title"), reading: choice("reading") };
  const boxes = html("fieldset");
  const chart = html("div");
  place.before(
    controls(html("label", {}, "Experiment ", selects.experiment),
      html("label", {}, "Attack ", selects.reading), boxes),
    chart,
  );
  offer();

  function remember() {
    keep({ experiment: selects.experiment.value, reading: selects.reading.value,
      hide: [...off].join(",") });
  }

  // Linear up to a thousandth and logarithmic from there, as in the book's figures.
  const position = (epsilon) => (epsilon <= 1e-3 ? epsilon / 1e-3 : 1 + Math.log10(epsilon / 1e-3));
  function show() {
    const [experiment, reading] = [selects.experiment.value, selects.reading.value];
    const group = curves.filter((c) => c.experiment === experiment && c.reading === reading);
    boxes.replaceChildren(html("legend", {}, "Variants"), ...group.map(({ variant, name, seeds }) => {
      const box = html("input", { type: "checkbox", value: variant });
      box.checked = !off.has(variant);
      box.addEventListener("change", () => {
        off[box.checked ? "delete" : "add"](variant);
        remember();
        draw(group);
      });
      const runs = `${seeds} seed${seeds > 1 ? "s" : ""}`;
      return html("label", { class: `variant-${variant}` }, box, ` ${name} (${runs})`);
    }));
    draw(group);
  }

  function draw(group) {
    const last = position(Math.max(...group.flatMap((curve) => curve.epsilons)));
    const x = (epsilon) => LEFT + ((WIDTH - LEFT - RIGHT) * position(epsilon)) / last;
    const y = (share) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - share);
    const visible = group.filter(({ variant }) => !off.has(variant));
    const picture = svg("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
      "aria-label": `Robust accuracy against epsilon for ${visible.map((c) => c.name).join(", ")
        || "no variant"}; the table below has the numbers`,
    });
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      picture.append(
        svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(share), y2: y(share), class: "rule" }),
        svg("text", { x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, `${share * 100} %`),
      );
    }
    for (const epsilon of [0, 0.001, 0.01, 0.1, 1, 10].filter((e) => position(e) <= last)) {
      picture.append(svg("text",
        { x: x(epsilon), y: HEIGHT - 34, "text-anchor": "middle" }, `${epsilon}`));
    }
    picture.append(svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" },
      "ε (pixel units)"));
    for (const { variant, name, epsilons, shares } of visible) {
      const points = epsilons.map((epsilon, i) => `${x(epsilon)},${y(shares[i])}`).join(" ");
      picture.append(svg("polyline", { points, class: `variant-${variant}` },
        svg("title", {}, name)));
      epsilons.forEach((epsilon, i) => picture.append(svg("circle",
        { cx: x(epsilon), cy: y(shares[i]), r: 5, class: `variant-${variant}` },
        svg("title", {}, `${name}, ε = ${epsilon}: ${(100 * shares[i]).toFixed(1)} %`))));
    }
    chart.replaceChildren(picture);
  }
  show();
});
