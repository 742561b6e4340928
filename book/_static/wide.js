// Formulas wider than the page scroll inside themselves, by keyboard too.
document.addEventListener("DOMContentLoaded", () => {
  const mark = () => {
    for (const formula of document.querySelectorAll("span.math")) {
      formula.classList.remove("wide");
      const { right, width } = formula.getBoundingClientRect();
      formula.classList.toggle("wide", width > 0 && right > document.documentElement.clientWidth);
    }
    const boxes = "div.math, span.math, mjx-container, pre, .pst-scrollable-table-container";
    for (const box of document.querySelectorAll(boxes)) {
      const scrolls = getComputedStyle(box).overflowX === "auto";
      if (scrolls && box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  };
  if (window.MathJax?.startup?.promise) MathJax.startup.promise.then(mark);
  else mark();
  window.addEventListener("resize", mark);
});
