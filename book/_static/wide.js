// Formulas wider than the page scroll inside themselves, by keyboard too.
document.addEventListener("DOMContentLoaded", () => {
  const mark = () => {
    for (const formula of document.querySelectorAll("span.math")) {
      const room = formula.closest("p, td, li, dd, figcaption")?.clientWidth;
      formula.classList.toggle("wide", room > 0 && formula.offsetWidth > room);
    }
    const boxes = "div.math, div.math mjx-container, span.math.wide, pre, .pst-scrollable-table-container";
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  };
  if (window.MathJax?.startup?.promise) MathJax.startup.promise.then(mark);
  else mark();
  window.addEventListener("resize", mark);
});
