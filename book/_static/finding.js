// The search page's best matches: passages by name and by phrase, from the index that the build
// writes (companion.sphinx.finding). The theme's own list of pages stays below them.
const finding = (() => {
  const SHOWN = 12;
  const [OWN_TITLE, OWN_TEXT] = [12, 3]; // points of a word itself
  // Words of a question that say nothing of what is asked.
  const EMPTY = new Set(("a an and are can do does for how i in is it many much my of on or the this to " +
    "was what when where which why with").split(" "));
  // What a reader may call what the book calls otherwise.
  const ALIASES = {
    fast: ["cost", "time", "seconds"], quick: ["cost", "seconds"], speed: ["cost", "seconds"],
    slow: ["cost", "seconds"], price: ["cost"], expensive: ["cost"],
    accuracy: ["error"], reproduce: ["rerun"], install: ["rerun"],
  };
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const plain = (text) => text.toLowerCase().replace(/[−–]/g, "-").replace(/\s+/g, " ").trim();
  // A whole phrase: "theorem 2" is not in "theorem 25", "1/18" not in "11/180".
  const phrase = (text, end = "(?![\\p{L}\\p{N}])") =>
    new RegExp(`(?<![\\p{L}\\p{N}/])${escape(text)}${end}`, "u");

  // A score of a passage for a query, nothing if it does not match.
  function score(passage, query) {
    const asked = plain(query);
    // Captions are long: what stands in one is no name.
    const named = passage.title.length <= 80;
    const title = named ? plain(passage.title) : "";
    const text = plain(named ? passage.text : `${passage.title} ${passage.text}`);
    const words = asked.split(" ").filter((word) => word && !EMPTY.has(word));
    if (!words.length) return 0;
    const whole = phrase(asked);
    let points = 0;
    if (title === asked) points = 120;
    else if (new RegExp(`^${escape(asked)}(?![\\p{L}\\p{N}])`, "u").test(title)) points = 100;
    else if (whole.test(title)) points = 60;
    else if (whole.test(text)) points = 30;
    const weigh = (word) => {
      const own = phrase(word, word.length < 3 || /\d$/.test(word) ? undefined : "");
      if (own.test(title)) return OWN_TITLE;
      if (own.test(text)) return OWN_TEXT;
      const others = (ALIASES[word] ?? []).map((other) => phrase(other, ""));
      if (others.some((other) => other.test(title))) return 8;
      return others.some((other) => other.test(text)) ? 1 : 0;
    };
    const each = words.map(weigh);
    if (each.some((value) => value === 0)) return points;
    points += each.reduce((sum, value) => sum + value, 0) / words.length;
    // A statement is asked for by its own words; other words ask a question, which a page answers.
    const statement = each.some((value) => value === OWN_TITLE || value === OWN_TEXT) ? 8 : 2;
    return points + { statement, page: 5, word: 5, section: 4, figure: 1, table: 1 }[passage.kind];
  }

  const rank = (passages, query) => passages
    .map((passage, place) => ({ passage, place, points: score(passage, query) }))
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points || one.place - other.place)
    .slice(0, SHOWN)
    .map(({ passage }) => passage);

  // Some words around the first place where what was asked stands.
  function excerpt({ text }, query) {
    const word = plain(query).split(" ").find((one) => one && !EMPTY.has(one)) ?? "";
    const at = [plain(query), word].map((one) => text.toLowerCase().indexOf(one)).find((i) => i >= 0);
    const start = Math.max(0, (at ?? 0) - 60);
    const cut = text.slice(start, start + 180);
    return `${start ? "… " : ""}${cut}${start + 180 < text.length ? " …" : ""}`;
  }

  function show(passages) {
    const query = widgets.chosen("q") ?? "";
    const { html: make } = widgets;
    const best = rank(passages, query);
    const list = make("ol", { class: "finding" }, ...best.map((one) => make("li", {},
      make("a", { href: one.address }, one.title),
      make("span", { class: "finding-place" }, ` ${one.kind}${one.kind === "page" ? "" : `, ${one.page}`}`),
      make("p", {}, excerpt(one, query)))));
    const place = make("section", { id: "finding", "aria-label": "Best matches" },
      make("h2", {}, "Best matches"),
      best.length ? list : make("p", {}, "No passage has these words."),
      make("h2", {}, "Pages with these words"));
    document.getElementById("search-results").before(place);
  }

  return { rank, show };
})();

document.addEventListener("DOMContentLoaded", () => {
  const results = document.getElementById("search-results");
  if (!results || !widgets.chosen("q")?.trim()) return;
  const index = document.createElement("script");
  index.src = "_static/passages.index.js";
  document.head.append(index);
});
