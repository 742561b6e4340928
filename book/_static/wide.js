// Formulas wider than the page scroll inside themselves, by keyboard too, and a shade at the right says
// that more follows.
document.addEventListener("DOMContentLoaded", () => {
  const boxes = "div.math, span.math, mjx-container, pre, figure.wide, " +
    ".pst-scrollable-table-container, .patch-table";
  const shade = (box) => box.classList.toggle("hides-more",
    box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  const mark = () => {
    for (const formula of document.querySelectorAll("span.math")) {
      formula.classList.remove("wide");
      const { right, width } = formula.getBoundingClientRect();
      formula.classList.toggle("wide", width > 0 && right > document.documentElement.clientWidth);
    }
    for (const box of document.querySelectorAll(boxes)) {
      if (getComputedStyle(box).overflowX !== "auto") continue;
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      shade(box);
    }
  };
  if (window.MathJax?.startup?.promise) MathJax.startup.promise.then(mark);
  else mark();
  window.addEventListener("resize", mark);
  document.addEventListener("scroll", ({ target }) => {
    if (target.matches?.(".hides-more, [tabindex]")) shade(target);
  }, { capture: true, passive: true });
});
