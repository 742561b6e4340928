// What is wider than the page scrolls inside itself, by keyboard too, and fades out at the right where
// more follows.
document.addEventListener("DOMContentLoaded", () => {
  const boxes = "div.math, span.math, mjx-container, pre, figure.wide, " +
    ".pst-scrollable-table-container, .patch-table";
  // A formula is as wide as it is drawn: its text for screen readers, out of sight, does not count.
  const more = (box) => {
    const formula = box.querySelector(":scope > mjx-math, :scope > mjx-container > mjx-math");
    const { right } = box.getBoundingClientRect();
    return box.scrollLeft + box.clientWidth < box.scrollWidth - 1 &&
      (!formula || formula.getBoundingClientRect().right > right + 1);
  };
  const shade = (box) => box.classList.toggle("hides-more", more(box));
  const mark = () => {
    for (const formula of document.querySelectorAll("span.math")) {
      formula.classList.remove("wide");
      const { right, width } = formula.getBoundingClientRect();
      formula.classList.toggle("wide", width > 0 && right > document.documentElement.clientWidth);
    }
    for (const box of document.querySelectorAll(boxes)) {
      if (getComputedStyle(box).overflowX !== "auto") {
        box.classList.remove("hides-more"); // a phone may have been turned
        continue;
      }
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
