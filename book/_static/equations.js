// A reference to an equation shows the formula while the pointer is over it or it has the focus. The
// formulas stand at the end of the page, out of sight (companion.sphinx.equations).
document.addEventListener("DOMContentLoaded", () => {
  const GAP = 6; // pixels between reference and formula, and to the window's edges
  const LINGER = 150; // milliseconds in which the pointer may cross the gap
  let shown = null;
  let leaving = 0;
  let place = () => {};

  function hide() {
    clearTimeout(leaving);
    shown?.classList.remove("shown");
    shown = null;
    place = () => {};
  }
  const hideSoon = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, LINGER);
  };

  function show(link, hint) {
    hide();
    shown = hint;
    hint.classList.add("shown");
    place = () => put(link, hint);
    place();
  }

  function put(link, hint) {
    const [at, box] = [link.getBoundingClientRect(), hint.getBoundingClientRect()];
    const right = document.documentElement.clientWidth - box.width - GAP;
    const below = at.bottom + GAP;
    const fits = below + box.height < window.innerHeight;
    hint.style.left = `${Math.max(GAP, Math.min(at.left, right))}px`;
    hint.style.top = `${fits ? below : Math.max(GAP, at.top - GAP - box.height)}px`;
  }

  for (const link of document.querySelectorAll("a.reference[href*='#equation-']")) {
    const hint = document.getElementById(`hint-${decodeURIComponent(link.hash.slice(1))}`);
    if (!hint) continue;
    link.setAttribute("aria-describedby", hint.id);
    // A finger follows the link at once.
    link.addEventListener("pointerenter", ({ pointerType }) => {
      if (pointerType !== "touch") show(link, hint);
    });
    link.addEventListener("pointerleave", hideSoon);
    link.addEventListener("focus", () => show(link, hint));
    link.addEventListener("blur", hide);
    hint.addEventListener("pointerenter", () => clearTimeout(leaving));
    hint.addEventListener("pointerleave", hideSoon);
  }
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  document.addEventListener("scroll", () => place(), { passive: true });
});
