// Draws the figures of a page, and those that htmx brings: each stands in a JSON script whose name the place knows.
(() => {
  const figures = new WeakMap(), narrow = new WeakMap();

  const redraw = (place) => drawing.draw(place, figures.get(place));

  // Plotly follows the width by itself; a chart is drawn anew only when it becomes narrow or wide.
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const now = target.clientWidth < drawing.NARROW;
      if (narrow.get(target) === now) continue;
      narrow.set(target, now);
      redraw(target);
    }
  });

  function show(root) {
    if (!globalThis.Plotly) return;
    for (const place of root.querySelectorAll(".plot[data-figure]")) {
      const source = document.getElementById(`figure-${place.dataset.figure}`);
      if (!source || figures.has(place)) continue;
      figures.set(place, JSON.parse(source.textContent));
      narrow.set(place, place.clientWidth < drawing.NARROW);
      redraw(place);
      observer.observe(place);
    }
  }

  // An answer that never came must not look like one.
  const lost = (gone) => () => document.getElementById("lost").hidden = !gone;
  for (const event of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(event, lost(true));
  }
  document.addEventListener("htmx:afterSwap", lost(false));

  const all = () => show(document);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSettle", all);
  document.addEventListener("htmx:historyRestore", all);
  drawing.night.addEventListener("change", () => {
    for (const place of document.querySelectorAll(".plot[data-figure]")) if (figures.has(place)) redraw(place);
  });
})();
