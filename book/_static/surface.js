// The maximum of two inputs beside its best estimator or the average, as surfaces over the unit
// square; drag or use the arrow keys to turn them. The address keeps the view.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("surface");
  if (!place) return;
  const { html, svg, chosen, keep, controls } = widgets;
  const STEPS = 12;
  const [WIDTH, HEIGHT, SCALE] = [640, 430, 210];
  const best = exact.best(2, [0, 1]);
  const [intercept, slope] = best.coefficients.map(([, value]) => exact.decimal(value));
  const MAXIMUM = { name: "maximum", height: (x, y) => Math.max(x, y) };
  const SURFACES = "average" in place.dataset
    ? { max: MAXIMUM, average: { name: "average", height: (x, y) => (x + y) / 2 } }
    : {
      max: MAXIMUM,
      estimator: { name: "best estimator", height: (x, y) => intercept + (slope * (x + y)) / 2 },
    };
  const other = Object.values(SURFACES)[1].name;
  const remark = "average" in place.dataset
    ? "The average is a plane; the maximum has a crease where the inputs are equal."
    : `The estimator misses the maximum by at most ${exact.text(best.error)}, at the corners.`;
  const number = (key, fallback) => {
    const value = Number(chosen(key) ?? fallback);
    return Number.isFinite(value) ? value : fallback;
  };
  let turn = number("turn", 230);
  let tilt = Math.min(80, Math.max(5, number("tilt", 15)));
  const shown = Object.fromEntries(Object.keys(SURFACES).map((key) => {
    const box = html("input", { type: "checkbox", value: key });
    box.checked = true;
    box.addEventListener("change", draw);
    return [key, box];
  }));
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, tabindex: 0, role: "application",
    "aria-roledescription": "surface that can be turned",
  });
  place.replaceChildren(
    controls(...Object.entries(SURFACES).map(([key, { name }]) =>
      html("label", { class: `surface-${key}` }, shown[key], ` ${name}`))),
    picture,
    html("p", { class: "companion-hint" }, "Drag, or focus the picture and use the arrow keys. " +
      remark),
  );

  function project([x, y, z]) {
    const [a, b] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
    const across = (x - 0.5) * Math.cos(a) - (y - 0.5) * Math.sin(a);
    const deep = (x - 0.5) * Math.sin(a) + (y - 0.5) * Math.cos(a);
    const up = (z - 0.5) * Math.cos(b) + deep * Math.sin(b);
    return {
      point: `${(WIDTH / 2 + SCALE * across).toFixed(1)},${(HEIGHT / 2 - SCALE * up).toFixed(1)}`,
      depth: deep * Math.cos(b) - (z - 0.5) * Math.sin(b),
    };
  }

  function cells() {
    const found = [];
    for (const [key, { height }] of Object.entries(SURFACES)) {
      if (!shown[key].checked) continue;
      for (let i = 0; i < STEPS; i += 1) {
        for (let j = 0; j < STEPS; j += 1) {
          const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]
            .map(([s, t]) => [s / STEPS, t / STEPS])
            .map(([x, y]) => project([x, y, height(x, y)]));
          found.push({
            key,
            points: corners.map(({ point }) => point).join(" "),
            depth: corners.reduce((sum, corner) => sum + corner.depth, 0),
          });
        }
      }
    }
    return found.sort((one, other) => other.depth - one.depth); // the farthest first
  }

  function draw() {
    const frame = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => project([x, y, 0]).point);
    const ends = [["x₁ = 1", [1.12, 0, 0]], ["x₂ = 1", [0, 1.12, 0]], ["0", [-0.06, -0.06, 0]]];
    picture.replaceChildren(
      svg("polygon", { points: frame.join(" "), class: "surface-floor" }),
      ...cells().map(({ key, points }) => svg("polygon", { points, class: `surface-${key}` })),
      ...ends.map(([name, spot]) => {
        const [x, y] = project(spot).point.split(",");
        return svg("text", { x, y, "text-anchor": "middle" }, name);
      }),
    );
    picture.setAttribute("aria-label", `Maximum of two inputs beside the ${other}, turned by ` +
      `${Math.round(turn)} degrees, tilted by ${Math.round(tilt)}. Arrow keys turn it.`);
  }
  function move(across, up) {
    turn = (turn + across + 360) % 360;
    tilt = Math.min(80, Math.max(5, tilt + up));
    draw();
  }
  const remember = () => keep({ turn: Math.round(turn), tilt: Math.round(tilt) });
  const ARROWS = {
    ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, 5], ArrowDown: [0, -5],
  };
  picture.addEventListener("keydown", (event) => {
    if (!ARROWS[event.key]) return;
    event.preventDefault();
    event.stopPropagation(); // the theme turns pages with the same keys
    move(...ARROWS[event.key]);
    remember();
  });
  picture.addEventListener("pointerdown", (event) => picture.setPointerCapture(event.pointerId));
  picture.addEventListener("pointermove", (event) => {
    if (event.buttons) move(event.movementX / 2, event.movementY / 3);
  });
  picture.addEventListener("pointerup", remember);
  draw();
});
