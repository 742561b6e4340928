// What the theme's buttons do. The page names the action: its policy forbids code in attributes.
document.addEventListener("click", (event) => {
  const actions = { "full-screen": () => window.toggleFullScreen(), print: () => window.print() };
  const button = event.target.closest("[data-button]");
  actions[button?.dataset.button]?.();
});
